using System.Text;
using ModelScan.RoutingApi.TokenCounting;

namespace ModelScan.Tests.TokenCounting;

public sealed class AttachmentTokensTests
{
    private const string Png = "89504E470D0A1A0A0000000D49484452000003E8000001F40806000000"; // 1000 x 500
    private const string Gif = "4749463839610A001400F70000"; // 10 x 20
    private const string Jpeg = "FFD8FFE000104A46494600010100000100010000FFDB00040000FFC0001108012C019003012200"; // 400 x 300
    private const string WebPLossy = "524946462400000057454250565038201800000030010" + "09D012A2C01C80000000000"; // 300 x 200
    private const string WebPExtended = "524946462400000057454250565038580A0000001000000063000031000000000000"; // 100 x 50

    [Theory]
    [InlineData("png", Png, 1000, 500)]
    [InlineData("gif", Gif, 10, 20)]
    [InlineData("jpeg", Jpeg, 400, 300)]
    [InlineData("webp", WebPLossy, 300, 200)]
    [InlineData("webp-extended", WebPExtended, 100, 50)]
    public void Read_HeadOfAnImage_FindsItsSize(string id, string hex, int width, int height) =>
        Assert.Equal((id, new ImageSize(width, height)), (id, ImageSize.Read(Convert.FromHexString(hex)) ?? default));

    [Theory]
    [InlineData("")]
    [InlineData("89504E470D0A1A0A")]
    [InlineData("FFD8FFE0FFFF")]
    [InlineData("FFD8FFE00000FFE00000")]
    [InlineData("52494646240000005745425056503858")]
    [InlineData("89504E470D0A1A0A0000000D4948445200000000000000000806000000")]
    public void Read_NoImageOrACutOne_HasNoSize(string hex) => Assert.Null(ImageSize.Read(Convert.FromHexString(hex)));

    [Theory]
    [InlineData("png", Png, 667)]
    [InlineData("gif", Gif, 1)]
    [InlineData("wide", "89504E470D0A1A0A0000000D49484452000027100000138800060000", 1600)] // 10000 x 5000 becomes 1568 x 784
    [InlineData("unreadable", "00", 1600)]
    public void Image_BySize_CostsItsPixelsBy750AfterScaling(string id, string hex, long expected) =>
        Assert.Equal((id, expected), (id, AttachmentTokens.Image(Convert.ToBase64String(Convert.FromHexString(hex)))));

    [Theory]
    [InlineData("two-pages", "%PDF-1.4 <</Type /Pages /Count 2>> <</Type /Page>> <</Type/Page/Parent 1 0 R>>", 6000)]
    [InlineData("hidden", "%PDF-1.7 nothing to see", 3000)]
    public void Pdf_ByPages_CostsSoMuchEach(string id, string file, long expected) =>
        Assert.Equal((id, expected), (id, AttachmentTokens.Pdf(Convert.ToBase64String(Encoding.ASCII.GetBytes(file)))));

    [Fact]
    public void Pdf_WithHiddenPages_IsCountedByItsLength() => Assert.Equal(6000, AttachmentTokens.Pdf(Convert.ToBase64String(new byte[120_000])));

    [Fact]
    public void Image_NotBase64_CostsTheMost() => Assert.Equal(1600, AttachmentTokens.Image("~~~~"));
}
