using System.Buffers;
using ModelScan.RoutingApi.Dialects.AnthropicMessages;

namespace ModelScan.RoutingApi.Dialects.Translation;

/// <summary>
/// What translations into the events of a message have in common: they end, and fail, as their writer does, and give both buffers
/// back then.
/// </summary>
/// <typeparam name="TReader">Finds events in the provider's stream.</typeparam>
/// <param name="reader">Owned.</param>
/// <param name="events">Owned.</param>
internal abstract class MessagesClientStream<TReader>(TReader reader, MessagesEventWriter events) : StreamTranslation, IDisposable
    where TReader : IDisposable
{
    public sealed override bool IsComplete => events.IsComplete;

    public sealed override ClientError? Error => events.Error;

    /// <summary>What the provider says.</summary>
    protected TReader Reader => reader;

    /// <summary>What the client is told.</summary>
    protected MessagesEventWriter Events => events;

    public sealed override void Fail(ClientError error, IBufferWriter<byte> client)
    {
        events.Fail(client, error);
        ReleaseWhenComplete();
    }

    /// <summary>Gives the buffers back; happens by itself when the stream ends.</summary>
    public void Dispose()
    {
        reader.Dispose();
        events.Dispose();
    }

    protected void ReleaseWhenComplete()
    {
        if (IsComplete)
            Dispose();
    }
}
