using ModelScan.RoutingApi.Dialects.Canonical;

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
        return new AnswerExchange(Client, Provider, AnswerContext.Of(context) with
        {
            EstimatedInput = request.EstimatedTokens,
            Thoughts = request.WantsThinking ? ThoughtDisplay.Shown : ThoughtDisplay.Hidden,
            Tool = name => new CalledTool(request.Tools.ClientName(name)),
        })
        {
            Body = request.Body,
            Dropped = request.Dropped.Paths,
        };
    }
}
