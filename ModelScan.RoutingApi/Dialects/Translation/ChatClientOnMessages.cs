using ModelScan.RoutingApi.Dialects.Canonical;

namespace ModelScan.RoutingApi.Dialects.Translation;

/// <summary>Lets a client of Chat Completions talk to a provider of Anthropic Messages.</summary>
public sealed partial class ChatClientOnMessages : ITranslator
{
    public ApiFormat Client => ApiFormat.ChatCompletions;

    public ApiFormat Provider => ApiFormat.Messages;

    public TranslatedExchange Translate(ReadOnlyMemory<byte> body, TranslationContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        var request = RequestBody.Translate(body, context, ChatToMessagesRequest.Translate);
        return new AnswerExchange(Client, Provider, AnswerContext.Of(context) with
        {
            EstimatedInput = TokenEstimate.OfBytes(request.Body.Length),
            WantsUsage = request.WantsUsage,
        })
        {
            Body = request.Body,
            Dropped = request.Dropped.Paths,
            Headers = request.Headers,
        };
    }
}
