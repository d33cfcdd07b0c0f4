using System.Text;

namespace ModelScan.RoutingApi.Wire;

/// <summary>
/// Counts text as OpenAI counts the <c>start_index</c> and <c>end_index</c> of a citation, in both of its APIs: in characters, which for its
/// servers are Unicode code points. A UTF-16 string counts an emoji twice, so its own indexes must not be used.
/// </summary>
internal static class CodePoints
{
    /// <summary>Number of code points in a JSON string, quotes not counted; 0 for an empty span.</summary>
    public static int InToken(ReadOnlySpan<byte> token)
    {
        if (token.Length <= 2)
            return 0;
        var text = token[1..^1];
        var (count, afterHigh) = (0, false);
        while (true)
        {
            var plain = text.IndexOf((byte)'\\');
            if (plain != 0)
            {
                count += InPlain(plain < 0 ? text : text[..plain]);
                afterHigh = false;
            }

            if (plain < 0)
                return count;
            text = text[plain..];
            if (text[1] != 'u')
            {
                text = text[2..];
                afterHigh = false;
                count++;
                continue;
            }

            // A pair stands as two escapes: the first half D800 to DBFF, the second DC00 to DFFF.
            var isSurrogate = (text[2] | 0x20) == 'd' && text[3] > '7';
            var isHigh = isSurrogate && (text[3] | 0x20) is not (>= 'c' and <= 'f');
            count += isSurrogate && !isHigh && afterHigh ? 0 : 1;
            text = text[6..];
            afterHigh = isHigh;
        }
    }

    /// <summary>Number of code points in <paramref name="text"/>; half of a surrogate pair counts as one.</summary>
    public static int In(ReadOnlySpan<char> text)
    {
        var count = 0;
        foreach (var _ in text.EnumerateRunes())
            count++;
        return count;
    }

    // Each begins with a byte that continues none.
    private static int InPlain(ReadOnlySpan<byte> utf8)
    {
        if (Ascii.IsValid(utf8))
            return utf8.Length;
        var count = 0;
        foreach (var next in utf8)
            count += (next & 0xC0) != 0x80 ? 1 : 0;
        return count;
    }
}
