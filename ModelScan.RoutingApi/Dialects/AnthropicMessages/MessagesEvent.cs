using ModelScan.RoutingApi.Dialects.Canonical;
using ModelScan.RoutingApi.UsageReports;

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
/// What one event of a streamed message says, read in one forward pass over its data, and into nothing that is not wanted. Strings stand here as JSON tokens with their
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
            var scan = new JsonScan(data);
            read.ReadTop(ref scan, ref counts);
            result = read;
            return true;
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or InvalidRequestException)
        {
            return false;
        }
    }

    /// <summary>Reads a block of a whole message, which the scan is inside of, as if a stream had begun with all of it.</summary>
    /// <exception cref="InvalidRequestException">It ends too early.</exception>
    /// <exception cref="JsonException">A member is not valid JSON.</exception>
    public static MessagesEvent ReadBlock(scoped ref JsonScan scan)
    {
        var counts = default(UsageCounts);
        var read = new MessagesEvent { Kind = MessagesEventKind.BlockStart };
        read.ReadMembers(ref scan, ref counts);
        return read;
    }

    private void ReadTop(scoped ref JsonScan scan, scoped ref UsageCounts counts)
    {
        if (!scan.EntersObject())
            throw new JsonException("not an object");
        while (scan.NextMember())
        {
            if (scan.NameIs("type"u8))
                ReadKind(scan.Text());
            else if (scan.NameIs("index"u8))
                Index = scan.Index(-1);
            else if (scan.NameIs("message"u8) || scan.NameIs("content_block"u8) || scan.NameIs("delta"u8) || scan.NameIs("error"u8))
                ReadInner(ref scan, ref counts);
            else if (scan.NameIs("usage"u8))
                ReadUsage(scan.Raw(), ref counts);
            else
                scan.Skip();
        }

        scan.End();
    }

    private void ReadInner(scoped ref JsonScan scan, scoped ref UsageCounts counts)
    {
        if (scan.EntersObject())
            ReadMembers(ref scan, ref counts);
    }

    // Of a message, a block, a delta or an error: they do not clash.
    private void ReadMembers(scoped ref JsonScan scan, scoped ref UsageCounts counts)
    {
        while (scan.NextMember())
        {
            if (scan.NameIs("type"u8))
                Type = scan.Text();
            else if (scan.NameIs("text"u8))
                Text = scan.Text();
            else if (scan.NameIs("partial_json"u8))
                PartialJson = scan.Text();
            else if (scan.NameIs("thinking"u8))
                Thinking = scan.Text();
            else if (scan.NameIs("signature"u8))
                Signature = scan.Text();
            else if (scan.NameIs("data"u8))
                Opaque = scan.Text();
            else if (scan.NameIs("id"u8))
                Id = scan.Text();
            else if (scan.NameIs("name"u8))
                Name = scan.Text();
            else if (scan.NameIs("stop_reason"u8))
                StopReason = scan.Text();
            else if (scan.NameIs("message"u8))
                Message = scan.Text();
            else if (scan.NameIs("input"u8))
                Input = scan.Object();
            else if (scan.NameIs("citation"u8))
                Citation = scan.Object();
            else if (scan.NameIs("citations"u8))
                Citations = scan.Array();
            else if (scan.NameIs("usage"u8))
                ReadUsage(scan.Raw(), ref counts);
            else
                ReadOther(ref scan);
        }
    }

    /// <summary>Reports what a usage says beside its numbers: where the model ran.</summary>
    public static void ReportUsage(ReadOnlySpan<byte> usage, IAnswerSink sink)
    {
        if (usage.IndexOf("\"inference_geo\":\""u8) >= 0 || usage.IndexOf("\"inference_geo\": \""u8) >= 0)
            sink.LeaveOut("usage", "\"inference_geo\""u8);
    }

    private void ReadOther(scoped ref JsonScan scan)
    {
        var isKnown = scan.NameIs("model"u8) || scan.NameIs("role"u8) || scan.NameIs("content"u8) || scan.NameIs("stop_sequence"u8);
        if (scan.Raw() is [(byte)'{', ..] && !isKnown)
            OtherMember = scan.Name;
    }

    private static void ReadUsage(ReadOnlySpan<byte> usage, scoped ref UsageCounts counts)
    {
        var reader = EventJson.ReaderOf(usage);
        reader.Read();
        counts.Read(ref reader);
    }

    private void ReadKind(ReadOnlySpan<byte> type)
    {
        if (!type.IsEmpty && !Kinds.TryFind(type, out Kind))
            OtherType = type;
    }
}
