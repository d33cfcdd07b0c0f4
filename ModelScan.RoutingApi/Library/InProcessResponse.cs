using System.IO.Pipelines;
using Microsoft.AspNetCore.Http.Features;

namespace ModelScan.RoutingApi.Library;

/// <summary>
/// The response of a request that came from this process: what routers write is read from a pipe, which slows them down when
/// nobody reads. Headers are final with the first byte, as they are over a network.
/// </summary>
internal sealed class InProcessResponse : HttpResponseFeature, IHttpResponseBodyFeature, IHttpRequestLifetimeFeature, IDisposable
{
    private readonly Pipe _pipe = new();
    private readonly CancellationTokenSource _aborted;
    private readonly CommittingWriter _writer;
    private bool _started;

    /// <summary>Begins a response.</summary>
    /// <param name="cancellationToken">Cancelled when the caller no longer wants an answer.</param>
    public InProcessResponse(CancellationToken cancellationToken)
    {
        _aborted = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        _writer = new CommittingWriter(_pipe.Writer, () => _started = true);
        RequestAborted = _aborted.Token;
        Body = _writer.AsStream();
    }

    /// <inheritdoc/>
    public override bool HasStarted => _started;

    /// <summary>What has been written.</summary>
    public PipeReader Output => _pipe.Reader;

    /// <summary>Whether the answer was broken off because it could not be completed.</summary>
    public bool IsBroken { get; private set; }

    /// <inheritdoc/>
    public CancellationToken RequestAborted { get; set; }

    /// <inheritdoc/>
    public Stream Stream => Body;

    /// <inheritdoc/>
    public PipeWriter Writer => _writer;

    /// <inheritdoc/>
    public void Abort()
    {
        IsBroken = true;
        _aborted.Cancel();
    }

    /// <summary>The caller wants nothing more.</summary>
    public void Leave() => _aborted.Cancel();

    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken = default)
    {
        _started = true;
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public async Task CompleteAsync()
    {
        _started = true;
        await _pipe.Writer.CompleteAsync();
    }

    /// <inheritdoc/>
    public void DisableBuffering()
    {
        // There is none.
    }

    /// <inheritdoc/>
    public Task SendFileAsync(string path, long offset, long? count, CancellationToken cancellationToken = default) =>
        throw new NotSupportedException("answers are not files");

    public void Dispose() => _aborted.Dispose();

    private sealed class CommittingWriter(PipeWriter inner, Action commit) : PipeWriter
    {
        public override bool CanGetUnflushedBytes => inner.CanGetUnflushedBytes;

        public override long UnflushedBytes => inner.UnflushedBytes;

        public override void Advance(int bytes) => inner.Advance(bytes);

        public override void CancelPendingFlush() => inner.CancelPendingFlush();

        public override void Complete(Exception? exception = null) => inner.Complete(exception);

        public override Memory<byte> GetMemory(int sizeHint = 0) => inner.GetMemory(sizeHint);

        public override Span<byte> GetSpan(int sizeHint = 0) => inner.GetSpan(sizeHint);

        public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default)
        {
            commit();
            return inner.FlushAsync(cancellationToken);
        }

        public override ValueTask<FlushResult> WriteAsync(ReadOnlyMemory<byte> source, CancellationToken cancellationToken = default)
        {
            commit();
            return inner.WriteAsync(source, cancellationToken);
        }
    }
}
