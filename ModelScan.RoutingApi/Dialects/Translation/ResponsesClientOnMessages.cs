using System.Buffers;
using ModelScan.RoutingApi.Dialects.OpenAiResponses;

namespace ModelScan.RoutingApi.Dialects.Translation;

/// <summary>Lets a Responses client (Codex, say) talk to a Messages provider.</summary>
public sealed class ResponsesClientOnMessages : ITranslator
{
    public ApiFormat Client => ApiFormat.Responses;

    public ApiFormat Provider => ApiFormat.Messages;

    /// <inheritdoc/>
    public TranslatedExchange Translate(ReadOnlyMemory<byte> body, TranslationContext context) => RequestBody.Read(body, request =>
    {
        var translation = ResponsesToMessagesRequest.Translate(request, context);
        return new Exchange(context, translation.Tools, translation.Echo)
        {
            Body = translation.Body,
            Dropped = translation.Dropped.Paths,
            Headers = translation.Headers,
        };
    });

    private sealed class Exchange(TranslationContext context, ResponsesTools tools, IReadOnlyList<KeyValuePair<string, byte[]>> echo) : TranslatedExchange
    {
        public override void TranslateAnswer(ReadOnlyMemory<byte> answer, IBufferWriter<byte> client) =>
            MessagesToResponsesResponse.Write(answer, context, tools, echo, client);

        public override StreamTranslation OpenStream() => new MessagesToResponsesStream(context, tools, echo);
    }
}
