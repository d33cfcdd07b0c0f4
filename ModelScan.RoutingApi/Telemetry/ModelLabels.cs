using System.Collections.Concurrent;

namespace ModelScan.RoutingApi.Telemetry;

/// <summary>
/// What metrics call models. One that is configured by name keeps its series whatever clients ask for. One behind a wildcard, whose name
/// comes from a client, gets its own once a provider has answered for it, and only the first of them do; the others are counted under the
/// wildcard. Thread-safe.
/// </summary>
internal sealed class ModelLabels
{
    /// <summary>Most names behind wildcards.</summary>
    public const int MaxNames = 100;

    private const int LongestName = 256;

    private readonly ConcurrentDictionary<string, bool> _names = new(StringComparer.Ordinal);
    private int _count;

    /// <summary>The label of a model.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="wildcard">The wildcard that it is behind; <see langword="null"/> for none.</param>
    public string Of(string name, string? wildcard) => wildcard is null || _names.ContainsKey(name) ? name : wildcard;

    /// <summary>A provider has answered for a model behind a wildcard.</summary>
    public void Admit(string name)
    {
        if (name.Length > LongestName || _names.ContainsKey(name) || Interlocked.Increment(ref _count) > MaxNames)
            return;
        _names.TryAdd(name, true);
    }
}
