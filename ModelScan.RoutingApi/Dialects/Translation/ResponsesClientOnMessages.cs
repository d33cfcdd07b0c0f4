using System.Buffers;

namespace ModelScan.RoutingApi.Dialects.Translation;

/// <summary>Lets a Responses client (Codex, say) talk to a Messages provider.</summary>
public sealed class ResponsesClientOnMessages : ITranslator
{
    public ApiFormat Client => ApiFormat.Responses;

    public ApiFormat Provider => ApiFormat.Messages;

    /// <summary>What becomes of each field of requests, of each member of answers and of each kind of event.</summary>
    public static IReadOnlyList<FieldFate> FieldFates => ResponsesClientOnMessagesFates.All;

    /// <inheritdoc/>
    public TranslatedExchange Translate(ReadOnlyMemory<byte> body, TranslationContext context)
    {
        var request = RequestBody.Translate(body, context, ResponsesToMessagesRequest.Translate);
        return new Exchange(context, request) { Body = request.Body, Dropped = request.Dropped.Paths, Headers = request.Headers };
    }

    private sealed class Exchange(TranslationContext context, ResponsesToMessagesRequest request) : TranslatedExchange
    {
        public override void TranslateAnswer(ReadOnlyMemory<byte> answer, IBufferWriter<byte> client) =>
            MessagesToResponsesResponse.Write(answer, context, request, client);

        public override StreamTranslation OpenStream() => new MessagesToResponsesStream(context, request);
    }
}
