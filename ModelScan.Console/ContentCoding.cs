using System.IO.Compression;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;

namespace ModelScan.WebConsole;

/// <summary>
/// Compresses what a browser asks for, in the form that it likes best (RFC 9110, 12.5.3). Nothing is learnt from how long a page is (BREACH,
/// https://breachattack.com), for which somebody needs a secret in it, words of his own beside the secret, and many tries: another site's page
/// that has a browser ask for one gets it as it is; the tokens of forms are written another way each time; and a page that tells the secret of
/// a key is never compressed.
/// </summary>
internal static class ContentCoding
{
    private const string Brotli = "br";
    private const string GZip = "gzip";

    private static readonly string[] Known = [Brotli, GZip];

    // https://www.w3.org/TR/fetch-metadata/: browsers say who had them ask, where that can be relied on; elsewhere their cookies stay at home.
    private static readonly string[] OwnSites = ["", "same-origin", "none"];

    /// <summary>The form for a page; <see langword="null"/> for none.</summary>
    public static string? OfPage(HttpRequest request) => Array.IndexOf(OwnSites, request.Headers["Sec-Fetch-Site"].ToString()) >= 0 ? Best(request.Headers.AcceptEncoding) : null;

    /// <summary>The form that is liked best, the shorter of two that are liked equally; <see langword="null"/> for none.</summary>
    /// <param name="accepted"><c>Accept-Encoding</c>.</param>
    public static string? Best(StringValues accepted)
    {
        if (!StringWithQualityHeaderValue.TryParseList(accepted, out var liked))
            return null;
        return Known.Select(coding => (Coding: coding, Quality: QualityOf(coding, liked))).Where(one => one.Quality > 0).OrderByDescending(one => one.Quality).FirstOrDefault().Coding;
    }

    /// <summary>Compresses.</summary>
    /// <param name="bytes">What.</param>
    /// <param name="coding">The form, as <see cref="Best"/> says it.</param>
    /// <param name="level">How hard to try.</param>
    public static byte[] Compress(ReadOnlySpan<byte> bytes, string coding, CompressionLevel level)
    {
        using var into = new MemoryStream();
        using (var compressed = Into(into, coding, level))
            compressed.Write(bytes);
        return into.ToArray();
    }

    /// <summary>A stream that compresses what is written to it, into another one, which stays open.</summary>
    public static Stream Into(Stream into, string coding, CompressionLevel level) =>
        coding == Brotli ? new BrotliStream(into, level, leaveOpen: true) : new GZipStream(into, level, leaveOpen: true);

    private static double QualityOf(string coding, IEnumerable<StringWithQualityHeaderValue> liked)
    {
        var named = liked.FirstOrDefault(one => one.Value.Equals(coding, StringComparison.OrdinalIgnoreCase)) ?? liked.FirstOrDefault(one => one.Value == "*");
        return named is null ? 0 : named.Quality ?? 1;
    }
}
