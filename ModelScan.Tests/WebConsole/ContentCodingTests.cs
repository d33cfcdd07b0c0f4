using System.IO.Compression;
using System.Text;
using Microsoft.AspNetCore.Http;
using ModelScan.WebConsole;

namespace ModelScan.Tests.WebConsole;

/// <summary>Pages go in the form that a browser likes best, and in none where their length could be listened to.</summary>
public sealed class ContentCodingTests
{
    [Theory]
    [InlineData("gzip, deflate, br, zstd", "br")]
    [InlineData("gzip", "gzip")]
    [InlineData("br;q=0.5, gzip", "gzip")]
    [InlineData("br;q=0, *", "gzip")]
    [InlineData("*", "br")]
    [InlineData("BR", "br")]
    [InlineData("identity", null)]
    [InlineData("br;q=0, gzip;q=0", null)]
    [InlineData("", null)]
    [InlineData(";;;", null)]
    [InlineData(null, null)]
    public void Best_IsWhatIsLikedBest(string? accepted, string? expected) => Assert.Equal(expected, ContentCoding.Best(accepted));

    [Theory]
    [InlineData(null, "br")]
    [InlineData("same-origin", "br")]
    [InlineData("none", "br")]
    [InlineData("same-site", null)]
    [InlineData("cross-site", null)]
    [InlineData("anything", null)]
    public void Page_ThatAnotherSiteAsksFor_IsNotCompressed(string? site, string? expected)
    {
        var request = new DefaultHttpContext().Request;
        request.Headers.AcceptEncoding = "gzip, br";
        if (site is not null)
            request.Headers["Sec-Fetch-Site"] = site;
        Assert.Equal(expected, ContentCoding.OfPage(request));
    }

    [Theory]
    [InlineData("br")]
    [InlineData("gzip")]
    public void Compressed_ReadsAsItWas(string coding)
    {
        var bytes = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("a row of a table, ", 500)));
        var compressed = ContentCoding.Compress(bytes, coding, CompressionLevel.Optimal);
        Assert.InRange(compressed.Length, 1, bytes.Length / 10);
        using Stream reading = coding == "br" ? new BrotliStream(new MemoryStream(compressed), CompressionMode.Decompress) : new GZipStream(new MemoryStream(compressed), CompressionMode.Decompress);
        using var read = new MemoryStream();
        reading.CopyTo(read);
        Assert.Equal(bytes, read.ToArray());
    }
}
