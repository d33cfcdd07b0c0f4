using ModelScan.RoutingApi.Dialects.Canonical;

namespace ModelScan.RoutingApi.Dialects.Translation;

/// <summary>Lets a client of Chat Completions talk to a provider of OpenAI Responses.</summary>
public sealed class ChatClientOnResponses : ITranslator
{
    public ApiFormat Client => ApiFormat.ChatCompletions;

    public ApiFormat Provider => ApiFormat.Responses;

    /// <summary>What becomes of each field of requests and answers, and of each kind of event.</summary>
    public static IReadOnlyList<FieldFate> FieldFates => ChatClientOnResponsesFates.All;

    /// <inheritdoc/>
    public TranslatedExchange Translate(ReadOnlyMemory<byte> body, TranslationContext context)
    {
        var request = RequestBody.Read(body, root => ChatToResponsesRequest.Translate(root, context));
        return new AnswerExchange(Client, Provider, AnswerContext.Of(context) with
        {
            EstimatedInput = TokenEstimate.OfBytes(request.TextBytes),
            WantsUsage = request.IncludesUsage,
        })
        {
            Body = request.Body,
            Dropped = request.Dropped,
        };
    }
}
