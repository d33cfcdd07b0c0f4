using ModelScan.RoutingApi.UsageReports;

namespace ModelScan.RoutingApi.Dialects.AmazonConverse;

/// <summary>
/// What the payload of one message of a Converse stream says, read in one forward pass
/// (https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ConverseStream.html). Strings stand here as JSON tokens with their
/// quotes, as slices of the payload; empty where there are none.
/// </summary>
/// <remarks>
/// <code>
/// contentBlockStart  {"contentBlockIndex": 1, "start": {"toolUse": {"toolUseId": "…", "name": "…"}}}
/// contentBlockDelta  {"contentBlockIndex": 1, "delta": {"text": "…"} | {"toolUse": {"input": "…"}} | {"citation": {…}}
///                                                    | {"reasoningContent": {"text": "…"} | {"signature": "…"} | {"redactedContent": "…"}}}
/// messageStop        {"stopReason": "end_turn", "additionalModelResponseFields": {"delta": {"stop_sequence": "…"}}}
/// metadata           {"usage": {…}, "metrics": {"latencyMs": 1}, "trace": {…}}
/// an exception       {"message": "…"}
/// each               "p": "abcdef…"   padding, so that the length of a text cannot be guessed from outside
/// </code>
/// </remarks>
internal ref struct ConverseEvent
{
    private const int MaxDepth = 512;

    public int Index;
    public ReadOnlySpan<byte> ToolUseId;
    public ReadOnlySpan<byte> Name;

    /// <summary>Of a tool call: <c>server_tool_use</c> where Amazon runs the tool.</summary>
    public ReadOnlySpan<byte> Type;
    public ReadOnlySpan<byte> Text;
    public ReadOnlySpan<byte> Input;
    public ReadOnlySpan<byte> Thought;
    public ReadOnlySpan<byte> Signature;
    public ReadOnlySpan<byte> Redacted;
    public ReadOnlySpan<byte> StopReason;
    public ReadOnlySpan<byte> StopSequence;
    public ReadOnlySpan<byte> Message;

    /// <summary>A citation's JSON.</summary>
    public ReadOnlySpan<byte> Citation;

    /// <summary>The name of what a block or a delta is, where it is none of these; a JSON string.</summary>
    public ReadOnlySpan<byte> OtherMember;

    /// <summary>Whether the event is about a tool call.</summary>
    public bool IsToolUse;

    /// <summary>Whether it tells the usage.</summary>
    public bool HasUsage;

    /// <summary>Reads a payload.</summary>
    /// <param name="payload">The message's payload.</param>
    /// <param name="counts">Takes the usage that it tells.</param>
    /// <param name="result">What it says.</param>
    /// <returns>Whether the payload is a JSON object.</returns>
    public static bool TryRead(ReadOnlySpan<byte> payload, scoped ref UsageCounts counts, out ConverseEvent result)
    {
        result = default;
        try
        {
            var read = new ConverseEvent { Index = -1 };
            var reader = new Utf8JsonReader(payload, new JsonReaderOptions { MaxDepth = MaxDepth });
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
                return false;
            read.ReadTop(ref reader, payload, ref counts);
            if (reader.Read())
                return false;
            result = read;
            return true;
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            return false;
        }
    }

    private void ReadTop(scoped ref Utf8JsonReader reader, ReadOnlySpan<byte> data, scoped ref UsageCounts counts)
    {
        while (reader.NextMember())
        {
            if (reader.ValueTextEquals("contentBlockIndex"u8))
                Index = reader.Index(-1);
            else if (reader.ValueTextEquals("delta"u8) || reader.ValueTextEquals("start"u8))
                ReadDelta(ref reader, data);
            else if (reader.ValueTextEquals("additionalModelResponseFields"u8))
                ReadModelFields(ref reader, data);
            else if (reader.ValueTextEquals("usage"u8))
                ReadUsage(ref reader, ref counts);
            else if (reader.ValueTextEquals("stopReason"u8))
                StopReason = reader.Text(data);
            else if (Message.IsEmpty && (reader.ValueTextEquals("message"u8) || reader.ValueTextEquals("Message"u8) || reader.ValueTextEquals("originalMessage"u8)))
                Message = reader.Text(data);
            else
                reader.SkipValue();
        }
    }

    private void ReadUsage(scoped ref Utf8JsonReader reader, scoped ref UsageCounts counts)
    {
        reader.Read();
        HasUsage = reader.TokenType == JsonTokenType.StartObject;
        counts.Read(ref reader);
    }

    private void ReadDelta(scoped ref Utf8JsonReader reader, ReadOnlySpan<byte> data)
    {
        if (!reader.EntersValue())
            return;
        while (reader.NextMember())
        {
            if (reader.ValueTextEquals("text"u8))
                Text = reader.Text(data);
            else if (reader.ValueTextEquals("toolUse"u8))
                ReadToolUse(ref reader, data);
            else if (reader.ValueTextEquals("reasoningContent"u8))
                ReadThought(ref reader, data);
            else if (reader.ValueTextEquals("citation"u8))
                Citation = reader.Object(data);
            else
                ReadOther(ref reader, data);
        }
    }

    private void ReadOther(scoped ref Utf8JsonReader reader, ReadOnlySpan<byte> data)
    {
        OtherMember = reader.NameToken(data);
        reader.SkipValue();
    }

    private void ReadToolUse(scoped ref Utf8JsonReader reader, ReadOnlySpan<byte> data)
    {
        IsToolUse = reader.EntersValue();
        if (!IsToolUse)
            return;
        while (reader.NextMember())
        {
            if (reader.ValueTextEquals("toolUseId"u8))
                ToolUseId = reader.Text(data);
            else if (reader.ValueTextEquals("name"u8))
                Name = reader.Text(data);
            else if (reader.ValueTextEquals("input"u8))
                Input = reader.Text(data);
            else if (reader.ValueTextEquals("type"u8))
                Type = reader.Text(data);
            else
                reader.SkipValue();
        }
    }

    private void ReadThought(scoped ref Utf8JsonReader reader, ReadOnlySpan<byte> data)
    {
        if (!reader.EntersValue())
            return;
        while (reader.NextMember())
        {
            if (reader.ValueTextEquals("text"u8))
                Thought = reader.Text(data);
            else if (reader.ValueTextEquals("signature"u8))
                Signature = reader.Text(data);
            else if (reader.ValueTextEquals("redactedContent"u8))
                Redacted = reader.Text(data);
            else
                reader.SkipValue();
        }
    }

    // {"stop_sequence": "…"} or {"delta": {"stop_sequence": "…"}}, by the path that it was asked for.
    private void ReadModelFields(scoped ref Utf8JsonReader reader, ReadOnlySpan<byte> data)
    {
        if (!reader.EntersValue())
            return;
        var depth = reader.CurrentDepth;
        while (reader.Read() && !(reader.TokenType == JsonTokenType.EndObject && reader.CurrentDepth == depth))
        {
            if (reader.TokenType == JsonTokenType.PropertyName && reader.ValueTextEquals("stop_sequence"u8))
                StopSequence = reader.Text(data);
        }
    }
}
