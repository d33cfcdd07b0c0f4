using System.Buffers;
using ModelScan.RoutingApi.Dialects;

namespace ModelScan.RoutingApi.Routing.Attempts;

/// <summary>What the beginning of an answer says of the rest.</summary>
internal enum BeginningVerdict
{
    /// <summary>Nothing yet: comments, names, a role.</summary>
    Undecided,

    /// <summary>It is an answer.</summary>
    Good,

    /// <summary>It is none: an error inside of a 200, or a stream that ends with nothing in it.</summary>
    Failed,
}

/// <summary>
/// Holds the beginning of an answer in its provider's own bytes until it is known whether it is one, for as long as somebody else could be
/// asked instead:
/// <code>
/// : OPENROUTER PROCESSING                                          a comment says nothing
/// data: {"choices":[{"delta":{"role":"assistant","content":""}}]}  nor do a role, message_start or response.created
/// data: {"error":{"message":"overloaded","code":502}}              and this is not an answer
/// </code>
/// A stream is judged event by event, a whole answer by its top-level members. What is longer than <see cref="Longest"/> is taken for good.
/// </summary>
internal sealed class AnswerBeginning(bool isStream)
{
    /// <summary>Most bytes that are held.</summary>
    public const int Longest = 64 << 10;

    private ArrayBufferWriter<byte>? _held;
    private int _judged;

    /// <summary>All that has come so far; empty where the first piece decided by itself, of which no copy is made.</summary>
    public ReadOnlyMemory<byte> Held => _held?.WrittenMemory ?? default;

    /// <summary>What the provider said instead of an answer; <see langword="null"/> where it said nothing.</summary>
    public ClientError? Error { get; private set; }

    /// <summary>Takes the next piece; an empty one is the end.</summary>
    public BeginningVerdict Add(ReadOnlySpan<byte> piece)
    {
        _held?.Write(piece);
        var all = _held is null ? piece : _held.WrittenSpan;
        var verdict = isStream ? OfEvents(all, isComplete: piece.IsEmpty) : OfWhole(all, isComplete: piece.IsEmpty);
        if (verdict == BeginningVerdict.Undecided && _held is null)
        {
            _held = new ArrayBufferWriter<byte>(Math.Max(256, piece.Length * 2));
            _held.Write(piece);
        }

        return verdict;
    }

    private BeginningVerdict OfEvents(ReadOnlySpan<byte> all, bool isComplete)
    {
        while (TryReadEvent(all, isComplete, out var data, out var isForeign))
        {
            if (isForeign)
                return BeginningVerdict.Good;
            var verdict = data.IsEmpty ? BeginningVerdict.Undecided : OfEvent(data);
            if (verdict != BeginningVerdict.Undecided)
                return verdict;
        }

        return isComplete ? BeginningVerdict.Failed : all.Length > Longest ? BeginningVerdict.Good : BeginningVerdict.Undecided;
    }

    private BeginningVerdict OfWhole(ReadOnlySpan<byte> body, bool isComplete)
    {
        var reader = new Utf8JsonReader(body, isComplete, default);
        try
        {
            if (!reader.Read())
                return isComplete ? BeginningVerdict.Good : BeginningVerdict.Undecided;
            if (reader.TokenType != JsonTokenType.StartObject)
                return BeginningVerdict.Good;
            while (reader.NextMember())
            {
                var isError = reader.ValueTextEquals("error"u8);
                if (!reader.Read())
                    break;
                if (isError && reader.TokenType is JsonTokenType.StartObject or JsonTokenType.String)
                    return isComplete || IsWhole(body) ? Fail(body) : body.Length > Longest ? BeginningVerdict.Good : BeginningVerdict.Undecided;
                if (!reader.TrySkip())
                    break;
            }
        }
        catch (JsonException)
        {
            return BeginningVerdict.Good; // its client is the one to judge it
        }

        // Errors are short; what is longer, or whole, and has no such member is an answer.
        return isComplete || reader is { TokenType: JsonTokenType.EndObject, CurrentDepth: 0 } || body.Length > 4096 ? BeginningVerdict.Good : BeginningVerdict.Undecided;
    }

    private static bool IsWhole(ReadOnlySpan<byte> body)
    {
        var reader = new Utf8JsonReader(body, isFinalBlock: false, default);
        return reader.Read() && reader.TrySkip();
    }

    private BeginningVerdict OfEvent(ReadOnlySpan<byte> data)
    {
        if (data.SequenceEqual("[DONE]"u8))
            return BeginningVerdict.Failed;
        try
        {
            var json = EventJson.ReaderOf(data);
            if (!json.Read() || json.TokenType != JsonTokenType.StartObject)
                return BeginningVerdict.Good;
            ReadOnlySpan<byte> error = default;
            ReadOnlySpan<byte> type = default;
            ReadOnlySpan<byte> response = default;
            ReadOnlySpan<byte> choices = default;
            while (json.NextMember())
            {
                if (json.ValueTextEquals("error"u8))
                    error = json.Value(data);
                else if (json.ValueTextEquals("type"u8))
                    type = json.Text(data);
                else if (json.ValueTextEquals("response"u8))
                    response = json.Object(data);
                else if (json.ValueTextEquals("choices"u8))
                    choices = json.Array(data);
                else
                    json.SkipValue();
            }

            if (!error.IsEmpty && error[0] is (byte)'{' or (byte)'"')
                return Fail(data);
            return !type.IsEmpty ? OfType(EscapedText.Decode(type), response, data) : choices.IsEmpty ? BeginningVerdict.Good : OfChoices(choices, data);
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            return BeginningVerdict.Good;
        }
    }

    private BeginningVerdict OfType(string type, ReadOnlySpan<byte> response, ReadOnlySpan<byte> data) => type switch
    {
        "error" => Fail(data),
        "response.failed" => Member(response, "error"u8) is { IsEmpty: false } inner ? Fail(inner) : Fail(data),
        "ping" or "message_start" or "response.created" or "response.in_progress" or "response.queued" or "keepalive" => BeginningVerdict.Undecided,
        _ => BeginningVerdict.Good,
    };

    // An object that is a member of an object; empty for anything else.
    private static ReadOnlySpan<byte> Member(ReadOnlySpan<byte> owner, ReadOnlySpan<byte> name)
    {
        if (owner.IsEmpty)
            return default;
        var json = EventJson.ReaderOf(owner);
        json.Read();
        while (json.NextMember())
        {
            if (json.ValueTextEquals(name))
                return json.Object(owner);
            json.SkipValue();
        }

        return default;
    }

    private BeginningVerdict OfChoices(ReadOnlySpan<byte> choices, ReadOnlySpan<byte> data)
    {
        var json = EventJson.ReaderOf(choices);
        json.Read();
        while (json.Read() && json.TokenType != JsonTokenType.EndArray)
        {
            if (json.TokenType != JsonTokenType.StartObject)
                return BeginningVerdict.Good;
            ReadOnlySpan<byte> error = default;
            ReadOnlySpan<byte> reason = default;
            ReadOnlySpan<byte> delta = default;
            while (json.NextMember())
            {
                if (json.ValueTextEquals("error"u8))
                    error = json.Object(choices);
                else if (json.ValueTextEquals("finish_reason"u8))
                    reason = json.Text(choices);
                else if (json.ValueTextEquals("delta"u8))
                    delta = json.Object(choices);
                else
                    json.SkipValue();
            }

            if (!error.IsEmpty)
                return Fail(error);
            if (!reason.IsEmpty)
                return reason.SequenceEqual("\"error\""u8) ? Fail(data) : BeginningVerdict.Good;
            if (SaysAnything(delta))
                return BeginningVerdict.Good;
        }

        return BeginningVerdict.Undecided;
    }

    private static bool SaysAnything(ReadOnlySpan<byte> delta)
    {
        if (delta.IsEmpty)
            return false;
        var json = EventJson.ReaderOf(delta);
        json.Read();
        while (json.NextMember())
        {
            var isRole = json.ValueTextEquals("role"u8);
            var value = json.Value(delta);
            if (!isRole && !value.IsEmpty && !value.SequenceEqual("\"\""u8) && !(value[0] == '[' && EventJson.Elements(value).IsEmpty))
                return true;
        }

        return false;
    }

    private BeginningVerdict Fail(ReadOnlySpan<byte> json)
    {
        Error = ProviderError.Read("", json).Error;
        return BeginningVerdict.Failed;
    }

    // The data of the next event that is there whole, its lines joined; empty for one without. https://html.spec.whatwg.org/multipage/server-sent-events.html
    // Foreign is what is no field of an event at all.
    private bool TryReadEvent(ReadOnlySpan<byte> all, bool isComplete, out ReadOnlySpan<byte> data, out bool isForeign)
    {
        data = default;
        isForeign = false;
        var rest = all[_judged..];
        var lines = new List<Range>(4);
        var at = 0;
        while (true)
        {
            var length = rest[at..].IndexOfAny((byte)'\n', (byte)'\r');
            if (length < 0)
            {
                if (!isComplete || at == rest.Length)
                    return false;
                length = rest.Length - at;
            }

            var line = rest.Slice(at, length);
            var start = at;
            at += length;
            if (at < rest.Length)
                at += rest[at] == '\r' && at + 1 < rest.Length && rest[at + 1] == '\n' ? 2 : 1;
            if (line.IsEmpty)
                break;
            if (line.StartsWith("data:"u8))
                lines.Add((start + (line.Length > 5 && line[5] == ' ' ? 6 : 5))..(start + length));
            else
                isForeign |= line[0] != ':' && !line.StartsWith("event"u8) && !line.StartsWith("id"u8) && !line.StartsWith("retry"u8);
            if (at == rest.Length && isComplete)
                break;
        }

        _judged += at;
        if (lines.Count == 1)
        {
            data = rest[lines[0]];
        }
        else if (lines.Count > 1)
        {
            var joined = new ArrayBufferWriter<byte>();
            foreach (var line in lines)
            {
                joined.Write(rest[line]);
                joined.Write("\n"u8);
            }

            data = joined.WrittenSpan[..^1];
        }

        return true;
    }
}
