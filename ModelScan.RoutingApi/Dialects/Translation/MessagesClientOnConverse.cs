using System.Buffers;
using ModelScan.RoutingApi.Dialects.AmazonConverse;

namespace ModelScan.RoutingApi.Dialects.Translation;

/// <summary>Lets a client of Anthropic Messages talk to a model on Amazon Bedrock by its Converse API.</summary>
public sealed partial class MessagesClientOnConverse : ITranslator
{
    public ApiFormat Client => ApiFormat.Messages;

    public ApiFormat Provider => ApiFormat.Converse;

    /// <inheritdoc/>
    public TranslatedExchange Translate(ReadOnlyMemory<byte> body, TranslationContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        return Exchange(RequestBody.Translate(body, context, static (request, context) => MessagesToConverseRequest.Translate(request, request, isLimited: true, context)), context);
    }

    /// <summary>The exchange that a request begins.</summary>
    internal static TranslatedExchange Exchange(MessagesToConverseRequest request, TranslationContext context) => new ConverseExchange(context, request)
    {
        Body = request.Body,
        Dropped = request.Dropped.Paths,
        Headers = [new("Accept", request.IsStream ? EventStreamReader.MediaType : "application/json")],
    };

    private sealed class ConverseExchange(TranslationContext context, MessagesToConverseRequest request) : TranslatedExchange
    {
        public override void TranslateAnswer(ReadOnlyMemory<byte> answer, IBufferWriter<byte> client) =>
            new ConverseToMessagesResponse(context, request.ToolNames, request.EstimatedTokens).Translate(answer, client);

        public override StreamTranslation OpenStream() => new ConverseToMessagesStream(context, request.ToolNames, request.EstimatedTokens);
    }
}
