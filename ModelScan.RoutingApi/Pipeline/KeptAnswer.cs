using System.IO.Pipelines;
using ModelScan.RoutingApi.Dialects.OpenAiResponses;
using ModelScan.RoutingApi.Dialects.Translation;
using ModelScan.RoutingApi.Resources;

namespace ModelScan.RoutingApi.Pipeline;

/// <summary>
/// An answer of the Responses API on its way to the client, of which a copy is kept: it is handed over before the client sees the end, so
/// that the next turn finds it however fast it comes. Bounded; of what is larger nothing is kept. Used by one request.
/// </summary>
/// <param name="client">Where the answer goes.</param>
/// <param name="limit">Most bytes that are kept.</param>
/// <param name="lease">What the copy takes of the memory; where there is none, nothing is kept. Owned.</param>
/// <param name="keep">Takes the whole response, once, and what is known of who gave it.</param>
internal sealed class KeptAnswer(ClientResponse client, int limit, MemoryLease lease, Action<ReadOnlyMemory<byte>, AnswerHead> keep) : ClientResponse, IDisposable
{
    // What every stream holds is not counted.
    private const int SmallStream = 64 << 10;

    private readonly PooledBuffer _whole = new();
    private CopyingWriter? _body;
    private ResponseCollector? _events;
    private AnswerHead _head;
    private bool _isOver;

    /// <inheritdoc/>
    public override bool HasBegun => client.HasBegun;

    /// <inheritdoc/>
    public override IHeaderDictionary Headers => client.Headers;

    /// <inheritdoc/>
    public override PipeWriter Body => _body ??= new CopyingWriter(client.Body, this);

    /// <inheritdoc/>
    public override CancellationToken ClientLeft => client.ClientLeft;

    /// <inheritdoc/>
    public override Task StartAsync(CancellationToken cancellationToken) => client.StartAsync(cancellationToken);

    /// <inheritdoc/>
    public override void BreakOff()
    {
        base.BreakOff();
        client.BreakOff();
    }

    /// <summary>The answer is complete: what came whole and without saying its length is handed over.</summary>
    public void Complete()
    {
        if (!_isOver && !IsBrokenOff && _events is null && _whole.WrittenCount > 0)
            Keep(_whole.WrittenMemory.ToArray());
        Dispose();
    }

    public void Dispose()
    {
        _isOver = true;
        _events?.Dispose();
        _events = null;
        _whole.Dispose();
        lease.Dispose();
    }

    /// <inheritdoc/>
    protected override void WriteHead(int status, in AnswerHead head)
    {
        client.Begin(status, head);
        _head = head;
        _isOver |= status is < 200 or >= 300 || head.IsEstimated;
    }

    private void Take(ReadOnlySpan<byte> piece)
    {
        if (_isOver || piece.IsEmpty)
            return;
        if (_events is null && _whole.WrittenCount == 0 && Headers.ContentType.ToString().StartsWith("text/event-stream", StringComparison.OrdinalIgnoreCase))
            _events = new ResponseCollector("", limit);
        if (_events is null)
            TakeWhole(piece);
        else
            TakeEvents(piece);
    }

    private void TakeWhole(ReadOnlySpan<byte> piece)
    {
        if (_whole.WrittenCount + piece.Length > limit || !lease.TryReserve(_whole.WrittenCount + piece.Length))
        {
            Dispose();
            return;
        }

        piece.CopyTo(_whole.GetSpan(piece.Length));
        _whole.Advance(piece.Length);
        if (Headers.ContentLength == _whole.WrittenCount)
            Keep(_whole.WrittenMemory.ToArray());
    }

    private void TakeEvents(ReadOnlySpan<byte> piece)
    {
        try
        {
            _events!.Add(piece);
            if (_events.Held > SmallStream && !lease.TryReserve(_events.Held))
            {
                Dispose();
                return;
            }

            if (_events.Answer is { } answer)
                Keep(answer);
        }
        catch (ProviderAnswerException)
        {
            // It failed, or is too large: there is nothing to keep.
            Dispose();
        }
    }

    private void Keep(ReadOnlyMemory<byte> response)
    {
        _isOver = true;
        try
        {
            keep(response, _head);
        }
        catch (JsonException)
        {
            // A provider that answers 2xx with something else.
        }
    }

    // Shows what is written before it goes on.
    private sealed class CopyingWriter(PipeWriter inner, KeptAnswer answer) : PipeWriter
    {
        private Memory<byte> _current;

        public override bool CanGetUnflushedBytes => inner.CanGetUnflushedBytes;

        public override long UnflushedBytes => inner.UnflushedBytes;

        public override void Advance(int bytes)
        {
            answer.Take(_current.Span[..bytes]);
            _current = _current[bytes..];
            inner.Advance(bytes);
        }

        public override Memory<byte> GetMemory(int sizeHint = 0) => _current = inner.GetMemory(sizeHint);

        public override Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;

        public override ValueTask<FlushResult> WriteAsync(ReadOnlyMemory<byte> source, CancellationToken cancellationToken = default)
        {
            answer.Take(source.Span);
            return inner.WriteAsync(source, cancellationToken);
        }

        public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default) => inner.FlushAsync(cancellationToken);

        public override void CancelPendingFlush() => inner.CancelPendingFlush();

        public override void Complete(Exception? exception = null) => inner.Complete(exception);
    }
}
