using ModelScan.RoutingApi.Dialects.Canonical;
using ModelScan.RoutingApi.Dialects.OpenAiChat;

namespace ModelScan.RoutingApi.Dialects.Translation;

/// <summary>Lets a client of OpenAI Responses talk to a provider of Chat Completions.</summary>
public sealed class ResponsesClientOnChat : ITranslator
{
    public ApiFormat Client => ApiFormat.Responses;

    public ApiFormat Provider => ApiFormat.ChatCompletions;

    /// <summary>What becomes of each field of requests and answers, and of each kind of event.</summary>
    public static IReadOnlyList<FieldFate> FieldFates => ResponsesClientOnChatFates.All;

    /// <inheritdoc/>
    public TranslatedExchange Translate(ReadOnlyMemory<byte> body, TranslationContext context)
    {
        var request = RequestBody.Read(body, root => ResponsesToChatRequest.Translate(root, context));
        return new AnswerExchange(Client, Provider, AnswerContext.Of(context) with
        {
            EstimatedInput = TokenEstimate.OfBytes(request.TextBytes),
            Thoughts = request.WantsSummary ? ThoughtDisplay.Summarized : ThoughtDisplay.Shown,
            WantsThoughtState = request.WantsSealedReasoning,
            HasTools = request.Tools.Callable.Count > 0,
            Tool = name => Find(request, name),
            Echo = request.Echo,
        })
        {
            Body = request.Body,
            Dropped = request.Dropped,
        };
    }

    private static CalledTool Find(ResponsesToChatRequest request, string name)
    {
        var tool = request.Tools.Find(name);
        if (tool is null)
        {
            // Long names were cut, and some models change the case.
            foreach (var candidate in request.Tools.Callable)
            {
                if (ChatToolNames.ForProvider(candidate.Name).Equals(name, StringComparison.OrdinalIgnoreCase))
                    tool = candidate;
            }
        }

        return tool?.Called ?? new CalledTool(name);
    }
}
