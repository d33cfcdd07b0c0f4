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
        var scan = new JsonScan(answer);
        scan.EntersObject();
        while (scan.NextMember())
        {
            if (scan.NameIs("content"u8))
                content = scan.Raw() is [(byte)'[', ..] array ? array : default;
            else if (scan.NameIs("id"u8))
                message.Name(scan.Text());
            else if (scan.NameIs("stop_reason"u8))
                message.StopReason = EventJson.Decode(scan.Text());
            else if (scan.NameIs("usage"u8))
                ReadUsage(scan.Raw(), message, sink);
            else if (scan.NameIs("error"u8))
                isError |= !scan.Value().IsEmpty;
            else if (scan.NameIs("type"u8))
                isError |= scan.IsText("error"u8);
            else if (scan.NameIs("model"u8) || scan.NameIs("role"u8) || scan.NameIs("stop_sequence"u8))
                scan.Skip();
            else if (!scan.Value().IsEmpty)
                sink.LeaveOut("message", scan.Name); // stop_details, diagnostics, container, …: of interest to whoever knows them
        }

        scan.End();
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
        var blocks = new JsonScan(content);
        blocks.EntersArray();
        while (blocks.NextItem())
        {
            if (!blocks.EntersObject())
                continue;
            message.EndBlock(0, sink);
            var block = MessagesEvent.ReadBlock(ref blocks);
            if (block.Type.SequenceEqual("\"tool_use\""u8) && block.Name.Length <= 2)
                throw new ProviderAnswerException("the provider's answer has a tool call without a name");
            message.StartBlock(in block, sink);
        }
    }
}
