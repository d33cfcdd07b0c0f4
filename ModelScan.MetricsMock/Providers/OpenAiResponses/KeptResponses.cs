using System.Collections.Concurrent;

namespace ModelScan.MetricsMock.Providers.OpenAiResponses;

/// <summary>
/// The ids of responses that were stored, the latest of them: a request may go on from these alone. What was said in them is not kept. Thread-safe.
/// </summary>
internal sealed class KeptResponses
{
    private const int Most = 10_000;

    private readonly ConcurrentDictionary<string, bool> _ids = new(StringComparer.Ordinal);
    private readonly ConcurrentQueue<string> _order = new();

    public bool Has(string id) => _ids.ContainsKey(id);

    public void Add(string id)
    {
        if (!_ids.TryAdd(id, true))
            return;
        _order.Enqueue(id);
        while (_order.Count > Most && _order.TryDequeue(out var oldest))
            _ids.TryRemove(oldest, out _);
    }
}
