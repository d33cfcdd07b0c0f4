using System.Buffers;
using System.Buffers.Text;

namespace ModelScan.RoutingApi.Wire;

/// <summary>The media type of an image by its first bytes: providers compare, and refuse what is not what it is said to be.</summary>
internal static class ImageSignature
{
    private const int Encoded = 16;

    /// <summary>The media type; <see langword="null"/> where the bytes tell none of the types that all providers know.</summary>
    /// <param name="base64">The image in base64.</param>
    public static string? Of(ReadOnlySpan<byte> base64)
    {
        Span<byte> bytes = stackalloc byte[Encoded];
        var start = base64[..(Math.Min(Encoded, base64.Length) & ~3)];
        if (Base64.DecodeFromUtf8(start, bytes, out _, out var count, isFinalBlock: start.Length == base64.Length) is OperationStatus.InvalidData)
            return null;
        ReadOnlySpan<byte> head = bytes[..count];
        if (head.StartsWith((ReadOnlySpan<byte>)[0x89, (byte)'P', (byte)'N', (byte)'G']))
            return "image/png";
        if (head.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xD8, 0xFF]))
            return "image/jpeg";
        if (head.StartsWith("GIF8"u8))
            return "image/gif";
        return head.Length >= 12 && head.StartsWith("RIFF"u8) && head[8..12].SequenceEqual("WEBP"u8) ? "image/webp" : null;
    }
}
