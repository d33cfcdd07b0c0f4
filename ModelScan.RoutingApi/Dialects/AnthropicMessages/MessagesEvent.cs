using System.Text.Json;
using ModelScan.RoutingApi.Dialects.Canonical;

namespace ModelScan.RoutingApi.Dialects.AnthropicMessages;

/// <summary>Kinds of events in a streamed message (https://docs.anthropic.com/en/docs/build-with-claude/streaming).</summary>
internal enum MessagesEventKind
{
    /// <summary>None that matters: <c>ping</c>, or one of tomorrow's.</summary>
    Other,
    MessageStart,
    BlockStart,
    BlockDelta,
    BlockStop,
    MessageDelta,
    MessageStop,
    Error,
}

/// <summary>
/// What one event of a streamed message says, read in one forward pass over its data. Strings stand here as JSON tokens with their
/// quotes, as slices of the data; empty where the event has none.
/// </summary>
internal ref struct MessagesEvent
{
    public MessagesEventKind Kind;

    /// <summary>The event's own type, where it is not known.</summary>
    public ReadOnlySpan<byte> OtherType;
    public int Index;

    /// <summary>Of a block: <c>text</c>, <c>tool_use</c>, …; of a delta: <c>text_delta</c>, …; of an error: <c>overloaded_error</c>, ….</summary>
    public ReadOnlySpan<byte> Type;
    public ReadOnlySpan<byte> Id;
    public ReadOnlySpan<byte> Name;
    public ReadOnlySpan<byte> Text;
    public ReadOnlySpan<byte> Thinking;
    public ReadOnlySpan<byte> Signature;
    public ReadOnlySpan<byte> Opaque;
    public ReadOnlySpan<byte> PartialJson;
    public ReadOnlySpan<byte> StopReason;
    public ReadOnlySpan<byte> Message;

    /// <summary>The name of a member of a message, or of what becomes of it, that no other format has: <c>stop_details</c>, <c>diagnostics</c>, <c>container</c>.</summary>
    public ReadOnlySpan<byte> OtherMember;

    /// <summary>The input that a tool call already begins with, as JSON.</summary>
    public ReadOnlySpan<byte> Input;

    /// <summary>A citation's JSON.</summary>
    public ReadOnlySpan<byte> Citation;

    /// <summary>The array of citations that a whole text block has.</summary>
    public ReadOnlySpan<byte> Citations;

    /// <summary>Reads an event.</summary>
    /// <param name="data">The event's data.</param>
    /// <param name="counts">Takes the usage that the event tells.</param>
    /// <param name="result">What it says.</param>
    /// <returns>Whether the data is a JSON object.</returns>
    public static bool TryRead(ReadOnlySpan<byte> data, scoped ref MessagesCounts counts, out MessagesEvent result)
    {
        result = default;
        try
        {
            var read = default(MessagesEvent);
            var reader = EventJson.ReaderOf(data);
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject || !read.ReadTop(ref reader, data, ref counts))
                return false;
            result = read;
            return true;
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            return false;
        }
    }

    /// <summary>Reads a block of a whole message, at the reader's position, as if a stream had begun with all of it.</summary>
    public static MessagesEvent ReadBlock(scoped ref Utf8JsonReader reader, ReadOnlySpan<byte> data)
    {
        var counts = default(MessagesCounts);
        var block = new MessagesEvent { Kind = MessagesEventKind.BlockStart };
        block.ReadInner(ref reader, data, ref counts);
        return block;
    }

    private bool ReadTop(scoped ref Utf8JsonReader reader, ReadOnlySpan<byte> data, scoped ref MessagesCounts counts)
    {
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("type"u8))
            {
                var type = Token(ref reader, data);
                Kind = KindOf(ref reader);
                if (Kind == MessagesEventKind.Other && !type.SequenceEqual("\"ping\""u8))
                    OtherType = type;
            }
            else if (reader.ValueTextEquals("index"u8))
            {
                reader.Read();
                Index = reader.TokenType == JsonTokenType.Number && reader.TryGetInt32(out var index) ? index : -1;
                reader.Skip();
            }
            else if (reader.ValueTextEquals("message"u8) || reader.ValueTextEquals("content_block"u8) || reader.ValueTextEquals("delta"u8) || reader.ValueTextEquals("error"u8))
            {
                reader.Read();
                ReadInner(ref reader, data, ref counts);
            }
            else if (reader.ValueTextEquals("usage"u8))
            {
                reader.Read();
                MessagesUsage.Read(ref reader, ref counts);
            }
            else
            {
                reader.Read();
                reader.Skip();
            }
        }

        return !reader.Read();
    }

    // A message, a block, a delta or an error: their fields do not clash.
    private void ReadInner(scoped ref Utf8JsonReader reader, ReadOnlySpan<byte> data, scoped ref MessagesCounts counts)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            reader.Skip();
            return;
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("type"u8))
                Type = Token(ref reader, data);
            else if (reader.ValueTextEquals("text"u8))
                Text = Token(ref reader, data);
            else if (reader.ValueTextEquals("partial_json"u8))
                PartialJson = Token(ref reader, data);
            else if (reader.ValueTextEquals("thinking"u8))
                Thinking = Token(ref reader, data);
            else if (reader.ValueTextEquals("signature"u8))
                Signature = Token(ref reader, data);
            else if (reader.ValueTextEquals("data"u8))
                Opaque = Token(ref reader, data);
            else if (reader.ValueTextEquals("id"u8))
                Id = Token(ref reader, data);
            else if (reader.ValueTextEquals("name"u8))
                Name = Token(ref reader, data);
            else if (reader.ValueTextEquals("stop_reason"u8))
                StopReason = Token(ref reader, data);
            else if (reader.ValueTextEquals("message"u8))
                Message = Token(ref reader, data);
            else if (reader.ValueTextEquals("input"u8))
                Input = Object(ref reader, data);
            else if (reader.ValueTextEquals("citation"u8))
                Citation = Object(ref reader, data);
            else if (reader.ValueTextEquals("citations"u8))
                Citations = EventJson.Value(ref reader, data);
            else if (reader.ValueTextEquals("usage"u8))
                ReadUsage(ref reader, ref counts);
            else
                SkipOther(ref reader, data);
        }
    }

    /// <summary>The name at the reader's position as a JSON string.</summary>
    public static ReadOnlySpan<byte> TokenOfName(scoped ref Utf8JsonReader reader, ReadOnlySpan<byte> data) => data.Slice((int)reader.TokenStartIndex, reader.ValueSpan.Length + 2);

    /// <summary>Reports what a usage says beside its numbers: where the model ran.</summary>
    public static void ReportUsage(ReadOnlySpan<byte> usage, IAnswerSink sink)
    {
        if (usage.IndexOf("\"inference_geo\":\""u8) >= 0 || usage.IndexOf("\"inference_geo\": \""u8) >= 0)
            sink.LeaveOut("usage", "\"inference_geo\""u8);
    }

    private void SkipOther(scoped ref Utf8JsonReader reader, ReadOnlySpan<byte> data)
    {
        var isKnown = reader.ValueTextEquals("model"u8) || reader.ValueTextEquals("role"u8) || reader.ValueTextEquals("content"u8) || reader.ValueTextEquals("stop_sequence"u8);
        var name = TokenOfName(ref reader, data);
        if (!Object(ref reader, data).IsEmpty && !isKnown)
            OtherMember = name;
    }

    private static void ReadUsage(scoped ref Utf8JsonReader reader, scoped ref MessagesCounts counts)
    {
        reader.Read();
        MessagesUsage.Read(ref reader, ref counts);
    }

    private static ReadOnlySpan<byte> Token(scoped ref Utf8JsonReader reader, ReadOnlySpan<byte> data)
    {
        reader.Read();
        if (reader.TokenType == JsonTokenType.String)
            return data[(int)reader.TokenStartIndex..(int)reader.BytesConsumed];
        reader.Skip();
        return default;
    }

    private static ReadOnlySpan<byte> Object(scoped ref Utf8JsonReader reader, ReadOnlySpan<byte> data)
    {
        reader.Read();
        var isObject = reader.TokenType == JsonTokenType.StartObject;
        var start = (int)reader.TokenStartIndex;
        reader.Skip();
        return isObject ? data[start..(int)reader.BytesConsumed] : default;
    }

    private static MessagesEventKind KindOf(ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.String)
            return MessagesEventKind.Other;
        if (reader.ValueTextEquals("content_block_delta"u8))
            return MessagesEventKind.BlockDelta;
        if (reader.ValueTextEquals("content_block_start"u8))
            return MessagesEventKind.BlockStart;
        if (reader.ValueTextEquals("content_block_stop"u8))
            return MessagesEventKind.BlockStop;
        if (reader.ValueTextEquals("message_start"u8))
            return MessagesEventKind.MessageStart;
        if (reader.ValueTextEquals("message_delta"u8))
            return MessagesEventKind.MessageDelta;
        if (reader.ValueTextEquals("message_stop"u8))
            return MessagesEventKind.MessageStop;
        return reader.ValueTextEquals("error"u8) ? MessagesEventKind.Error : MessagesEventKind.Other;
    }
}
