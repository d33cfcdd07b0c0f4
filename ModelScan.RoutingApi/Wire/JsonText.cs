using System.Buffers;
using System.Globalization;
using System.Text;

namespace ModelScan.RoutingApi.Wire;

/// <summary>
/// Reads strings of client JSON that <see cref="Utf8JsonReader.GetString"/> refuses: an escaped lone surrogate
/// (<c>"\ud83d"</c>, which JavaScript clients send when they cut a text inside an emoji) becomes U+FFFD.
/// </summary>
internal static class JsonText
{
    /// <summary>The string at the reader's position.</summary>
    /// <exception cref="InvalidRequestException">The bytes are not UTF-8.</exception>
    public static string Read(ref Utf8JsonReader reader)
    {
        try
        {
            return reader.GetString()!;
        }
        catch (InvalidOperationException)
        {
            return Unescape(reader.HasValueSequence ? reader.ValueSequence.ToArray() : reader.ValueSpan);
        }
    }

    private static string Unescape(ReadOnlySpan<byte> raw)
    {
        string escaped;
        try
        {
            escaped = new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(raw);
        }
        catch (DecoderFallbackException exception)
        {
            throw new InvalidRequestException("the body is not valid UTF-8", exception);
        }

        var text = new StringBuilder(escaped.Length);
        for (var i = 0; i < escaped.Length; i++)
        {
            if (escaped[i] != '\\')
            {
                text.Append(escaped[i]);
                continue;
            }

            // The reader has checked that every escape is complete: \u has four hex digits, others one character.
            var kind = escaped[++i];
            if (kind == 'u')
            {
                text.Append((char)ushort.Parse(escaped.AsSpan(i + 1, 4), NumberStyles.HexNumber, CultureInfo.InvariantCulture));
                i += 4;
            }
            else
            {
                text.Append(kind switch { 'n' => '\n', 't' => '\t', 'r' => '\r', 'b' => '\b', 'f' => '\f', _ => kind });
            }
        }

        return ReplaceLoneSurrogates(text);
    }

    private static string ReplaceLoneSurrogates(StringBuilder text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (char.IsHighSurrogate(text[i]) && i + 1 < text.Length && char.IsLowSurrogate(text[i + 1]))
                i++;
            else if (char.IsSurrogate(text[i]))
                text[i] = '\uFFFD';
        }

        return text.ToString();
    }
}
