namespace ModelScan.RoutingApi.Pipeline;

/// <summary>
/// The moment from which answers under way are ended because the process ends: a little before the server closes their connections, so
/// that each client can still be told so. Thread-safe.
/// </summary>
internal sealed class AnswerCutOff : IDisposable
{
    private readonly CancellationTokenSource _source = new();

    /// <summary>Cancelled from that moment on.</summary>
    public CancellationToken Token => _source.Token;

    /// <summary>It has come.</summary>
    public void Cut() => _source.Cancel();

    /// <inheritdoc/>
    public void Dispose() => _source.Dispose();
}
