using ModelScan.RoutingApi.Dialects.Translation;

namespace ModelScan.RoutingApi.Dialects.Canonical;

/// <summary>
/// Reads a provider's stream as it arrives and pushes its events. How the bytes are cut into pieces makes no difference. After the sink is
/// complete nothing more is read. Not thread-safe.
/// </summary>
internal abstract class AnswerStreamReader : IDisposable
{
    /// <summary>Memory that it holds for an event that is not there whole, in bytes.</summary>
    public abstract int Held { get; }

    /// <summary>Takes the next piece.</summary>
    /// <exception cref="ProviderAnswerException">The stream is damaged, or one event of it is larger than the limit.</exception>
    public abstract void Read(ReadOnlySpan<byte> piece, IAnswerSink sink);

    /// <summary>The provider closed its stream: pushes what is still owed, and in any case the end.</summary>
    public abstract void End(IAnswerSink sink);

    /// <summary>Gives buffers back.</summary>
    public abstract void Dispose();
}

/// <summary>Reads a stream of server-sent events.</summary>
internal abstract class SseAnswerReader : AnswerStreamReader
{
    private readonly SseReader _sse = new();

    public sealed override int Held => _sse.Held;

    public sealed override void Read(ReadOnlySpan<byte> piece, IAnswerSink sink)
    {
        if (sink.IsComplete)
            return;
        _sse.Append(piece);
        while (!sink.IsComplete && _sse.TryRead(out var next))
            Take(next.Name, ProviderText.Valid(next.Data), sink);
    }

    public sealed override void End(IAnswerSink sink)
    {
        if (!sink.IsComplete && _sse.TryReadRest(out var rest))
            Take(rest.Name, ProviderText.Valid(rest.Data), sink);
        if (!sink.IsComplete)
            Finish(sink);
    }

    public sealed override void Dispose() => _sse.Dispose();

    /// <summary>Takes an event. What is not JSON is passed over: one broken event need not cost the answer; if it was the last, its absence is noticed at the end.</summary>
    /// <param name="name">The <c>event</c> field; empty for none.</param>
    /// <param name="data">The <c>data</c> field, valid UTF-8.</param>
    /// <param name="sink">Takes what it says.</param>
    protected abstract void Take(ReadOnlySpan<byte> name, ReadOnlySpan<byte> data, IAnswerSink sink);

    /// <summary>The stream is over, and its end has not come.</summary>
    protected abstract void Finish(IAnswerSink sink);
}
