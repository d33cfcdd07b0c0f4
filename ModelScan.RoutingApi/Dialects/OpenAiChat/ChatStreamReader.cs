using ModelScan.RoutingApi.Dialects.Canonical;

namespace ModelScan.RoutingApi.Dialects.OpenAiChat;

/// <summary>
/// Reads a stream of chat completion chunks (https://platform.openai.com/docs/api-reference/chat-streaming). It ends with <c>[DONE]</c>,
/// or with the connection where a finish reason has come before; with an error chunk; or, with neither, broken off.
/// </summary>
internal sealed class ChatStreamReader(AnswerContext context) : SseAnswerReader
{
    private readonly ChatAnswer _answer = new(context);

    protected override void Take(ReadOnlySpan<byte> name, ReadOnlySpan<byte> data, IAnswerSink sink)
    {
        if (data.SequenceEqual("[DONE]"u8))
        {
            _answer.End(isMarked: true, sink);
            return;
        }

        try
        {
            var chunk = ChatChunk.Read(data);
            if (chunk.IsError || name.SequenceEqual("error"u8))
                _answer.Fail(ChatError.Read(context, in chunk, data), sink);
            else
                _answer.Take(in chunk, sink);
        }
        catch (Exception exception) when (exception is JsonException or InvalidRequestException or InvalidOperationException)
        {
            // Not JSON, or a name that is not Unicode.
        }
    }

    protected override void Finish(IAnswerSink sink) => _answer.End(isMarked: false, sink);
}
