using System.Buffers;
using ModelScan.RoutingApi.Dialects.OpenAiChat;

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
        var showsThinking = request.WantsThinking || context.Capabilities.ReasoningContent || context.Capabilities.ThinkTags;
        return new Exchange(context, request.ToolNames, showsThinking, request.EstimatedTokens) { Body = request.Body, Dropped = request.Dropped.Paths };
    }

    private sealed class Exchange(TranslationContext context, ChatToolNames toolNames, bool showsThinking, long estimatedInput) : TranslatedExchange
    {
        public override void TranslateAnswer(ReadOnlyMemory<byte> answer, IBufferWriter<byte> client) =>
            new ChatToMessagesResponse(context, toolNames, showsThinking, estimatedInput).Translate(answer, client);

        public override StreamTranslation OpenStream() => new ChatToMessagesStream(context, toolNames, showsThinking, estimatedInput);
    }
}
