using System.Buffers;
using ModelScan.RoutingApi.Dialects.OpenAiResponses.Compaction;
using ModelScan.RoutingApi.Dialects.Translation;

namespace ModelScan.RoutingApi.InPlace;

/// <summary>
/// Takes out of a conversation what only the gateway can read, on its way to a provider that gets the client's own bytes: thoughts that
/// another format's provider had and that were sealed for the client (<see cref="SealedReasoning"/>), and what is hidden in the ids of tool
/// calls (<see cref="ToolCallId"/>). The provider would refuse the first as a forged signature and the second as too long. It
/// happens when a conversation moves from one provider to another. All other bytes stay as they are.
/// </summary>
/// <remarks>
/// <code>
/// Messages   {"role": "assistant", "content": [{"type": "thinking", "thinking": "…", "signature": "ms1.…"}, …]}   the block goes
/// Responses  {"type": "reasoning", "summary": […], "encrypted_content": "ms1.…"}                                  the item goes
///            {"type": "compaction", "encrypted_content": "ms1.summary.…"}                                         a message says what it holds
/// both       {…, "id" | "tool_use_id" | "call_id": "call_1__x_…"}                                                 "call_1" stays
/// </code>
/// A turn of which nothing is left goes too. What cannot be read is left to the provider to judge.
/// </remarks>
internal sealed class SealedReasoningRemoval(bool isOfBlanks, bool isOfAllThoughts)
{
    private const int MaxDepth = 2048;

    private readonly List<Cut> _cuts = [];

    // What stands in the place of the object that was read last.
    private byte[]? _message;

    private enum ElementKind
    {
        Turn,
        Block,
        Item,
    }

    private readonly record struct Cut(int From, int To, byte[] Replacement);

    private readonly record struct Element(int Start, int End, bool IsKept);

    /// <summary>The value of <c>messages</c> for a Messages provider; the same memory where nothing had to go.</summary>
    public static ReadOnlyMemory<byte>? FromMessages(ReadOnlyMemory<byte> messages) => Apply(messages, ElementKind.Turn);

    /// <summary>The value of <c>input</c> for a Responses provider; the same memory where nothing had to go.</summary>
    public static ReadOnlyMemory<byte>? FromInput(ReadOnlyMemory<byte> input) => Apply(input, ElementKind.Item);

    /// <summary>The value of <c>messages</c> without texts of nothing but blanks, which Anthropic refuses; the same memory where nothing had to go.</summary>
    public static ReadOnlyMemory<byte>? BlanksFromMessages(ReadOnlyMemory<byte> messages) => Apply(messages, ElementKind.Turn, isOfBlanks: true);

    /// <summary>The value of <c>messages</c> for a Messages provider that refuses the thoughts in it, whosever they are; the same memory where there are none.</summary>
    public static ReadOnlyMemory<byte>? ThoughtsFromMessages(ReadOnlyMemory<byte> messages) => Apply(messages, ElementKind.Turn, isOfAllThoughts: true);

    /// <summary>The same of <c>input</c> for a Responses provider.</summary>
    public static ReadOnlyMemory<byte>? ThoughtsFromInput(ReadOnlyMemory<byte> input) => Apply(input, ElementKind.Item, isOfAllThoughts: true);

    private static ReadOnlyMemory<byte> Apply(ReadOnlyMemory<byte> conversation, ElementKind kind, bool isOfBlanks = false, bool isOfAllThoughts = false)
    {
        var json = conversation.Span;
        if (json[0] != '[' || !(isOfAllThoughts || (isOfBlanks ? HasBlankText(json) : json.IndexOf(SealedReasoning.MarkInJson) >= 0 || json.IndexOf(ToolCallId.ExtraMarkUtf8) >= 0)))
            return conversation;
        try
        {
            var removal = new SealedReasoningRemoval(isOfBlanks, isOfAllThoughts);
            var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = MaxDepth });
            reader.Read();
            removal.TakeArray(ref reader, kind);
            return removal._cuts.Count == 0 ? conversation : removal.Write(json);
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or InvalidRequestException)
        {
            return conversation;
        }
    }

    // Whether anything is left.
    private bool TakeArray(ref Utf8JsonReader reader, ElementKind kind)
    {
        var elements = new List<Element>();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            var start = (int)reader.TokenStartIndex;
            var cuts = _cuts.Count;
            var isKept = reader.TokenType != JsonTokenType.StartObject || TakeObject(ref reader, kind);
            reader.Skip();
            if (!isKept || _message is not null)
                _cuts.RemoveRange(cuts, _cuts.Count - cuts);
            if (_message is not null)
                _cuts.Add(new Cut(start, (int)reader.BytesConsumed, _message));
            _message = null;
            elements.Add(new Element(start, (int)reader.BytesConsumed, isKept));
        }

        CutOut(elements);
        return elements.Count == 0 || elements.Exists(element => element.IsKept);
    }

    // With each element one comma: the one before it, or, where nothing is left before it, the one behind it.
    private void CutOut(List<Element> elements)
    {
        var anyKept = false;
        for (var i = 0; i < elements.Count; i++)
        {
            if (elements[i].IsKept)
                anyKept = true;
            else if (anyKept)
                _cuts.Add(new Cut(elements[i - 1].End, elements[i].End, []));
            else
                _cuts.Add(new Cut(elements[i].Start, i + 1 < elements.Count ? elements[i + 1].Start : elements[i].End, []));
        }
    }

    // Whether it is kept.
    private bool TakeObject(ref Utf8JsonReader reader, ElementKind kind)
    {
        var (isThought, isSealed, isEmptied, isCompaction) = (false, false, false, false);
        var (isText, isBlank) = (false, false);
        string? sealedText = null;
        while (reader.NextMember())
        {
            if (reader.ValueTextEquals("type"u8))
            {
                reader.Read();
                isText = isOfBlanks && kind == ElementKind.Block && reader.TokenType == JsonTokenType.String && reader.ValueTextEquals("text"u8);
                isCompaction = kind == ElementKind.Item && reader.TokenType == JsonTokenType.String && (reader.ValueTextEquals("compaction"u8) || reader.ValueTextEquals("compaction_summary"u8));
                isThought = !isOfBlanks && reader.TokenType == JsonTokenType.String && (kind == ElementKind.Item
                    ? reader.ValueTextEquals("reasoning"u8)
                    : reader.ValueTextEquals("thinking"u8) || reader.ValueTextEquals("redacted_thinking"u8));
            }
            else if (reader.ValueTextEquals("signature"u8) || reader.ValueTextEquals("data"u8) || reader.ValueTextEquals("encrypted_content"u8))
            {
                reader.Read();
                if (reader.TokenType == JsonTokenType.String && SealedReasoning.IsSealed(reader.ValueSpan))
                    (isSealed, sealedText) = (true, JsonText.Read(ref reader));
            }
            else if (reader.ValueTextEquals("id"u8) || reader.ValueTextEquals("tool_use_id"u8) || reader.ValueTextEquals("call_id"u8))
            {
                reader.Read();
                if (!isOfBlanks)
                    Unhide(ref reader);
            }
            else if (kind == ElementKind.Block && reader.ValueTextEquals("text"u8))
            {
                reader.Read();
                isBlank = reader.TokenType == JsonTokenType.String && IsBlank(reader.ValueSpan);
            }
            else if (kind == ElementKind.Turn && reader.ValueTextEquals("content"u8))
            {
                reader.Read();
                isEmptied = reader.TokenType == JsonTokenType.StartArray && !TakeArray(ref reader, ElementKind.Block);
            }
            else
            {
                reader.Read();
            }

            reader.Skip();
        }

        if (isCompaction && CompactionSeal.Open(sealedText) is { } summary)
            _message = CompactionSeal.ToMessage(summary);
        return !isEmptied && !(isThought && (isSealed || isOfAllThoughts)) && !(isText && isBlank);
    }

    // A text of blanks, as it is written: "text": "" or "text":" \n".
    private static bool HasBlankText(ReadOnlySpan<byte> json)
    {
        for (var rest = json; rest.IndexOf("\"text\""u8) is >= 0 and var at;)
        {
            rest = rest[(at + "\"text\""u8.Length)..];
            var value = rest.TrimStart(" \t\r\n"u8);
            if (value is not [(byte)':', ..] || value[1..].TrimStart(" \t\r\n"u8) is not [(byte)'"', .. var text])
                continue;
            var end = text.IndexOf((byte)'"');
            if (end >= 0 && IsBlank(text[..end]))
                return true;
        }

        return false;
    }

    // Escapes of line breaks and tabs included.
    private static bool IsBlank(ReadOnlySpan<byte> written)
    {
        while (!written.IsEmpty)
        {
            if (written[0] is (byte)' ')
                written = written[1..];
            else if (written is [(byte)'\\', (byte)'n' or (byte)'r' or (byte)'t', ..])
                written = written[2..];
            else
                return false;
        }

        return true;
    }

    private void Unhide(ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.String || reader.ValueSpan.IndexOf(ToolCallId.ExtraMarkUtf8) < 0)
            return;
        var plain = ToolCallId.WithoutExtra(JsonText.Read(ref reader), out var hidden);
        if (hidden.Length > 0)
            _cuts.Add(new Cut((int)reader.TokenStartIndex, (int)reader.BytesConsumed, EscapedText.TokenOf(plain)));
    }

    private byte[] Write(ReadOnlySpan<byte> json)
    {
        _cuts.Sort((one, other) => one.From.CompareTo(other.From));
        var output = new ArrayBufferWriter<byte>(json.Length);
        var at = 0;
        foreach (var cut in _cuts)
        {
            output.Write(json[at..cut.From]);
            output.Write(cut.Replacement);
            at = cut.To;
        }

        output.Write(json[at..]);
        return output.WrittenSpan.ToArray();
    }
}
