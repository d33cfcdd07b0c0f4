using ModelScan.RoutingApi.Dialects.Canonical;
using ModelScan.RoutingApi.Dialects.Usage;

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
    private static readonly Utf8Names<MessagesEventKind> Kinds = new(
        ("content_block_delta", MessagesEventKind.BlockDelta),
        ("content_block_start", MessagesEventKind.BlockStart),
        ("content_block_stop", MessagesEventKind.BlockStop),
        ("message_start", MessagesEventKind.MessageStart),
        ("message_delta", MessagesEventKind.MessageDelta),
        ("message_stop", MessagesEventKind.MessageStop),
        ("error", MessagesEventKind.Error),
        ("ping", MessagesEventKind.Other));

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
    public static bool TryRead(ReadOnlySpan<byte> data, scoped ref UsageCounts counts, out MessagesEvent result)
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

    /// <summary>Reads a block of a whole message, which the reader is inside of, as if a stream had begun with all of it.</summary>
    public static MessagesEvent ReadBlock(scoped ref Utf8JsonReader reader, ReadOnlySpan<byte> data)
    {
        var counts = default(UsageCounts);
        var block = new MessagesEvent { Kind = MessagesEventKind.BlockStart };
        block.ReadMembers(ref reader, data, ref counts);
        return block;
    }

    private bool ReadTop(scoped ref Utf8JsonReader reader, ReadOnlySpan<byte> data, scoped ref UsageCounts counts)
    {
        while (reader.NextMember())
        {
            if (reader.ValueTextEquals("type"u8))
                ReadKind(ref reader, data);
            else if (reader.ValueTextEquals("index"u8))
                Index = reader.Index(-1);
            else if (reader.ValueTextEquals("message"u8) || reader.ValueTextEquals("content_block"u8) || reader.ValueTextEquals("delta"u8) || reader.ValueTextEquals("error"u8))
                ReadInner(ref reader, data, ref counts);
            else if (reader.ValueTextEquals("usage"u8))
                ReadUsage(ref reader, ref counts);
            else
                reader.SkipValue();
        }

        return !reader.Read();
    }

    private void ReadInner(scoped ref Utf8JsonReader reader, ReadOnlySpan<byte> data, scoped ref UsageCounts counts)
    {
        if (reader.EntersValue())
            ReadMembers(ref reader, data, ref counts);
    }

    // Of a message, a block, a delta or an error: they do not clash.
    private void ReadMembers(scoped ref Utf8JsonReader reader, ReadOnlySpan<byte> data, scoped ref UsageCounts counts)
    {
        while (reader.NextMember())
        {
            if (reader.ValueTextEquals("type"u8))
                Type = reader.Text(data);
            else if (reader.ValueTextEquals("text"u8))
                Text = reader.Text(data);
            else if (reader.ValueTextEquals("partial_json"u8))
                PartialJson = reader.Text(data);
            else if (reader.ValueTextEquals("thinking"u8))
                Thinking = reader.Text(data);
            else if (reader.ValueTextEquals("signature"u8))
                Signature = reader.Text(data);
            else if (reader.ValueTextEquals("data"u8))
                Opaque = reader.Text(data);
            else if (reader.ValueTextEquals("id"u8))
                Id = reader.Text(data);
            else if (reader.ValueTextEquals("name"u8))
                Name = reader.Text(data);
            else if (reader.ValueTextEquals("stop_reason"u8))
                StopReason = reader.Text(data);
            else if (reader.ValueTextEquals("message"u8))
                Message = reader.Text(data);
            else if (reader.ValueTextEquals("input"u8))
                Input = reader.Object(data);
            else if (reader.ValueTextEquals("citation"u8))
                Citation = reader.Object(data);
            else if (reader.ValueTextEquals("citations"u8))
                Citations = reader.Value(data);
            else if (reader.ValueTextEquals("usage"u8))
                ReadUsage(ref reader, ref counts);
            else
                SkipOther(ref reader, data);
        }
    }

    /// <summary>Reports what a usage says beside its numbers: where the model ran.</summary>
    public static void ReportUsage(ReadOnlySpan<byte> usage, IAnswerSink sink)
    {
        if (usage.IndexOf("\"inference_geo\":\""u8) >= 0 || usage.IndexOf("\"inference_geo\": \""u8) >= 0)
            sink.LeaveOut("usage", "\"inference_geo\""u8);
    }

    private void SkipOther(scoped ref Utf8JsonReader reader, ReadOnlySpan<byte> data)
    {
        var isKnown = reader.ValueTextEquals("model"u8) || reader.ValueTextEquals("role"u8) || reader.ValueTextEquals("content"u8) || reader.ValueTextEquals("stop_sequence"u8);
        var name = reader.NameToken(data);
        if (!reader.Object(data).IsEmpty && !isKnown)
            OtherMember = name;
    }

    private static void ReadUsage(scoped ref Utf8JsonReader reader, scoped ref UsageCounts counts)
    {
        reader.Read();
        counts.Read(ref reader);
    }

    private void ReadKind(scoped ref Utf8JsonReader reader, ReadOnlySpan<byte> data)
    {
        var type = reader.Text(data);
        if (!type.IsEmpty && !Kinds.TryFind(ref reader, out Kind))
            OtherType = type;
    }
}
