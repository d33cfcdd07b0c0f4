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
        while (json.NextMember())
        {
            if (json.ValueTextEquals("content"u8))
                content = json.Array(answer);
            else if (json.ValueTextEquals("id"u8))
                message.Name(json.Text(answer));
            else if (json.ValueTextEquals("stop_reason"u8))
                message.StopReason = EventJson.Decode(json.Text(answer));
            else if (json.ValueTextEquals("usage"u8))
                ReadUsage(json.Object(answer), message, sink);
            else if (json.ValueTextEquals("error"u8))
                isError |= !json.Value(answer).IsEmpty;
            else if (json.ValueTextEquals("type"u8))
                isError |= json.IsText("error"u8);
            else if (json.ValueTextEquals("model"u8) || json.ValueTextEquals("role"u8) || json.ValueTextEquals("stop_sequence"u8))
                json.SkipValue();
            else
                LeaveOut(ref json, answer, sink);
        }

        json.Read();
        if (isError)
            throw new ProviderAnswerException(ProviderError.Read(context.ProviderName, answer).Error);
        if (content.IsEmpty)
            throw new ProviderAnswerException("the provider's answer is no message: it has no content");
        ReadBlocks(content, message, sink);
        message.End(sink);
    }

    private static void ReadUsage(ReadOnlySpan<byte> usage, MessagesAnswer message, IAnswerSink sink)
    {
        var json = EventJson.ReaderOf(usage);
        var counts = message.Counts;
        if (usage.IsEmpty || !json.Read() || !counts.Read(ref json))
            return;
        message.Counts = counts;
        MessagesEvent.ReportUsage(usage, sink);
    }

    // stop_details, diagnostics, container, …: of interest to whoever knows them.
    private static void LeaveOut(scoped ref Utf8JsonReader json, ReadOnlySpan<byte> answer, IAnswerSink sink)
    {
        var name = json.NameToken(answer);
        if (!json.Value(answer).IsEmpty)
            sink.LeaveOut("message", name);
    }

    // Each is ended by the one behind it, the last one by the message.
    private static void ReadBlocks(ReadOnlySpan<byte> content, MessagesAnswer message, IAnswerSink sink)
    {
        var json = EventJson.ReaderOf(content);
        json.Read();
        while (json.NextObject())
        {
            message.EndBlock(0, sink);
            var block = MessagesEvent.ReadBlock(ref json, content);
            if (block.Type.SequenceEqual("\"tool_use\""u8) && block.Name.Length <= 2)
                throw new ProviderAnswerException("the provider's answer has a tool call without a name");
            message.StartBlock(in block, sink);
        }
    }
}
