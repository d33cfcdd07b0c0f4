using ModelScan.RoutingApi.Dialects.AmazonConverse;
using ModelScan.RoutingApi.Dialects.Canonical;

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
        var request = RequestBody.Translate(body, context, static (request, context) => MessagesToConverseRequest.Translate(request, request, isLimited: true, context));
        return new AnswerExchange(Client, Provider, AnswerContext.Of(context) with
        {
            EstimatedInput = request.EstimatedTokens,
            Tool = name => new CalledTool(request.ToolNames.ForClient(name)),
        })
        {
            Body = request.Body,
            Dropped = request.Dropped.Paths,
            Headers = Headers(request),
        };
    }

    /// <summary>The headers for a request.</summary>
    internal static IReadOnlyList<KeyValuePair<string, string>> Headers(MessagesToConverseRequest request) =>
        [new("Accept", request.IsStream ? EventStreamReader.MediaType : "application/json")];
}
