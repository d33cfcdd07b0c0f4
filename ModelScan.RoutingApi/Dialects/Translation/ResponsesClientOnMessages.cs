using ModelScan.RoutingApi.Dialects.Canonical;

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
        return new AnswerExchange(Client, Provider, AnswerContext.Of(context) with
        {
            EstimatedInput = TokenEstimate.OfBytes(request.Body.Length),
            Thoughts = ThoughtDisplay.Summarized,
            HasTools = request.Tools.Callable.Count > 0,
            Tool = name => request.Tools.Find(name)?.Called ?? new CalledTool(name),
            Echo = request.Echo,
        })
        {
            Body = request.Body,
            Dropped = request.Dropped.Paths,
            Headers = request.Headers,
        };
    }
}
