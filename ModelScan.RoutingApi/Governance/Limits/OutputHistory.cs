using System.Collections.Concurrent;

namespace ModelScan.RoutingApi.Governance.Limits;

/// <summary>
/// How long answers have been lately, by route: what is set aside for a request that does not bound its own. Thread-safe; a number that is out of date by some
/// answers does no harm.
/// </summary>
internal sealed class OutputHistory
{
    /// <summary>What an answer is taken for of which nothing is known, in tokens.</summary>
    public const long Unknown = 4096;

    private const int Kept = 1000;
    private const int Enough = 20;

    // So many answers later the expectation is worked out anew.
    private const int Rest = 100;
    private const int MostRoutes = 1024;
    private const double Margin = 1.5;

    private readonly ConcurrentDictionary<string, Answers> _routes = new(StringComparer.Ordinal);

    /// <summary>What is to be expected of a route's answers at most: the 95th percentile of the last thousand, half as much again.</summary>
    /// <param name="route">The configured route; empty for none.</param>
    public long ExpectedOf(string route) => _routes.TryGetValue(route, out var answers) ? answers.Expected : Unknown;

    /// <summary>An answer had so many tokens.</summary>
    public void Add(string route, long tokens)
    {
        if (_routes.TryGetValue(route, out var answers) || _routes.Count < MostRoutes)
            (answers ?? _routes.GetOrAdd(route, static _ => new Answers())).Add(tokens);
    }

    private sealed class Answers
    {
        private readonly long[] _last = new long[Kept];
        private readonly long[] _sorted = new long[Kept];
        private readonly Lock _gate = new();
        private long _count;
        private long _expected = Unknown;

        public long Expected => Volatile.Read(ref _expected);

        public void Add(long tokens)
        {
            lock (_gate)
            {
                _last[_count++ % Kept] = tokens;
                if (_count < Enough || (_count > Kept && _count % Rest != 0))
                    return;
                var sorted = _sorted.AsSpan(0, (int)Math.Min(_count, Kept));
                _last.AsSpan(0, sorted.Length).CopyTo(sorted);
                sorted.Sort();
                Volatile.Write(ref _expected, Math.Max(1, (long)(sorted[(sorted.Length * 95 / 100) - (sorted.Length == Kept ? 1 : 0)] * Margin)));
            }
        }
    }
}
