using System.IO.Pipelines;

namespace ModelScan.RoutingApi.Pipeline;

/// <summary>
/// A response's body for somebody who looks at what routers write before it goes anywhere: collects it until it is flushed, and hands it over
/// then. Used by one request; dispose it when the request is over, not when the body is complete.
/// </summary>
/// <param name="pass">Takes what was written, in order; the bytes are its own until it returns.</param>
internal sealed class CollectingWriter(Func<ReadOnlyMemory<byte>, ValueTask> pass) : PipeWriter, IDisposable
{
    private readonly PooledBuffer _buffer = new();

    /// <inheritdoc/>
    public override bool CanGetUnflushedBytes => true;

    /// <inheritdoc/>
    public override long UnflushedBytes => _buffer.WrittenCount;

    /// <inheritdoc/>
    public override void Advance(int bytes) => _buffer.Advance(bytes);

    /// <inheritdoc/>
    public override Memory<byte> GetMemory(int sizeHint = 0) => _buffer.GetMemory(sizeHint);

    /// <inheritdoc/>
    public override Span<byte> GetSpan(int sizeHint = 0) => _buffer.GetSpan(sizeHint);

    /// <inheritdoc/>
    public override void CancelPendingFlush()
    {
        // A flush ends with the client.
    }

    /// <inheritdoc/>
    public override void Complete(Exception? exception = null)
    {
        // What was written may still be wanted.
    }

    /// <inheritdoc/>
    public override async ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default)
    {
        if (_buffer.WrittenCount > 0)
            await pass(_buffer.WrittenMemory);
        _buffer.Clear();
        return default;
    }

    /// <inheritdoc/>
    public override async ValueTask<FlushResult> WriteAsync(ReadOnlyMemory<byte> source, CancellationToken cancellationToken = default)
    {
        await FlushAsync(cancellationToken);
        await pass(source);
        return default;
    }

    /// <summary>Gives the memory back.</summary>
    public void Dispose() => _buffer.Dispose();
}
