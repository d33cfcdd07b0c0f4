using System.Text.Json;
using ModelScan.RoutingApi.Dialects.Canonical;
using ModelScan.RoutingApi.Dialects.Translation;

namespace ModelScan.RoutingApi.Dialects.AnthropicMessages;

/// <summary>Reads a whole message.</summary>
internal static class MessagesAnswerReader
{
    /// <summary>Reads.</summary>
    /// <exception cref="ProviderAnswerException">It is no message, or says that the provider failed.</exception>
    public static void Read(ReadOnlySpan<byte> answer, IAnswerSink sink, AnswerContext context)
    {
        var json = AnswerReader.Open(answer);
        var message = new MessagesAnswer(context);
        ReadOnlySpan<byte> content = default;
        var isError = false;
        var counts = default(MessagesCounts);
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            if (json.ValueTextEquals("content"u8))
            {
                content = EventJson.Value(ref json, answer);
            }
            else if (json.ValueTextEquals("id"u8))
            {
                message.Name(EventJson.Text(ref json, answer));
            }
            else if (json.ValueTextEquals("stop_reason"u8))
            {
                message.StopReason = EventJson.Decode(EventJson.Text(ref json, answer));
            }
            else if (json.ValueTextEquals("usage"u8))
            {
                var usage = EventJson.Value(ref json, answer);
                var numbers = EventJson.ReaderOf(usage);
                numbers.Read();
                MessagesUsage.Read(ref numbers, ref counts);
                MessagesEvent.ReportUsage(usage, sink);
            }
            else if (json.ValueTextEquals("error"u8))
            {
                isError |= !EventJson.Value(ref json, answer).IsEmpty;
            }
            else if (json.ValueTextEquals("type"u8))
            {
                isError |= EventJson.Text(ref json, answer).SequenceEqual("\"error\""u8);
            }
            else if (json.ValueTextEquals("model"u8) || json.ValueTextEquals("role"u8) || json.ValueTextEquals("stop_sequence"u8))
            {
                TokenCount.SkipValue(ref json);
            }
            else
            {
                // stop_details, diagnostics, container, …: of interest to whoever knows them.
                var name = MessagesEvent.TokenOfName(ref json, answer);
                if (!EventJson.Value(ref json, answer).IsEmpty)
                    sink.LeaveOut("message", name);
            }
        }

        json.Read();
        if (isError)
            throw new ProviderAnswerException(ProviderError.Read(context.ProviderName, answer).Error);
        if (content.IsEmpty || content[0] != '[')
            throw new ProviderAnswerException("the provider's answer is no message: it has no content");
        message.Counts = counts;
        ReadBlocks(content, message, sink);
        message.End(sink);
    }

    // Each is ended by the one behind it, the last one by the message.
    private static void ReadBlocks(ReadOnlySpan<byte> content, MessagesAnswer message, IAnswerSink sink)
    {
        var json = EventJson.ReaderOf(content);
        json.Read();
        while (json.Read() && json.TokenType != JsonTokenType.EndArray)
        {
            message.EndBlock(0, sink);
            var block = MessagesEvent.ReadBlock(ref json, content);
            if (block.Type.SequenceEqual("\"tool_use\""u8) && block.Name.Length <= 2)
                throw new ProviderAnswerException("the provider's answer has a tool call without a name");
            message.StartBlock(in block, sink);
        }
    }
}
