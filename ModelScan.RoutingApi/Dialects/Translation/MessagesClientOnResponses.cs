using System.Buffers;

namespace ModelScan.RoutingApi.Dialects.Translation;

/// <summary>Lets a Messages client (Claude Code, say) talk to a Responses provider.</summary>
public sealed class MessagesClientOnResponses : ITranslator
{
    public ApiFormat Client => ApiFormat.Messages;

    public ApiFormat Provider => ApiFormat.Responses;

    /// <summary>What becomes of each field of requests, of each member of answers and of each kind of event.</summary>
    public static IReadOnlyList<FieldFate> FieldFates => MessagesClientOnResponsesFates.All;

    /// <inheritdoc/>
    public TranslatedExchange Translate(ReadOnlyMemory<byte> body, TranslationContext context)
    {
        var request = RequestBody.Translate(body, context, MessagesToResponsesRequest.Translate);
        return new Exchange(context, request) { Body = request.Body, Dropped = request.Dropped.Paths };
    }

    private sealed class Exchange(TranslationContext context, MessagesToResponsesRequest request) : TranslatedExchange
    {
        public override void TranslateAnswer(ReadOnlyMemory<byte> answer, IBufferWriter<byte> client) =>
            ResponsesToMessagesResponse.Write(answer, context, request, client);

        public override StreamTranslation OpenStream() => new ResponsesToMessagesStream(context, request);
    }
}
