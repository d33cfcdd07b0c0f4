using System.Buffers.Binary;

namespace ModelScan.RoutingApi.TokenCounting;

/// <summary>Width and height of an image in pixels, read from the first bytes of a PNG, JPEG, GIF or WebP file.</summary>
internal readonly record struct ImageSize(int Width, int Height)
{
    /// <summary>The size; <see langword="null"/> where the bytes are none of these formats, or end before they say it.</summary>
    public static ImageSize? Read(ReadOnlySpan<byte> file)
    {
        var size = Png(file) ?? Gif(file) ?? WebP(file) ?? Jpeg(file);
        return size is { Width: > 0, Height: > 0 } ? size : null;
    }

    // 89 50 4E 47 0D 0A 1A 0A, length, "IHDR", width, height: https://www.w3.org/TR/png-3/
    private static ImageSize? Png(ReadOnlySpan<byte> file) => file.Length >= 24 && file.StartsWith((ReadOnlySpan<byte>)[0x89, 0x50, 0x4E, 0x47])
        ? new ImageSize(BinaryPrimitives.ReadInt32BigEndian(file[16..]), BinaryPrimitives.ReadInt32BigEndian(file[20..]))
        : null;

    // "GIF89a", width, height: https://www.w3.org/Graphics/GIF/spec-gif89a.txt
    private static ImageSize? Gif(ReadOnlySpan<byte> file) => file.Length >= 10 && file.StartsWith("GIF8"u8)
        ? new ImageSize(BinaryPrimitives.ReadUInt16LittleEndian(file[6..]), BinaryPrimitives.ReadUInt16LittleEndian(file[8..]))
        : null;

    // "RIFF", length, "WEBP", a chunk of one of three kinds: https://developers.google.com/speed/webp/docs/riff_container
    private static ImageSize? WebP(ReadOnlySpan<byte> file)
    {
        if (file.Length < 30 || !file.StartsWith("RIFF"u8) || !file[8..].StartsWith("WEBP"u8))
            return null;
        var chunk = file[12..16];
        if (chunk.SequenceEqual("VP8X"u8))
            return new ImageSize(1 + UInt24(file[24..]), 1 + UInt24(file[27..]));
        if (chunk.SequenceEqual("VP8L"u8))
        {
            var bits = BinaryPrimitives.ReadUInt32LittleEndian(file[21..]);
            return new ImageSize(1 + (int)(bits & 0x3FFF), 1 + (int)((bits >> 14) & 0x3FFF));
        }

        return new ImageSize(BinaryPrimitives.ReadUInt16LittleEndian(file[26..]) & 0x3FFF, BinaryPrimitives.ReadUInt16LittleEndian(file[28..]) & 0x3FFF);
    }

    // Segments FF xx length …; the size stands in the frame header (FF C0 to FF CF without C4, C8, CC): ITU-T T.81, B.2.2
    private static ImageSize? Jpeg(ReadOnlySpan<byte> file)
    {
        if (!file.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xD8]))
            return null;
        for (var at = 2; at + 9 <= file.Length && file[at] == 0xFF;)
        {
            var marker = file[at + 1];
            if (marker == 0xFF)
            {
                at++;
                continue;
            }

            if (marker is >= 0xC0 and <= 0xCF and not 0xC4 and not 0xC8 and not 0xCC)
                return new ImageSize(BinaryPrimitives.ReadUInt16BigEndian(file[(at + 7)..]), BinaryPrimitives.ReadUInt16BigEndian(file[(at + 5)..]));
            at += 2 + BinaryPrimitives.ReadUInt16BigEndian(file[(at + 2)..]);
        }

        return null;
    }

    private static int UInt24(ReadOnlySpan<byte> bytes) => bytes[0] | (bytes[1] << 8) | (bytes[2] << 16);
}
