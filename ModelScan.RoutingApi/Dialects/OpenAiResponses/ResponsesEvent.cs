using System.Text.Json;
using ModelScan.RoutingApi.Dialects.Translation;

namespace ModelScan.RoutingApi.Dialects.OpenAiResponses;

/// <summary>Kinds of events in a streamed response (https://platform.openai.com/docs/api-reference/responses-streaming).</summary>
internal enum ResponsesEventKind
{
    /// <summary>None that matters: what others repeat, what tools of OpenAI's report, or one of tomorrow's.</summary>
    Other,
    Created,
    ItemAdded,
    ItemDone,
    TextDelta,
    TextDone,
    Annotation,
    RefusalDelta,
    SummaryPartAdded,
    SummaryDelta,
    ReasoningDelta,

    /// <summary>Of a function's arguments or a custom tool's input.</summary>
    PayloadDelta,
    Completed,
    Incomplete,
    Failed,
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
    public int SummaryIndex;

    /// <summary>The piece that a delta adds.</summary>
    public ReadOnlySpan<byte> Delta;

    /// <summary>The whole text of a part that is done.</summary>
    public ReadOnlySpan<byte> Text;
    public ReadOnlySpan<byte> Annotation;

    /// <summary>Of an item: all of it, and what identifies it.</summary>
    public ReadOnlySpan<byte> Item;
    public ReadOnlySpan<byte> ItemType;
    public ReadOnlySpan<byte> CallId;
    public ReadOnlySpan<byte> Name;

    /// <summary>A call's arguments, or a custom tool's input.</summary>
    public ReadOnlySpan<byte> Payload;

    /// <summary>Of the response.</summary>
    public ReadOnlySpan<byte> ResponseId;
    public ReadOnlySpan<byte> IncompleteReason;
    public ReadOnlySpan<byte> Error;
    public TokenTotals? Usage;

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
            var reader = new Utf8JsonReader(data);
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
            else if (reader.ValueTextEquals("summary_index"u8))
                SummaryIndex = ReadIndex(ref reader);
            else if (reader.ValueTextEquals("text"u8))
                Text = ReadToken(ref reader, data);
            else if (reader.ValueTextEquals("annotation"u8))
                Annotation = ReadObject(ref reader, data);
            else if (reader.ValueTextEquals("item"u8))
                ReadItem(ref reader, data);
            else if (reader.ValueTextEquals("response"u8))
                ReadResponse(ref reader, data);
            else
                ReadObject(ref reader, data);
        }

        return !reader.Read();
    }

    private void ReadItem(scoped ref Utf8JsonReader reader, ReadOnlySpan<byte> data)
    {
        reader.Read();
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
            else if (reader.ValueTextEquals("call_id"u8))
                CallId = ReadToken(ref reader, data);
            else if (reader.ValueTextEquals("name"u8))
                Name = ReadToken(ref reader, data);
            else if (reader.ValueTextEquals("arguments"u8) || reader.ValueTextEquals("input"u8))
                Payload = ReadToken(ref reader, data);
            else
                ReadObject(ref reader, data);
        }

        Item = data[start..(int)reader.BytesConsumed];
    }

    private void ReadResponse(scoped ref Utf8JsonReader reader, ReadOnlySpan<byte> data)
    {
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            reader.Skip();
            return;
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("id"u8))
                ResponseId = ReadToken(ref reader, data);
            else if (reader.ValueTextEquals("error"u8))
                Error = ReadObject(ref reader, data);
            else if (reader.ValueTextEquals("incomplete_details"u8))
                ReadReason(ref reader, data);
            else if (reader.ValueTextEquals("usage"u8))
                ReadUsage(ref reader);
            else
                ReadObject(ref reader, data);
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
                ReadObject(ref reader, data);
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

    private static ReadOnlySpan<byte> ReadObject(scoped ref Utf8JsonReader reader, ReadOnlySpan<byte> data)
    {
        reader.Read();
        var isObject = reader.TokenType == JsonTokenType.StartObject;
        var start = (int)reader.TokenStartIndex;
        reader.Skip();
        return isObject ? data[start..(int)reader.BytesConsumed] : default;
    }

    private static int ReadIndex(scoped ref Utf8JsonReader reader)
    {
        reader.Read();
        var index = reader.TokenType == JsonTokenType.Number && reader.TryGetInt32(out var number) ? number : -1;
        reader.Skip();
        return index;
    }

    private static ResponsesEventKind ReadKind(scoped ref Utf8JsonReader reader)
    {
        reader.Read();
        var kind = reader.TokenType == JsonTokenType.String ? KindOf(reader.ValueSpan) : ResponsesEventKind.Other;
        reader.Skip();
        return kind;
    }

    // Some providers still send the names of before: reasoning_summary.delta, reasoning.delta.
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
        if (name.SequenceEqual("reasoning_summary_text.delta"u8) || name.SequenceEqual("reasoning_summary.delta"u8))
            return ResponsesEventKind.SummaryDelta;
        if (name.SequenceEqual("reasoning_text.delta"u8) || name.SequenceEqual("reasoning.delta"u8))
            return ResponsesEventKind.ReasoningDelta;
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
        if (name.SequenceEqual("created"u8) || name.SequenceEqual("in_progress"u8))
            return ResponsesEventKind.Created;
        if (name.SequenceEqual("completed"u8))
            return ResponsesEventKind.Completed;
        if (name.SequenceEqual("incomplete"u8))
            return ResponsesEventKind.Incomplete;
        return name.SequenceEqual("failed"u8) || name.SequenceEqual("cancelled"u8) ? ResponsesEventKind.Failed : ResponsesEventKind.Other;
    }
}
