using System.Text;

namespace ModelScan.RoutingApi.Routing.Observation;

/// <summary>Picks single short texts out of a piece of an answer, for telemetry; what a cut tore apart is not found.</summary>
internal static class AnswerText
{
    private const int Longest = 256;

    /// <summary>The first string called <paramref name="name"/> (with quotes); <see langword="null"/> where there is none.</summary>
    public static string? First(ReadOnlySpan<byte> piece, ReadOnlySpan<byte> name) => At(piece, piece.IndexOf(name), name);

    /// <summary>The same, without making a string where it is the one that is expected.</summary>
    public static string? First(ReadOnlySpan<byte> piece, ReadOnlySpan<byte> name, string expected) => At(piece, piece.IndexOf(name), name, expected);

    /// <summary>The last one.</summary>
    public static string? Last(ReadOnlySpan<byte> piece, ReadOnlySpan<byte> name) => At(piece, piece.LastIndexOf(name), name);

    private static string? At(ReadOnlySpan<byte> piece, int at, ReadOnlySpan<byte> name, string? expected = null)
    {
        if (at < 0)
            return null;
        var rest = piece[(at + name.Length)..].TrimStart(" :\t\r\n"u8);
        if (rest.IsEmpty || rest[0] != '"')
            return null;
        var end = rest[1..].IndexOfAny((byte)'"', (byte)'\\');
        if (end is <= 0 or > Longest || rest[end + 1] != '"')
            return null;
        var text = rest.Slice(1, end);
        return expected is not null && Ascii.Equals(text, expected) ? expected : Encoding.UTF8.GetString(text);
    }
}
