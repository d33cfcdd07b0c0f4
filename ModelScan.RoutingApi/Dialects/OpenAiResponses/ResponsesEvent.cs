using System.Text;
using System.Text.Json;
using ModelScan.RoutingApi.Dialects.Translation;

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

    /// <summary>Reads a whole response at the reader's position, as if it had come with the event that ends a stream.</summary>
    public static ResponsesEvent ReadWhole(scoped ref Utf8JsonReader reader, ReadOnlySpan<byte> data)
    {
        var read = default(ResponsesEvent);
        read.ReadResponseMembers(ref reader, data);
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
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("type"u8))
                Kind = ReadKind(ref reader);
            else if (reader.ValueTextEquals("delta"u8))
                Delta = ReadToken(ref reader, data);
            else if (reader.ValueTextEquals("output_index"u8))
                OutputIndex = ReadIndex(ref reader);
            else if (reader.ValueTextEquals("content_index"u8) || reader.ValueTextEquals("summary_index"u8))
                PartIndex = ReadIndex(ref reader);
            else if (reader.ValueTextEquals("text"u8) || reader.ValueTextEquals("refusal"u8))
                Text = ReadToken(ref reader, data);
            else if (reader.ValueTextEquals("arguments"u8) || reader.ValueTextEquals("input"u8))
                Payload = ReadToken(ref reader, data);
            else if (reader.ValueTextEquals("logprobs"u8))
                Logprobs = ReadValue(ref reader, data, JsonTokenType.StartArray);
            else if (reader.ValueTextEquals("annotation"u8))
                Annotation = ReadObject(ref reader, data);
            else if (reader.ValueTextEquals("item"u8))
                ReadItem(ref reader, data);
            else if (reader.ValueTextEquals("response"u8))
                ReadResponse(ref reader, data);
            else if (reader.ValueTextEquals("error"u8))
                Error = ReadObject(ref reader, data);
            else
                TokenCount.SkipValue(ref reader);
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
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            reader.Skip();
            return;
        }

        var start = (int)reader.TokenStartIndex;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("type"u8))
                ItemType = ReadToken(ref reader, data);
            else if (reader.ValueTextEquals("id"u8))
                ItemId = ReadToken(ref reader, data);
            else if (reader.ValueTextEquals("call_id"u8))
                CallId = ReadToken(ref reader, data);
            else if (reader.ValueTextEquals("name"u8))
                Name = ReadToken(ref reader, data);
            else if (reader.ValueTextEquals("arguments"u8) || reader.ValueTextEquals("input"u8))
                Payload = ReadToken(ref reader, data);
            else if (reader.ValueTextEquals("encrypted_content"u8))
                EncryptedContent = ReadToken(ref reader, data);
            else
                TokenCount.SkipValue(ref reader);
        }

        Item = data[start..(int)reader.BytesConsumed];
    }

    private void ReadResponse(scoped ref Utf8JsonReader reader, ReadOnlySpan<byte> data)
    {
        reader.Read();
        ReadResponseMembers(ref reader, data);
    }

    private void ReadResponseMembers(scoped ref Utf8JsonReader reader, ReadOnlySpan<byte> data)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            reader.Skip();
            return;
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("id"u8))
                ResponseId = ReadToken(ref reader, data);
            else if (reader.ValueTextEquals("created_at"u8))
                CreatedAt = ReadSeconds(ref reader);
            else if (reader.ValueTextEquals("error"u8))
                ResponseError = ReadObject(ref reader, data);
            else if (reader.ValueTextEquals("status"u8))
                Status = ReadToken(ref reader, data);
            else if (reader.ValueTextEquals("service_tier"u8))
                ServiceTier = ReadToken(ref reader, data);
            else if (reader.ValueTextEquals("output"u8))
                Output = ReadValue(ref reader, data, JsonTokenType.StartArray);
            else if (reader.ValueTextEquals("incomplete_details"u8))
                ReadReason(ref reader, data);
            else if (reader.ValueTextEquals("usage"u8))
                ReadUsage(ref reader);
            else
                TokenCount.SkipValue(ref reader);
        }
    }

    private void ReadUsage(scoped ref Utf8JsonReader reader)
    {
        reader.Read();
        Usage = ResponseUsage.Read(ref reader) ?? Usage;
    }

    private void ReadReason(scoped ref Utf8JsonReader reader, ReadOnlySpan<byte> data)
    {
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            reader.Skip();
            return;
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("reason"u8))
                IncompleteReason = ReadToken(ref reader, data);
            else
                TokenCount.SkipValue(ref reader);
        }
    }

    private static ReadOnlySpan<byte> ReadToken(scoped ref Utf8JsonReader reader, ReadOnlySpan<byte> data)
    {
        reader.Read();
        if (reader.TokenType == JsonTokenType.String)
            return data[(int)reader.TokenStartIndex..(int)reader.BytesConsumed];
        reader.Skip();
        return default;
    }

    private static ReadOnlySpan<byte> ReadObject(scoped ref Utf8JsonReader reader, ReadOnlySpan<byte> data) => ReadValue(ref reader, data, JsonTokenType.StartObject);

    private static ReadOnlySpan<byte> ReadValue(scoped ref Utf8JsonReader reader, ReadOnlySpan<byte> data, JsonTokenType type)
    {
        reader.Read();
        var isIt = reader.TokenType == type;
        var start = (int)reader.TokenStartIndex;
        reader.Skip();
        return isIt ? data[start..(int)reader.BytesConsumed] : default;
    }

    private static int ReadIndex(scoped ref Utf8JsonReader reader)
    {
        reader.Read();
        var index = reader.TokenType == JsonTokenType.Number && reader.TryGetInt32(out var number) && number >= 0 ? number : 0;
        reader.Skip();
        return index;
    }

    private static long ReadSeconds(scoped ref Utf8JsonReader reader)
    {
        reader.Read();
        var seconds = reader.TokenType == JsonTokenType.Number && reader.TryGetInt64(out var number) ? number : 0;
        reader.Skip();
        return seconds;
    }

    private static ResponsesEventKind ReadKind(scoped ref Utf8JsonReader reader)
    {
        reader.Read();
        var kind = reader.TokenType != JsonTokenType.String ? ResponsesEventKind.Other
            : KindOf(reader.ValueIsEscaped ? Encoding.UTF8.GetBytes(JsonText.Read(ref reader)) : reader.ValueSpan);
        reader.Skip();
        return kind;
    }

    private static ResponsesEventKind KindOf(ReadOnlySpan<byte> type)
    {
        if (type.SequenceEqual("error"u8))
            return ResponsesEventKind.Error;
        if (!type.StartsWith("response."u8))
            return ResponsesEventKind.Other;
        var name = type["response."u8.Length..];
        if (name.SequenceEqual("output_text.delta"u8))
            return ResponsesEventKind.TextDelta;
        if (name.SequenceEqual("function_call_arguments.delta"u8) || name.SequenceEqual("custom_tool_call_input.delta"u8))
            return ResponsesEventKind.PayloadDelta;
        if (name.SequenceEqual("reasoning_summary_text.delta"u8))
            return ResponsesEventKind.SummaryDelta;
        if (name.SequenceEqual("reasoning_text.delta"u8))
            return ResponsesEventKind.ReasoningDelta;
        if (name.SequenceEqual("reasoning_summary.delta"u8))
            return ResponsesEventKind.OlderSummaryDelta;
        if (name.SequenceEqual("reasoning.delta"u8))
            return ResponsesEventKind.OlderReasoningDelta;
        if (name.SequenceEqual("reasoning_summary_part.added"u8))
            return ResponsesEventKind.SummaryPartAdded;
        if (name.SequenceEqual("output_item.added"u8))
            return ResponsesEventKind.ItemAdded;
        if (name.SequenceEqual("output_item.done"u8))
            return ResponsesEventKind.ItemDone;
        if (name.SequenceEqual("output_text.done"u8))
            return ResponsesEventKind.TextDone;
        if (name.SequenceEqual("output_text.annotation.added"u8))
            return ResponsesEventKind.Annotation;
        if (name.SequenceEqual("refusal.delta"u8))
            return ResponsesEventKind.RefusalDelta;
        if (name.SequenceEqual("refusal.done"u8))
            return ResponsesEventKind.RefusalDone;
        if (name.SequenceEqual("reasoning_summary_text.done"u8))
            return ResponsesEventKind.SummaryDone;
        if (name.SequenceEqual("reasoning_text.done"u8))
            return ResponsesEventKind.ReasoningDone;
        if (name.SequenceEqual("function_call_arguments.done"u8) || name.SequenceEqual("custom_tool_call_input.done"u8))
            return ResponsesEventKind.PayloadDone;
        if (name.SequenceEqual("created"u8) || name.SequenceEqual("in_progress"u8))
            return ResponsesEventKind.Created;
        if (name.SequenceEqual("completed"u8))
            return ResponsesEventKind.Completed;
        if (name.SequenceEqual("incomplete"u8))
            return ResponsesEventKind.Incomplete;
        if (name.SequenceEqual("failed"u8))
            return ResponsesEventKind.Failed;
        return name.SequenceEqual("cancelled"u8) ? ResponsesEventKind.Cancelled : ResponsesEventKind.Other;
    }
}
