using System.Globalization;
using System.Text;

namespace ModelScan.RoutingApi.Wire;

/// <summary>
/// Half of a surrogate pair, escaped (<c>"\ud83d"</c>), which JavaScript clients send when they cut a text inside an emoji. It stands for no character,
/// and providers refuse it.
/// </summary>
internal static class LoneSurrogates
{
    private const int Escape = 6;

    /// <summary>JSON with U+FFFD in the place of each; the same memory where there is none.</summary>
    public static ReadOnlyMemory<byte> Mend(ReadOnlyMemory<byte> json) => MendedOf(json.Span) ?? json;

    /// <summary>JSON with U+FFFD in the place of each; the same bytes where there is none.</summary>
    public static ReadOnlySpan<byte> MendToken(ReadOnlySpan<byte> json) => MendedOf(json) is { } mended ? mended : json;

    /// <summary>Whether there may be one.</summary>
    public static bool MayBeIn(ReadOnlySpan<byte> json) => json.Contains((byte)'\\') && (json.IndexOf("\\ud"u8) >= 0 || json.IndexOf("\\uD"u8) >= 0);

    /// <summary>The first half that a JSON string ends with, of which the other may be on its way; empty where it ends otherwise.</summary>
    public static ReadOnlySpan<byte> FirstHalfAtEnd(ReadOnlySpan<byte> token)
    {
        var at = token.Length - 1 - Escape;
        if (at < 1 || !char.IsHighSurrogate(UnitAt(token, at)))
            return default;

        // Behind an odd number of backslashes its own is an escaped one.
        var before = token[..at];
        return (before.Length - before.TrimEnd((byte)'\\').Length) % 2 == 0 ? token.Slice(at, Escape) : default;
    }

    private static byte[]? MendedOf(ReadOnlySpan<byte> bytes)
    {
        if (!MayBeIn(bytes))
            return null;
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
                mended ??= bytes.ToArray();
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

        return mended;
    }

    // The code unit of an escape; 0 where there is none.
    private static char UnitAt(ReadOnlySpan<byte> json, int at) =>
        at + Escape <= json.Length && json[at] == '\\' && json[at + 1] == 'u'
            && ushort.TryParse(Encoding.ASCII.GetString(json.Slice(at + 2, 4)), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var unit)
            ? (char)unit
            : '\0';
}
