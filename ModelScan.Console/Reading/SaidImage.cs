namespace ModelScan.WebConsole.Reading;

/// <summary>
/// An image that came within a message, as a data URL (RFC 2397). Only what browsers draw and never run is taken for one: a picture made of
/// points whose first bytes are those of its kind. An SVG is a document, and is not shown.
/// </summary>
/// <param name="Type">The media type.</param>
/// <param name="Bytes">The image.</param>
internal sealed record SaidImage(string Type, byte[] Bytes)
{
    private const string Scheme = "data:";
    private const string Encoding = ";base64";

    /// <summary>Reads one; <see langword="null"/> where there is none, as when it is cut.</summary>
    public static SaidImage? Read(string text)
    {
        var comma = text.IndexOf(',', StringComparison.Ordinal);
        if (comma < 0 || !text.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase))
            return null;
        var head = text[Scheme.Length..comma];
        if (!head.EndsWith(Encoding, StringComparison.OrdinalIgnoreCase))
            return null;
        var encoded = text.AsSpan(comma + 1);
        var bytes = new byte[(encoded.Length / 4 * 3) + 3];
        return Convert.TryFromBase64Chars(encoded, bytes, out var length) && TypeOf(bytes.AsSpan(0, length)) is { } type ? new SaidImage(type, bytes[..length]) : null;
    }

    /// <summary>Whether a text is the address of something on the web.</summary>
    public static bool IsOnTheWeb(string text) => Uri.TryCreate(text, UriKind.Absolute, out var address) && (address.Scheme == Uri.UriSchemeHttps || address.Scheme == Uri.UriSchemeHttp);

    // By what it is, whatever it says it is: PNG, JPEG, GIF, WebP.
    private static string? TypeOf(ReadOnlySpan<byte> bytes) =>
        bytes.StartsWith((ReadOnlySpan<byte>)[0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]) ? "image/png"
        : bytes.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xD8, 0xFF]) ? "image/jpeg"
        : bytes.StartsWith("GIF87a"u8) || bytes.StartsWith("GIF89a"u8) ? "image/gif"
        : bytes.Length >= 12 && bytes.StartsWith("RIFF"u8) && bytes[8..].StartsWith("WEBP"u8) ? "image/webp"
        : null;
}
