using ModelScan.RoutingApi.Dialects.Canonical;
using ModelScan.RoutingApi.Dialects.Translation;

namespace ModelScan.RoutingApi.Dialects.AmazonConverse;

/// <summary>Reads a whole answer of Converse (https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html).</summary>
internal static class ConverseAnswerReader
{
    /// <summary>Reads.</summary>
    /// <exception cref="ProviderAnswerException">It is no answer of Converse, or says that the model failed.</exception>
    public static void Read(ReadOnlySpan<byte> answer, IAnswerSink sink, AnswerContext context)
    {
        var json = AnswerReader.Open(answer);
        using var document = JsonDocument.ParseValue(ref json);
        json.Read();
        var root = new AnswerField(document.RootElement);
        if (root.FindObject("output")?.FindObject("message") is not { } message)
        {
            throw root.FindText("message") is { } said
                ? new ProviderAnswerException(ConverseFailure.InStream(context.ProviderName, ConverseFailure.TypeOf(root.FindText("__type")) ?? "", said))
                : new ProviderAnswerException("the provider's answer has no message");
        }

        using var events = new ConverseAnswer(context) { StopReason = root.FindText("stopReason") ?? "end_turn", StopSequence = StopSequence(root) };
        if (root.FindObject("usage") is { } usage)
        {
            var counts = events.Counts;
            var reader = usage.ToReader();
            counts.Read(ref reader);
            events.Count(counts);
        }

        var index = 0;
        foreach (var block in message.Items("content"))
        {
            events.Close(sink);
            Take(block, index++, events, sink);
        }

        events.End(sink);
    }

    private static void Take(AnswerField block, int index, ConverseAnswer events, IAnswerSink sink)
    {
        if (block.Find("text") is { IsText: true } text)
        {
            events.Say(text.Raw, sink);
        }
        else if (block.FindObject("toolUse") is { } call)
        {
            if (call.FindText("type") == "server_tool_use")
                sink.LeaveOut("content", "\"server_tool_use\""u8);
            else
                TakeCall(call, index, events, sink);
        }
        else if (block.FindObject("reasoningContent") is { } thought)
        {
            if (thought.FindObject("reasoningText") is { } read)
            {
                events.Think(read.FindToken("text"), sink);
                events.Sign(read.FindToken("signature"), sink);
            }
            else if (thought.Find("redactedContent") is { IsText: true } redacted)
            {
                events.Hide(redacted.Raw, sink);
            }
        }
        else if (block.FindObject("citationsContent") is { } cited)
        {
            foreach (var part in cited.Items("content"))
                events.Say(part.FindToken("text"), sink);
            foreach (var citation in cited.Items("citations"))
                events.Cite(citation.Raw, sink);
        }
        else
        {
            foreach (var member in block.Value.EnumerateObject())
                sink.LeaveOut("content", EscapedText.TokenOf(member.Name));
        }
    }

    private static void TakeCall(AnswerField call, int index, ConverseAnswer events, IAnswerSink sink)
    {
        if (call.FindToken("name") is not { Length: > 2 } name)
            throw new ProviderAnswerException("the provider's answer has a tool call without a name");
        events.BeginCall(index, call.FindToken("toolUseId"), name, sink);
        if (call.Find("input") is not { } input)
            return;
        if (input.IsText)
        {
            events.AddInput(index, input.Raw, sink);
            return;
        }

        using PooledBuffer compact = new(), token = new();
        CompactJson.Write(input.Raw, compact);
        EscapedText.Write(compact.WrittenSpan, token);
        events.AddInput(index, token.WrittenSpan, sink);
    }

    private static string? StopSequence(AnswerField root)
    {
        var fields = root.FindObject("additionalModelResponseFields");
        return fields?.FindText("stop_sequence") ?? fields?.FindObject("delta")?.FindText("stop_sequence");
    }
}
