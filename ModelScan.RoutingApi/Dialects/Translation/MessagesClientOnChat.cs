using ModelScan.RoutingApi.Dialects.Canonical;

namespace ModelScan.RoutingApi.Dialects.Translation;

/// <summary>Lets a client of Anthropic Messages talk to a provider of Chat Completions.</summary>
public sealed partial class MessagesClientOnChat : ITranslator
{
    public ApiFormat Client => ApiFormat.Messages;

    public ApiFormat Provider => ApiFormat.ChatCompletions;

    public TranslatedExchange Translate(ReadOnlyMemory<byte> body, TranslationContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        var request = RequestBody.Translate(body, context, MessagesToChatRequest.Translate);
        var showsThoughts = request.WantsThinking || context.Capabilities.ReasoningContent || context.Capabilities.ThinkTags;
        return new AnswerExchange(Client, Provider, AnswerContext.Of(context) with
        {
            EstimatedInput = request.EstimatedTokens,
            Thoughts = showsThoughts ? ThoughtDisplay.Shown : ThoughtDisplay.Hidden,
            HasTools = request.ToolNames.Count > 0,
            Tool = name => new CalledTool(request.ToolNames.ForClient(name)),
        })
        {
            Body = request.Body,
            Dropped = request.Dropped.Paths,
        };
    }
}
