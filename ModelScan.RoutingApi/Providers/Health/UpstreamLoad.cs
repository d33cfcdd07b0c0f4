using System.Collections.Concurrent;
using System.Runtime.CompilerServices;

namespace ModelScan.RoutingApi.Providers.Health;

/// <summary>
/// Knows how many requests each model has been sent and has not answered whole. It outlives configurations. Thread-safe; of this process
/// alone.
/// </summary>
public sealed class UpstreamLoad
{
    // Names behind wildcards come from clients; beyond this many nothing more is counted.
    private const int MaxNames = 4096;

    private readonly ConcurrentDictionary<string, Count> _byName = new(StringComparer.Ordinal);
    private readonly ConditionalWeakTable<ModelTarget, Count> _byTarget = [];

    /// <summary>How many requests a model has not answered yet.</summary>
    public int Of(ModelTarget target) => Find(target) is { } count ? Volatile.Read(ref count.InFlight) : 0;

    /// <summary>Counts a request until what is returned is disposed.</summary>
    public Request Enter(ModelTarget target) => new(Find(target));

    private Count? Find(ModelTarget target)
    {
        if (_byTarget.TryGetValue(target, out var known))
            return known;
        if (_byName.Count >= MaxNames && !_byName.ContainsKey(target.Name))
            return null;
        var count = _byName.GetOrAdd(target.Name, static _ => new Count());
        return _byTarget.GetValue(target, _ => count);
    }

    /// <summary>A request that is under way.</summary>
    public readonly struct Request : IDisposable
    {
        private readonly Count? _count;

        internal Request(Count? count)
        {
            _count = count;
            if (count is not null)
                Interlocked.Increment(ref count.InFlight);
        }

        /// <summary>It is answered, or given up. To be called once.</summary>
        public void Dispose()
        {
            if (_count is not null)
                Interlocked.Decrement(ref _count.InFlight);
        }
    }

    /// <summary>The requests of one model.</summary>
    internal sealed class Count
    {
        public int InFlight;
    }
}
