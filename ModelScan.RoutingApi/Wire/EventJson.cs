using System.Buffers;
using System.Buffers.Text;

namespace ModelScan.RoutingApi.Wire;

/// <summary>Finds values in the data of an event without copying them.</summary>
internal static class EventJson
{
    // As deep as RequestReader reads.
    private const int MaxDepth = 2048;

    // What cannot stand in a JSON string as it is, and what says that something else is meant.
    private static readonly SearchValues<byte> Special = SearchValues.Create([(byte)'\\', .. Enumerable.Range(0, 0x20).Select(control => (byte)control)]);
    private static readonly SearchValues<byte> EscapedBytes = SearchValues.Create("\"\\/bfnrt"u8);
    private static readonly SearchValues<byte> HexDigits = SearchValues.Create("0123456789abcdefABCDEF"u8);

    /// <summary>A reader over a slice.</summary>
    public static Utf8JsonReader ReaderOf(ReadOnlySpan<byte> data) => new(data, new JsonReaderOptions { MaxDepth = MaxDepth });

    /// <summary>A JSON string, quotes included; empty for anything else. It is looked over with vector instructions, from one escape to the next.</summary>
    /// <param name="value">A value from its first byte to its last, as <see cref="BodyMembers"/> finds it.</param>
    /// <exception cref="JsonException">Something stands in it that cannot stand in a JSON string.</exception>
    public static ReadOnlySpan<byte> Text(ReadOnlySpan<byte> value)
    {
        if (value is not [(byte)'"', .. var text, (byte)'"'])
            return default;
        return IsValid(text) ? value : throw new JsonException("a string is not valid JSON");
    }

    /// <summary>Any value; empty for <c>null</c>.</summary>
    /// <inheritdoc cref="Text"/>
    public static ReadOnlySpan<byte> Value(ReadOnlySpan<byte> value)
    {
        if (value[0] == '"')
            return Text(value);
        var reader = ReaderOf(value);
        return reader.Value(value);
    }

    /// <summary>A JSON array; empty for anything else.</summary>
    /// <inheritdoc cref="Text"/>
    public static ReadOnlySpan<byte> Array(ReadOnlySpan<byte> value)
    {
        var reader = ReaderOf(value);
        return reader.Array(value);
    }

    /// <summary>A JSON object; empty for anything else.</summary>
    /// <inheritdoc cref="Text"/>
    public static ReadOnlySpan<byte> Object(ReadOnlySpan<byte> value)
    {
        var reader = ReaderOf(value);
        return reader.Object(value);
    }

    /// <summary>A whole number of seconds; 0 for anything else.</summary>
    /// <inheritdoc cref="Text"/>
    public static long Seconds(ReadOnlySpan<byte> value)
    {
        var reader = ReaderOf(value);
        return reader.Seconds();
    }

    /// <summary>A whole number from 0 on; <paramref name="otherwise"/> for anything else.</summary>
    /// <param name="value">A value from its first byte to its last.</param>
    /// <param name="otherwise">What else it is.</param>
    public static int Index(ReadOnlySpan<byte> value, int otherwise = 0) =>
        Utf8Parser.TryParse(value, out int index, out var length) && length == value.Length && index >= 0 ? index : otherwise;

    /// <summary>A valid value on one line, as events need it: line breaks stand only between its tokens.</summary>
    public static ReadOnlySpan<byte> SingleLine(ReadOnlySpan<byte> json)
    {
        if (json.IndexOfAny((byte)'\n', (byte)'\r') < 0)
            return json;
        var line = new ArrayBufferWriter<byte>(json.Length);
        foreach (var range in json.SplitAny((byte)'\n', (byte)'\r'))
            line.Write(json[range]);
        return line.WrittenSpan;
    }

    /// <summary>What stands in an array, on one line; empty for anything else.</summary>
    public static ReadOnlySpan<byte> Elements(ReadOnlySpan<byte> array) => array is [(byte)'[', .. var elements, (byte)']'] ? SingleLine(elements.Trim(" \t\r\n"u8)) : default;

    /// <summary>What a JSON string says; <see langword="null"/> for an empty span.</summary>
    public static string? Decode(ReadOnlySpan<byte> token) => token.IsEmpty ? null : EscapedText.Decode(token);

    // https://www.rfc-editor.org/rfc/rfc8259#section-7
    private static bool IsValid(ReadOnlySpan<byte> text)
    {
        while (true)
        {
            var next = text.IndexOfAny(Special);
            if (next < 0)
                return true;
            if (text[next] != '\\' || next + 1 == text.Length)
                return false;
            var escaped = text[(next + 1)..];
            var length = escaped[0] == 'u' ? 5 : 1;
            if (escaped.Length < length || (length == 1 ? !EscapedBytes.Contains(escaped[0]) : escaped[1..length].ContainsAnyExcept(HexDigits)))
                return false;
            text = escaped[length..];
        }
    }
}
