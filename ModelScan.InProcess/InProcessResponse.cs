using System.IO.Pipelines;
using Microsoft.AspNetCore.Http;
using ModelScan.RoutingApi.Endpoints;
using ModelScan.RoutingApi.Pipeline;

namespace ModelScan.InProcess;

/// <summary>
/// An answer that goes to a program in this process: what routers write is read from a pipe, which slows them down when nobody reads.
/// Headers are final with the first byte, as they are over a network.
/// </summary>
internal sealed class InProcessResponse : ClientResponse, IDisposable
{
    private readonly Pipe _pipe = new();
    private readonly CancellationTokenSource _left;
    private readonly CommittingWriter _writer;
    private bool _hasBegun;

    /// <summary>Begins a response.</summary>
    /// <param name="cancellationToken">Cancelled when the caller no longer wants an answer.</param>
    public InProcessResponse(CancellationToken cancellationToken)
    {
        _left = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        _writer = new CommittingWriter(_pipe.Writer, () => _hasBegun = true);
        ClientLeft = _left.Token;
    }

    /// <inheritdoc/>
    public override bool HasBegun => _hasBegun;

    /// <inheritdoc/>
    public override IHeaderDictionary Headers { get; } = new HeaderDictionary();

    /// <inheritdoc/>
    public override PipeWriter Body => _writer;

    /// <inheritdoc/>
    public override CancellationToken ClientLeft { get; }

    /// <summary>What has been written.</summary>
    public PipeReader Output => _pipe.Reader;

    /// <summary>The caller wants nothing more.</summary>
    public void Leave() => _left.Cancel();

    /// <inheritdoc/>
    public override Task StartAsync(CancellationToken cancellationToken)
    {
        _hasBegun = true;
        return Task.CompletedTask;
    }

    /// <summary>Nothing more will be written.</summary>
    public ValueTask CompleteAsync()
    {
        _hasBegun = true;
        return _pipe.Writer.CompleteAsync();
    }

    public void Dispose() => _left.Dispose();

    /// <inheritdoc/>
    protected override void WriteHead(int status, in AnswerHead head) => ProxyHeaders.Write(Headers, head);

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
