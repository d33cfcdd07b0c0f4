using System.Buffers;

namespace ModelScan.RoutingApi.Wire;

/// <summary>Takes the white space out of JSON, and changes nothing else: numbers, escapes and the order of members stay.</summary>
internal static class CompactJson
{
    private static readonly SearchValues<byte> Stops = SearchValues.Create("\" \n\r\t"u8);

    /// <summary>The valid JSON value <paramref name="json"/> without white space between its tokens.</summary>
    public static byte[] Of(ReadOnlySpan<byte> json)
    {
        var compact = new byte[json.Length];
        return compact[..Copy(json, compact)];
    }

    /// <summary>Writes the valid JSON value <paramref name="json"/> without white space between its tokens.</summary>
    public static void Write(ReadOnlySpan<byte> json, IBufferWriter<byte> output) => output.Advance(Copy(json, output.GetSpan(json.Length)));

    private static int Copy(ReadOnlySpan<byte> json, Span<byte> compact)
    {
        var scanner = new ValueScanner(json);
        var length = 0;
        while (scanner.At < json.Length)
        {
            var start = scanner.At;
            var next = json[start..].IndexOfAny(Stops);
            scanner.At = next < 0 ? json.Length : start + next;
            var end = scanner.At;
            if (end < json.Length && json[end] == '"')
            {
                scanner.SkipString();
                end = scanner.At;
            }
            else
            {
                scanner.At++;
            }

            json[start..end].CopyTo(compact[length..]);
            length += end - start;
        }

        return length;
    }
}
