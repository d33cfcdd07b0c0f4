using ModelScan.RoutingApi.Configuration;

namespace ModelScan.RoutingApi.ModelMetrics;

/// <summary>
/// The mutable cell of one configured source. <see cref="Snapshot"/> and <see cref="Running"/> are guarded by the lock of the
/// <see cref="ModelMetricsRefresher"/>; the loop disposes the cell when it ends.
/// </summary>
internal sealed class ModelMetricsSourceState(ModelMetricsSourceConfig source) : IDisposable
{
    private readonly CancellationTokenSource _stopping = new();

    /// <summary>The configuration it runs by.</summary>
    public ModelMetricsSourceConfig Source => source;

    /// <summary>What it last published.</summary>
    public ModelMetricsSourceSnapshot Snapshot { get; set; } = new(source);

    /// <summary>Its loop; <see langword="null"/> until started.</summary>
    public Task? Running { get; set; }

    /// <summary>Signalled when it is to stop.</summary>
    public CancellationToken Stopping => _stopping.Token;

    /// <summary>Asks the loop to end. Not to be called under the lock: whoever waits for the signal may run at once.</summary>
    public void Stop()
    {
        try
        {
            _stopping.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // The loop has ended already.
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _stopping.Dispose();
}
