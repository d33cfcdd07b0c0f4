using System.Globalization;

namespace ModelScan.RoutingApi.Wire;

/// <summary>
/// Says in the gateway's own words what is wrong with somebody's JSON: a parser's words name its methods and options, which
/// are nobody's business and mean nothing to a client.
/// </summary>
internal static class JsonProblem
{
    /// <summary>Names the place, lines and bytes of a line counted from 1, and what is wrong as far as that can be told.</summary>
    public static string Describe(JsonException exception, ReadOnlySpan<byte> json)
    {
        var offset = OffsetOf(exception, json);
        var what = json.Trim(" \t\r\n"u8).IsEmpty ? "there is nothing" : offset >= json.TrimEnd(" \t\r\n"u8).Length ? "it ends too early" : Unexpected(json[offset]);
        return $"{Place(exception)}: {what}";
    }

    /// <summary>Names the place alone, where the text is not at hand.</summary>
    public static string Describe(JsonException exception) => $"{Place(exception)}: it is not valid JSON";

    private static string Place(JsonException exception) =>
        string.Create(CultureInfo.InvariantCulture, $"line {(exception.LineNumber ?? 0) + 1}, byte {(exception.BytePositionInLine ?? 0) + 1}");

    private static string Unexpected(byte found) => found is > (byte)' ' and < 0x7F ? $"'{(char)found}' cannot stand here, or goes too deep" : "what stands here is not valid JSON";

    private static int OffsetOf(JsonException exception, ReadOnlySpan<byte> json)
    {
        var offset = 0;
        for (var line = exception.LineNumber ?? 0; line > 0; line--)
        {
            var end = json[offset..].IndexOf((byte)'\n');
            if (end < 0)
                break;
            offset += end + 1;
        }

        return (int)Math.Min(json.Length, offset + (exception.BytePositionInLine ?? 0));
    }
}
