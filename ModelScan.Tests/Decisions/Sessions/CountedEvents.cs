using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using ModelScan.RoutingApi.Decisions.Sessions;

namespace ModelScan.Tests.Decisions.Sessions;

/// <summary>What one <see cref="SessionMetrics"/> counted, in order: the instrument's name and its tags' values.</summary>
internal sealed class CountedEvents : IDisposable
{
    private readonly MeterListener _listener = new();
    private readonly ConcurrentQueue<string> _events = new();

    public CountedEvents(SessionMetrics metrics)
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (ReferenceEquals(instrument.Meter, metrics.Meter))
                listener.EnableMeasurementEvents(instrument);
        };
        _listener.SetMeasurementEventCallback<long>((instrument, _, tags, _) =>
            _events.Enqueue($"{instrument.Name} {string.Join(' ', tags.ToArray().Select(tag => tag.Value))}"));
        _listener.Start();
    }

    public IReadOnlyCollection<string> All => _events;

    public void Dispose() => _listener.Dispose();
}
