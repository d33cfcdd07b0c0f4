using System.Text;

namespace ModelScan.RoutingApi.Decisions.RouterModels;

/// <summary>Cuts the middle out of a text, for people say what they want at the beginning or at the end of a long message.</summary>
internal static class MiddleTrim
{
    private const string Marker = "…";
    private const int MarkerBytes = 3;

    /// <summary>
    /// The text in at most <paramref name="bytes"/> bytes of UTF-8, never cutting a character: about three fifths of the room for
    /// the beginning, then the marker, then the end. Three bytes or less hold a beginning without a marker. Lone surrogates count
    /// as U+FFFD.
    /// </summary>
    public static string ToBytes(string text, int bytes)
    {
        if (Encoding.UTF8.GetByteCount(text) <= bytes)
            return text;
        if (bytes <= MarkerBytes)
            return text[..Head(text, bytes).Length];

        var available = bytes - MarkerBytes;
        var (headLength, headBytes) = Head(text, available * 3L / 5);
        var tailLength = TailLength(text.AsSpan(headLength), available - headBytes);
        return string.Concat(text.AsSpan(0, headLength), Marker, text.AsSpan(text.Length - tailLength));
    }

    private static (int Length, long Bytes) Head(ReadOnlySpan<char> text, long room)
    {
        var length = 0;
        var used = 0L;
        while (length < text.Length)
        {
            Rune.DecodeFromUtf16(text[length..], out var rune, out var consumed);
            if (used + rune.Utf8SequenceLength > room)
                break;
            used += rune.Utf8SequenceLength;
            length += consumed;
        }

        return (length, used);
    }

    private static int TailLength(ReadOnlySpan<char> text, long room)
    {
        var length = 0;
        while (length < text.Length)
        {
            Rune.DecodeLastFromUtf16(text[..^length], out var rune, out var consumed);
            room -= rune.Utf8SequenceLength;
            if (room < 0)
                break;
            length += consumed;
        }

        return length;
    }
}
