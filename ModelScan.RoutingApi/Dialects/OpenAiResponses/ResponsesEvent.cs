using ModelScan.RoutingApi.Dialects.Translation;
using ModelScan.RoutingApi.Dialects.Usage;

namespace ModelScan.RoutingApi.Dialects.OpenAiResponses;

/// <summary>Kinds of events in a streamed response (https://platform.openai.com/docs/api-reference/responses-streaming).</summary>
internal enum ResponsesEventKind
{
    /// <summary>None that matters: what tools of OpenAI's report, or one of tomorrow's.</summary>
    Other,
    Created,
    ItemAdded,
    ItemDone,
    TextDelta,
    TextDone,
    Annotation,
    RefusalDelta,
    RefusalDone,
    SummaryPartAdded,
    SummaryDelta,
    SummaryDone,

    /// <summary>A piece of a summary under the name of before, which some providers still send.</summary>
    OlderSummaryDelta,
    ReasoningDelta,
    ReasoningDone,

    /// <summary>A piece of reasoning under the name of before.</summary>
    OlderReasoningDelta,

    /// <summary>Of a function's arguments or a custom tool's input.</summary>
    PayloadDelta,
    PayloadDone,
    Completed,
    Incomplete,
    Failed,
    Cancelled,
    Error,
}

/// <summary>
/// What one event of a streamed response says, read in one forward pass over its data. Strings stand here as JSON tokens with their
/// quotes, objects as their JSON, all as slices of the data; empty where the event has none.
/// </summary>
internal ref struct ResponsesEvent
{
    private static readonly Utf8Names<ResponsesEventKind> Kinds = new(
        ("response.output_text.delta", ResponsesEventKind.TextDelta),
        ("response.function_call_arguments.delta", ResponsesEventKind.PayloadDelta),
        ("response.custom_tool_call_input.delta", ResponsesEventKind.PayloadDelta),
        ("response.reasoning_summary_text.delta", ResponsesEventKind.SummaryDelta),
        ("response.reasoning_text.delta", ResponsesEventKind.ReasoningDelta),
        ("response.reasoning_summary.delta", ResponsesEventKind.OlderSummaryDelta),
        ("response.reasoning.delta", ResponsesEventKind.OlderReasoningDelta),
        ("response.reasoning_summary_part.added", ResponsesEventKind.SummaryPartAdded),
        ("response.output_item.added", ResponsesEventKind.ItemAdded),
        ("response.output_item.done", ResponsesEventKind.ItemDone),
        ("response.output_text.done", ResponsesEventKind.TextDone),
        ("response.output_text.annotation.added", ResponsesEventKind.Annotation),
        ("response.refusal.delta", ResponsesEventKind.RefusalDelta),
        ("response.refusal.done", ResponsesEventKind.RefusalDone),
        ("response.reasoning_summary_text.done", ResponsesEventKind.SummaryDone),
        ("response.reasoning_text.done", ResponsesEventKind.ReasoningDone),
        ("response.function_call_arguments.done", ResponsesEventKind.PayloadDone),
        ("response.custom_tool_call_input.done", ResponsesEventKind.PayloadDone),
        ("response.created", ResponsesEventKind.Created),
        ("response.in_progress", ResponsesEventKind.Created),
        ("response.completed", ResponsesEventKind.Completed),
        ("response.incomplete", ResponsesEventKind.Incomplete),
        ("response.failed", ResponsesEventKind.Failed),
        ("response.cancelled", ResponsesEventKind.Cancelled),
        ("error", ResponsesEventKind.Error));

    public ResponsesEventKind Kind;
    public int OutputIndex;

    /// <summary><c>content_index</c> or <c>summary_index</c>.</summary>
    public int PartIndex;

    /// <summary>The piece that a delta adds.</summary>
    public ReadOnlySpan<byte> Delta;

    /// <summary>The whole text, or refusal, of a part that is done.</summary>
    public ReadOnlySpan<byte> Text;
    public ReadOnlySpan<byte> Annotation;

    /// <summary>JSON array.</summary>
    public ReadOnlySpan<byte> Logprobs;

    /// <summary>Of an item: all of it, and what identifies it.</summary>
    public ReadOnlySpan<byte> Item;
    public ReadOnlySpan<byte> ItemType;
    public ReadOnlySpan<byte> ItemId;
    public ReadOnlySpan<byte> CallId;
    public ReadOnlySpan<byte> Name;
    public ReadOnlySpan<byte> EncryptedContent;

    /// <summary>A call's whole arguments, or a custom tool's whole input: the item's, or those that are done.</summary>
    public ReadOnlySpan<byte> Payload;

    /// <summary>Of the response.</summary>
    public ReadOnlySpan<byte> ResponseId;

    /// <summary>Seconds since 1970; 0 where absent.</summary>
    public long CreatedAt;
    public ReadOnlySpan<byte> IncompleteReason;
    public ReadOnlySpan<byte> ResponseError;

    /// <summary>The response's <c>status</c>, <c>service_tier</c> and array of items.</summary>
    public ReadOnlySpan<byte> Status;
    public ReadOnlySpan<byte> ServiceTier;
    public ReadOnlySpan<byte> Output;
    public TokenTotals? Usage;

    /// <summary>Of an <c>error</c> event, where it is not the event itself.</summary>
    public ReadOnlySpan<byte> Error;

    /// <summary>Reads an event.</summary>
    /// <param name="data">The event's data.</param>
    /// <param name="result">What it says.</param>
    /// <returns>Whether the data is a JSON object.</returns>
    public static bool TryRead(ReadOnlySpan<byte> data, out ResponsesEvent result)
    {
        result = default;
        try
        {
            var read = default(ResponsesEvent);
            var reader = EventJson.ReaderOf(data);
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject || !read.ReadTop(ref reader, data))
                return false;
            result = read;
            return true;
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            return false;
        }
    }

    /// <summary>Reads a whole response, as if it had come with the event that ends a stream. Into its items nobody looks yet.</summary>
    /// <exception cref="InvalidRequestException">It ends too early, or goes on behind its end.</exception>
    /// <exception cref="JsonException">A member is not valid JSON.</exception>
    public static ResponsesEvent ReadWhole(ReadOnlySpan<byte> response)
    {
        var read = default(ResponsesEvent);
        read.ReadResponseMembers(response);
        return read;
    }

    /// <summary>Reads an item of a response at the reader's position, as if it had come with the event that ends it.</summary>
    public static ResponsesEvent ReadWholeItem(scoped ref Utf8JsonReader reader, ReadOnlySpan<byte> data, int index)
    {
        var read = new ResponsesEvent { Kind = ResponsesEventKind.ItemDone, OutputIndex = index };
        read.ReadItemMembers(ref reader, data);
        return read;
    }

    private bool ReadTop(scoped ref Utf8JsonReader reader, ReadOnlySpan<byte> data)
    {
        while (reader.NextMember())
        {
            if (reader.ValueTextEquals("type"u8))
                ReadKind(ref reader, data);
            else if (reader.ValueTextEquals("delta"u8))
                Delta = reader.Text(data);
            else if (reader.ValueTextEquals("output_index"u8))
                OutputIndex = Index(ref reader);
            else if (reader.ValueTextEquals("content_index"u8) || reader.ValueTextEquals("summary_index"u8))
                PartIndex = Index(ref reader);
            else if (reader.ValueTextEquals("text"u8) || reader.ValueTextEquals("refusal"u8))
                Text = reader.Text(data);
            else if (reader.ValueTextEquals("arguments"u8) || reader.ValueTextEquals("input"u8))
                Payload = reader.Text(data);
            else if (reader.ValueTextEquals("logprobs"u8))
                Logprobs = reader.Array(data);
            else if (reader.ValueTextEquals("annotation"u8))
                Annotation = reader.Object(data);
            else if (reader.ValueTextEquals("item"u8))
                ReadItem(ref reader, data);
            else if (reader.ValueTextEquals("response"u8))
                ReadResponse(ref reader, data);
            else if (reader.ValueTextEquals("error"u8))
                Error = reader.Object(data);
            else
                reader.SkipValue();
        }

        return !reader.Read();
    }

    private void ReadItem(scoped ref Utf8JsonReader reader, ReadOnlySpan<byte> data)
    {
        reader.Read();
        ReadItemMembers(ref reader, data);
    }

    private void ReadItemMembers(scoped ref Utf8JsonReader reader, ReadOnlySpan<byte> data)
    {
        if (!reader.Enters())
            return;

        var start = (int)reader.TokenStartIndex;
        while (reader.NextMember())
        {
            if (reader.ValueTextEquals("type"u8))
                ItemType = reader.Text(data);
            else if (reader.ValueTextEquals("id"u8))
                ItemId = reader.Text(data);
            else if (reader.ValueTextEquals("call_id"u8))
                CallId = reader.Text(data);
            else if (reader.ValueTextEquals("name"u8))
                Name = reader.Text(data);
            else if (reader.ValueTextEquals("arguments"u8) || reader.ValueTextEquals("input"u8))
                Payload = reader.Text(data);
            else if (reader.ValueTextEquals("encrypted_content"u8))
                EncryptedContent = reader.Text(data);
            else
                reader.SkipValue();
        }

        Item = data[start..(int)reader.BytesConsumed];
    }

    private void ReadResponse(scoped ref Utf8JsonReader reader, ReadOnlySpan<byte> data)
    {
        var response = reader.Object(data);
        if (!response.IsEmpty)
            ReadResponseMembers(response);
    }

    // It repeats the request's instructions and tools: whatever is not wanted is stepped over.
    private void ReadResponseMembers(ReadOnlySpan<byte> response)
    {
        var members = new BodyMembers(response);
        while (members.Read())
        {
            var value = members.Value;
            if (members.NameIs("output"u8))
            {
                Output = value[0] == (byte)'[' ? value : default;
                continue;
            }

            var reader = EventJson.ReaderOf(value);
            if (members.NameIs("id"u8))
                ResponseId = reader.Text(value);
            else if (members.NameIs("created_at"u8))
                CreatedAt = reader.Seconds();
            else if (members.NameIs("error"u8))
                ResponseError = reader.Object(value);
            else if (members.NameIs("status"u8))
                Status = reader.Text(value);
            else if (members.NameIs("service_tier"u8))
                ServiceTier = reader.Text(value);
            else if (members.NameIs("incomplete_details"u8))
                ReadReason(ref reader, value);
            else if (members.NameIs("usage"u8))
                ReadUsage(ref reader);
        }
    }

    private void ReadUsage(scoped ref Utf8JsonReader reader)
    {
        var counts = default(UsageCounts);
        reader.Read();
        if (counts.Read(ref reader))
            Usage = counts.WithDetailsInside();
    }

    private void ReadReason(scoped ref Utf8JsonReader reader, ReadOnlySpan<byte> data)
    {
        if (!reader.EntersValue())
            return;
        while (reader.NextMember())
        {
            if (reader.ValueTextEquals("reason"u8))
                IncompleteReason = reader.Text(data);
            else
                reader.SkipValue();
        }
    }

    private void ReadKind(scoped ref Utf8JsonReader reader, ReadOnlySpan<byte> data)
    {
        if (!reader.Text(data).IsEmpty)
            _ = Kinds.TryFind(ref reader, out Kind);
    }

    private static int Index(scoped ref Utf8JsonReader reader) => Math.Max(0, reader.Index(0));
}
