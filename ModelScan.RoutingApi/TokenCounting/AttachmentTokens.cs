using System.Buffers;
using System.Buffers.Text;
using System.Text;

namespace ModelScan.RoutingApi.TokenCounting;

/// <summary>
/// Estimates the tokens of images and documents, by the rules that Anthropic publishes
/// (https://docs.anthropic.com/en/docs/build-with-claude/vision and …/pdf-support).
/// </summary>
internal static class AttachmentTokens
{
    /// <summary>The most that an image costs, and what one costs whose size is not known (an address, a file's id).</summary>
    public const long LargestImage = 1600;

    /// <summary>A page of a PDF: its text (1,500 to 3,000) and its picture.</summary>
    public const long PdfPage = 3000;

    private const double PixelsPerToken = 750;
    private const double LongestEdge = 1568;

    // Where the size of an image stands: behind profiles and previews, at most.
    private const int ImageHead = 256 * 1024;

    // Of a PDF whose pages stand in compressed objects only the length is known.
    private const int BytesPerHiddenPage = 50_000;

    /// <summary>
    /// An image: its pixels, scaled down to an edge of 1,568, by 750; at most <see cref="LargestImage"/>, which is also the cost of
    /// one that cannot be read.
    /// </summary>
    /// <param name="base64">The file.</param>
    public static long Image(string base64)
    {
        if (ImageSize.Read(Decode(base64, ImageHead)) is not { } size)
            return LargestImage;
        var scale = Math.Min(1, LongestEdge / Math.Max(size.Width, size.Height));
        var pixels = size.Width * scale * (size.Height * scale);
        return Math.Clamp((long)Math.Ceiling(pixels / PixelsPerToken), 1, LargestImage);
    }

    /// <summary>A PDF: <see cref="PdfPage"/> for each page that it shows, else for every 50,000 bytes; at least one.</summary>
    /// <param name="base64">The file.</param>
    public static long Pdf(string base64)
    {
        var file = Decode(base64, int.MaxValue);
        var pages = Pages(file);
        return PdfPage * Math.Max(1, pages > 0 ? pages : file.Length / BytesPerHiddenPage);
    }

    // "/Type /Page", and not "/Type /Pages": ISO 32000-1, 7.7.3.
    private static int Pages(ReadOnlySpan<byte> file)
    {
        var count = 0;
        for (var at = file.IndexOf("/Page"u8); at >= 0;)
        {
            var rest = file[(at + 5)..];
            if (file[..at].TrimEnd(" \r\n\t"u8).EndsWith("/Type"u8) && (rest.IsEmpty || !char.IsAsciiLetter((char)rest[0])))
                count++;
            var next = rest.IndexOf("/Page"u8);
            at = next < 0 ? -1 : at + 5 + next;
        }

        return count;
    }

    private static ReadOnlySpan<byte> Decode(string base64, int most)
    {
        // Whole groups of four characters.
        var length = (int)Math.Min(base64.Length, most / 3L * 4);
        var text = Encoding.ASCII.GetBytes(base64, 0, length);
        var file = new byte[Base64.GetMaxDecodedFromUtf8Length(text.Length)];
        return Base64.DecodeFromUtf8(text, file, out _, out var written, isFinalBlock: length == base64.Length) is OperationStatus.Done or OperationStatus.NeedMoreData
            ? file.AsSpan(0, written)
            : [];
    }
}
