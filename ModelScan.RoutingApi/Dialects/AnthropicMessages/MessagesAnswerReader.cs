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
        _ = AnswerReader.Open(answer);
        var message = new MessagesAnswer(context);
        ReadOnlySpan<byte> content = default;
        var isError = false;
        var members = new BodyMembers(answer);
        while (members.Read())
        {
            var value = members.Value;
            if (members.NameIs("content"u8))
                content = value[0] == '[' ? value : default;
            else if (members.NameIs("id"u8))
                message.Name(EventJson.Text(value));
            else if (members.NameIs("stop_reason"u8))
                message.StopReason = EventJson.Decode(EventJson.Text(value));
            else if (members.NameIs("usage"u8))
                ReadUsage(value, message, sink);
            else if (members.NameIs("error"u8))
                isError |= !value.SequenceEqual("null"u8);
            else if (members.NameIs("type"u8))
                isError |= value.SequenceEqual("\"error\""u8);
            else if (!members.NameIs("model"u8) && !members.NameIs("role"u8) && !members.NameIs("stop_sequence"u8) && !value.SequenceEqual("null"u8))
                sink.LeaveOut("message", EventJson.Text(members.Name)); // stop_details, diagnostics, container, …: of interest to whoever knows them
        }

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
        if (!json.Read() || !counts.Read(ref json))
            return;
        message.Counts = counts;
        MessagesEvent.ReportUsage(usage, sink);
    }

    // Each is ended by the one behind it, the last one by the message.
    private static void ReadBlocks(ReadOnlySpan<byte> content, MessagesAnswer message, IAnswerSink sink)
    {
        var items = new BodyItems(content);
        while (items.Read())
        {
            if (items.Value[0] != '{')
                continue;
            message.EndBlock(0, sink);
            var block = MessagesEvent.ReadBlock(items.Value);
            if (block.Type.SequenceEqual("\"tool_use\""u8) && block.Name.Length <= 2)
                throw new ProviderAnswerException("the provider's answer has a tool call without a name");
            message.StartBlock(in block, sink);
        }
    }
}
