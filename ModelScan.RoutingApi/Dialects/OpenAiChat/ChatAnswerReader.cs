using ModelScan.RoutingApi.Dialects.Canonical;
using ModelScan.RoutingApi.Dialects.Translation;

namespace ModelScan.RoutingApi.Dialects.OpenAiChat;

/// <summary>Reads a whole chat completion.</summary>
internal static class ChatAnswerReader
{
    /// <summary>Reads.</summary>
    /// <exception cref="ProviderAnswerException">It is no chat completion, has no choice, or says that the provider failed.</exception>
    public static void Read(ReadOnlySpan<byte> answer, IAnswerSink sink, AnswerContext context)
    {
        _ = AnswerReader.Open(answer);
        var whole = ChatChunk.Read(answer);
        if (whole.IsError)
            throw new ProviderAnswerException(ChatError.Read(context, in whole, answer));
        if (!whole.HasChoice)
            throw new ProviderAnswerException("the provider's answer has no choices");
        var events = new ChatAnswer(context);
        events.Take(in whole, sink);
        events.End(isMarked: true, sink);
    }
}
