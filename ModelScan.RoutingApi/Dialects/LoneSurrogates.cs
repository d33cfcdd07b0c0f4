using System.Globalization;
using System.Text;

namespace ModelScan.RoutingApi.Dialects;

/// <summary>
/// Half of a surrogate pair, escaped (<c>"\ud83d"</c>), which JavaScript clients send when they cut a text inside an emoji. It stands for no character,
/// and providers refuse it.
/// </summary>
internal static class LoneSurrogates
{
    private const int Escape = 6;

    /// <summary>JSON with U+FFFD in the place of each; the same memory where there is none.</summary>
    public static ReadOnlyMemory<byte> Mend(ReadOnlyMemory<byte> json)
    {
        var bytes = json.Span;
        if (bytes.IndexOf("\\ud"u8) < 0 && bytes.IndexOf("\\uD"u8) < 0)
            return json;
        byte[]? mended = null;
        for (var i = bytes.IndexOf((byte)'\\'); i >= 0 && i < bytes.Length;)
        {
            var unit = UnitAt(bytes, i);
            if (char.IsHighSurrogate(unit) && char.IsLowSurrogate(UnitAt(bytes, i + Escape)))
            {
                i += 2 * Escape;
            }
            else if (char.IsSurrogate(unit))
            {
                mended ??= json.ToArray();
                "\\ufffd"u8.CopyTo(mended.AsSpan(i));
                i += Escape;
            }
            else
            {
                i += 2;
            }

            if (i >= bytes.Length)
                break;
            var next = bytes[i..].IndexOf((byte)'\\');
            i = next < 0 ? -1 : i + next;
        }

        return mended ?? json;
    }

    // The code unit of an escape; 0 where there is none.
    private static char UnitAt(ReadOnlySpan<byte> json, int at) =>
        at + Escape <= json.Length && json[at] == '\\' && json[at + 1] == 'u'
            && ushort.TryParse(Encoding.ASCII.GetString(json.Slice(at + 2, 4)), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var unit)
            ? (char)unit
            : '\0';
}
