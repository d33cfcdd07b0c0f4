using System.Buffers;

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
        return new Exchange(context, request.WantsUsage) { Body = request.Body, Dropped = request.Dropped.Paths, Headers = request.Headers };
    }

    private sealed class Exchange(TranslationContext context, bool wantsUsage) : TranslatedExchange
    {
        public override void TranslateAnswer(ReadOnlyMemory<byte> answer, IBufferWriter<byte> client) => new MessagesToChatResponse(context).Translate(answer, client);

        public override StreamTranslation OpenStream() => new MessagesToChatStream(context, wantsUsage);
    }
}
