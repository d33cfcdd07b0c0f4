using System.Collections.Concurrent;

namespace ModelScan.MetricsMock.Journal;

/// <summary>How many LLM requests each model has been asked to answer, failures included.</summary>
internal sealed class RequestCounts
{
    private readonly ConcurrentDictionary<string, long> _counts = new(StringComparer.Ordinal);

    public long this[string model] => _counts.GetValueOrDefault(model);

    public void Add(string model) => _counts.AddOrUpdate(model, 1, (_, count) => count + 1);

    public void Clear() => _counts.Clear();
}
