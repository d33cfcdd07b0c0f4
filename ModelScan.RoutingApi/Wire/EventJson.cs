using System.Buffers;

namespace ModelScan.RoutingApi.Wire;

/// <summary>Finds values in the data of an event without copying them.</summary>
internal static class EventJson
{
    // As deep as RequestReader reads.
    private const int MaxDepth = 2048;

    /// <summary>A reader over a slice.</summary>
    public static Utf8JsonReader ReaderOf(ReadOnlySpan<byte> data) => new(data, new JsonReaderOptions { MaxDepth = MaxDepth });

    /// <summary>A JSON object; empty for anything else.</summary>
    /// <param name="value">A value from its first byte to its last.</param>
    /// <exception cref="JsonException">It is not valid.</exception>
    public static ReadOnlySpan<byte> Object(ReadOnlySpan<byte> value)
    {
        var reader = ReaderOf(value);
        return reader.Object(value);
    }

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
}
