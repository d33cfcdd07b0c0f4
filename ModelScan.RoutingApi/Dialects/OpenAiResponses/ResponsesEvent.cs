using ModelScan.RoutingApi.UsageReports;

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
/// What one event of a streamed response says, read in one forward pass over its data, and into nothing that is not wanted. Strings stand here as JSON tokens with their
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
            var scan = new JsonScan(data);
            read.ReadTop(ref scan);
            result = read;
            return true;
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or InvalidRequestException)
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
        var scan = new JsonScan(response);
        read.ReadResponse(ref scan);
        scan.End();
        return read;
    }

    /// <summary>Reads the item of a whole response that is next, as if it had come with the event that ends it.</summary>
    /// <exception cref="InvalidRequestException">It ends too early.</exception>
    /// <exception cref="JsonException">A member is not valid JSON.</exception>
    public static ResponsesEvent ReadWholeItem(scoped ref JsonScan scan, int index)
    {
        var read = new ResponsesEvent { Kind = ResponsesEventKind.ItemDone, OutputIndex = index };
        read.ReadItem(ref scan);
        return read;
    }

    private void ReadTop(scoped ref JsonScan scan)
    {
        if (!scan.EntersObject())
            throw new JsonException("not an object");
        while (scan.NextMember())
        {
            if (scan.NameIs("type"u8))
                _ = Kinds.TryFind(scan.Text(), out Kind);
            else if (scan.NameIs("delta"u8))
                Delta = scan.Text();
            else if (scan.NameIs("output_index"u8))
                OutputIndex = scan.Index();
            else if (scan.NameIs("content_index"u8) || scan.NameIs("summary_index"u8))
                PartIndex = scan.Index();
            else if (scan.NameIs("text"u8) || scan.NameIs("refusal"u8))
                Text = scan.Text();
            else if (scan.NameIs("arguments"u8) || scan.NameIs("input"u8))
                Payload = scan.Text();
            else if (scan.NameIs("logprobs"u8))
                Logprobs = scan.Array();
            else if (scan.NameIs("annotation"u8))
                Annotation = scan.Object();
            else if (scan.NameIs("item"u8))
                ReadItem(ref scan);
            else if (scan.NameIs("response"u8))
                ReadResponse(ref scan);
            else if (scan.NameIs("error"u8))
                Error = scan.Object();
            else
                scan.Skip();
        }

        scan.End();
    }

    private void ReadItem(scoped ref JsonScan scan)
    {
        var start = scan.At;
        if (!scan.EntersObject())
            return;
        while (scan.NextMember())
        {
            if (scan.NameIs("type"u8))
                ItemType = scan.Text();
            else if (scan.NameIs("id"u8))
                ItemId = scan.Text();
            else if (scan.NameIs("call_id"u8))
                CallId = scan.Text();
            else if (scan.NameIs("name"u8))
                Name = scan.Text();
            else if (scan.NameIs("arguments"u8) || scan.NameIs("input"u8))
                Payload = scan.Text();
            else if (scan.NameIs("encrypted_content"u8))
                EncryptedContent = scan.Text();
            else
                scan.Skip();
        }

        Item = scan.Since(start);
    }

    // It repeats the request's instructions and tools: whatever is not wanted is stepped over.
    private void ReadResponse(scoped ref JsonScan scan)
    {
        if (!scan.EntersObject())
            return;
        while (scan.NextMember())
        {
            if (scan.NameIs("output"u8))
                Output = scan.Raw() is [(byte)'[', ..] output ? output : default;
            else if (scan.NameIs("id"u8))
                ResponseId = scan.Text();
            else if (scan.NameIs("created_at"u8))
                CreatedAt = scan.Seconds();
            else if (scan.NameIs("error"u8))
                ResponseError = scan.Object();
            else if (scan.NameIs("status"u8))
                Status = scan.Text();
            else if (scan.NameIs("service_tier"u8))
                ServiceTier = scan.Text();
            else if (scan.NameIs("incomplete_details"u8))
                ReadReason(ref scan);
            else if (scan.NameIs("usage"u8))
                ReadUsage(scan.Raw());
            else
                scan.Skip();
        }
    }

    private void ReadUsage(ReadOnlySpan<byte> value)
    {
        var counts = default(UsageCounts);
        var reader = EventJson.ReaderOf(value);
        reader.Read();
        if (counts.Read(ref reader))
            Usage = counts.WithDetailsInside();
    }

    private void ReadReason(scoped ref JsonScan scan)
    {
        if (!scan.EntersObject())
            return;
        while (scan.NextMember())
        {
            if (scan.NameIs("reason"u8))
                IncompleteReason = scan.Text();
            else
                scan.Skip();
        }
    }
}
