using System.Buffers;

namespace ModelScan.RoutingApi.Wire;

/// <summary>
/// Passes over JSON without looking into values: strings are skipped from quote to quote and nested values by counting brackets
/// (<see cref="NestedValue"/>), both with vector instructions. Throws <see cref="InvalidRequestException"/> where it ends too early, or
/// something else stands than has to.
/// </summary>
internal ref struct ValueScanner(ReadOnlySpan<byte> json)
{
    private static readonly SearchValues<byte> StringEnds = SearchValues.Create("\"\\"u8);
    private static readonly SearchValues<byte> ScalarEnds = SearchValues.Create(",}] \t\r\n"u8);

    // What ends a string, what says that something else is meant, and what cannot stand in one.
    private static readonly SearchValues<byte> TextStops = SearchValues.Create([(byte)'"', (byte)'\\', .. Enumerable.Range(0, 0x20).Select(control => (byte)control)]);
    private static readonly SearchValues<byte> Escaped = SearchValues.Create("\"\\/bfnrt"u8);
    private static readonly SearchValues<byte> HexDigits = SearchValues.Create("0123456789abcdefABCDEF"u8);

    private readonly ReadOnlySpan<byte> _json = json;

    /// <summary>Offset of the byte that is next.</summary>
    public int At { get; set; }

    /// <summary>Passes over a value.</summary>
    public void SkipValue()
    {
        switch (Peek())
        {
            case (byte)'"':
                SkipString();
                break;
            case (byte)'{' or (byte)'[':
                SkipNested();
                break;
            default:
                var length = _json[At..].IndexOfAny(ScalarEnds);
                if (length == 0)
                    throw Malformed();
                At = length < 0 ? _json.Length : At + length;
                break;
        }
    }

    /// <summary>Passes over a string.</summary>
    /// <returns>Whether anything in it is escaped.</returns>
    public bool SkipString()
    {
        var hasEscapes = false;
        At++;
        while (true)
        {
            var next = _json[At..].IndexOfAny(StringEnds);
            if (next < 0)
                throw EndsEarly();
            At += next + 1;
            if (_json[At - 1] == '"')
                return hasEscapes;
            hasEscapes = true;
            At++;
            if (At > _json.Length)
                throw EndsEarly();
        }
    }

    /// <summary>Passes over a string that will be used as it is: all that JSON allows in one, and nothing else, is let through.</summary>
    /// <exception cref="JsonException">Something stands in it that cannot stand in a JSON string (https://www.rfc-editor.org/rfc/rfc8259#section-7).</exception>
    public void SkipText()
    {
        At++;
        while (true)
        {
            var next = _json[At..].IndexOfAny(TextStops);
            if (next < 0)
                throw EndsEarly();
            At += next;
            if (_json[At] == '"')
            {
                At++;
                return;
            }

            if (_json[At] != '\\')
                throw new JsonException($"a control character in a string at byte {At}");
            SkipEscape();
        }
    }

    /// <summary>Passes over what may stand between tokens.</summary>
    public void SkipBlanks()
    {
        while (At < _json.Length && _json[At] <= ' ' && _json[At] is (byte)' ' or (byte)'\n' or (byte)'\r' or (byte)'\t')
            At++;
    }

    /// <summary>The byte that is next.</summary>
    public readonly byte Peek() => At < _json.Length ? _json[At] : throw EndsEarly();

    /// <summary>Passes over a byte that has to be there.</summary>
    public void Expect(byte expected)
    {
        if (Peek() != expected)
            throw Malformed();
        At++;
    }

    /// <summary>What is wrong where something else stands than has to.</summary>
    public readonly InvalidRequestException Malformed() => new($"Failed to parse JSON: the request body is not valid JSON at byte {At}");

    /// <summary>What is wrong where it goes on no further.</summary>
    public readonly InvalidRequestException EndsEarly() => new($"Failed to parse JSON: the request body is not valid JSON at byte {_json.Length}: it ends too early");

    /// <summary>Whether a name with escapes in it, quotes included, is this one.</summary>
    public static bool EscapedNameIs(ReadOnlySpan<byte> written, ReadOnlySpan<byte> name)
    {
        var reader = new Utf8JsonReader(written);
        try
        {
            return reader.Read() && reader.ValueTextEquals(name);
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            return false;
        }
    }

    private void SkipNested()
    {
        var length = NestedValue.Length(_json[At..]);
        if (length < 0)
            throw EndsEarly();
        At += length;
    }

    private void SkipEscape()
    {
        var escaped = _json[(At + 1)..];
        var length = escaped is [(byte)'u', ..] ? 5 : 1;
        if (escaped.Length < length)
            throw EndsEarly();
        if (length == 1 ? !Escaped.Contains(escaped[0]) : escaped[1..length].ContainsAnyExcept(HexDigits))
            throw new JsonException($"an escape that JSON does not know at byte {At}");
        At += length + 1;
    }
}
