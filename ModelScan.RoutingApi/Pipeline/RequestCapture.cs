using System.Buffers;
using System.IO.Pipelines;

namespace ModelScan.RoutingApi.Pipeline;

/// <summary>What is said in a request, for whoever wants to keep it: copies, made while the originals are there. Used by one request.</summary>
internal sealed class RequestCapture
{
    /// <summary>The beginning of the request's body; <see langword="null"/> where it is not wanted.</summary>
    public byte[]? Request { get; init; }

    /// <summary>Whether the request is longer than that.</summary>
    public bool IsRequestCut { get; init; }

    /// <summary>The answer's body; <see langword="null"/> where it is not wanted.</summary>
    public AnswerCapture? Answer { get; init; }

    /// <summary>What the decision is made on, as JSON; <see langword="null"/> where it is not wanted.</summary>
    public string? Input { get; init; }
}

/// <summary>The beginning of an answer's body, as it goes to the client.</summary>
/// <param name="limit">Bytes that are kept.</param>
internal sealed class AnswerCapture(int limit)
{
    private readonly ArrayBufferWriter<byte> _bytes = new();

    /// <summary>What has been kept.</summary>
    public ReadOnlySpan<byte> Bytes => _bytes.WrittenSpan;

    /// <summary>Whether there was more.</summary>
    public bool IsCut { get; private set; }

    /// <summary>A writer that keeps what passes it.</summary>
    public PipeWriter Around(PipeWriter inner) => new CapturingWriter(inner, this);

    private void Add(ReadOnlySpan<byte> piece)
    {
        var room = limit - _bytes.WrittenCount;
        IsCut |= piece.Length > room;
        _bytes.Write(piece[..Math.Min(room, piece.Length)]);
    }

    // What has been advanced over was written into the memory that was given out last.
    private sealed class CapturingWriter(PipeWriter inner, AnswerCapture capture) : PipeWriter
    {
        private Memory<byte> _given;

        public override bool CanGetUnflushedBytes => inner.CanGetUnflushedBytes;

        public override long UnflushedBytes => inner.UnflushedBytes;

        public override void Advance(int bytes)
        {
            capture.Add(_given.Span[..bytes]);
            _given = _given[bytes..];
            inner.Advance(bytes);
        }

        public override void CancelPendingFlush() => inner.CancelPendingFlush();

        public override void Complete(Exception? exception = null) => inner.Complete(exception);

        public override Memory<byte> GetMemory(int sizeHint = 0) => _given = inner.GetMemory(sizeHint);

        public override Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;

        public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default) => inner.FlushAsync(cancellationToken);

        public override ValueTask<FlushResult> WriteAsync(ReadOnlyMemory<byte> source, CancellationToken cancellationToken = default)
        {
            capture.Add(source.Span);
            return inner.WriteAsync(source, cancellationToken);
        }
    }
}
