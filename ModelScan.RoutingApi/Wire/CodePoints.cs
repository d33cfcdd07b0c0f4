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
        if (!token.Contains((byte)'\\') && Ascii.IsValid(token))
            return token.Length - 2;
        var (count, afterHigh) = (0, false);
        for (var i = 1; i < token.Length - 1; i++)
        {
            var isHigh = false;
            if (token[i] == '\\' && token[i + 1] == 'u')
            {
                // A pair stands as two escapes: the first half D800 to DBFF, the second DC00 to DFFF.
                var isSurrogate = (token[i + 2] | 0x20) == 'd' && token[i + 3] > '7';
                isHigh = isSurrogate && (token[i + 3] | 0x20) is not (>= 'c' and <= 'f');
                var completesPair = isSurrogate && !isHigh && afterHigh;
                i += 5;
                count += completesPair ? 0 : 1;
            }
            else if (token[i] == '\\')
            {
                i++;
                count++;
            }
            else if ((token[i] & 0xC0) != 0x80)
            {
                count++;
            }

            afterHigh = isHigh;
        }

        return count;
    }

    /// <summary>Number of code points in <paramref name="text"/>; half of a surrogate pair counts as one.</summary>
    public static int In(ReadOnlySpan<char> text)
    {
        var count = 0;
        foreach (var _ in text.EnumerateRunes())
            count++;
        return count;
    }
}
