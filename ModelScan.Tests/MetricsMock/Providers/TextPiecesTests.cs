using ModelScan.MetricsMock.Providers;

namespace ModelScan.Tests.MetricsMock.Providers;

public sealed class TextPiecesTests
{
    [Theory]
    [InlineData("", 0)]
    [InlineData("a", 1)]
    [InlineData("abcdefghij", 5)]
    [InlineData("abcdefghijk", 4)]
    public void Cut_Text_GivesPiecesThatMakeItUp(string text, int pieces)
    {
        var cut = TextPieces.Cut(text, 5).ToList();

        Assert.Equal(pieces, cut.Count);
        Assert.Equal(text, string.Concat(cut));
    }

    [Fact]
    public void Cut_SurrogatePairs_StayWhole()
    {
        var cut = TextPieces.Cut("a😀😀😀😀😀😀", 5).ToList();

        Assert.All(cut, piece => Assert.False(char.IsHighSurrogate(piece[^1]) || char.IsLowSurrogate(piece[0])));
    }
}
