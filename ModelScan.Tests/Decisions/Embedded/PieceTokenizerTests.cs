using ModelScan.RoutingApi.Decisions.Embedded;
using ModelScan.RoutingApi.Decisions.Embedded.Encoding;

namespace ModelScan.Tests.Decisions.Embedded;

public sealed class PieceTokenizerTests
{
    private static readonly Lazy<PieceTokenizer> Shipped = new(() =>
    {
        using var pieces = new StreamReader(RouterModel.Open(RouterModel.PiecesFile));
        return PieceTokenizer.Read(pieces);
    });

    public static TheoryData<int> Lines() => new(Enumerable.Range(0, GoldenFile.Texts.Count));

    [Theory]
    [MemberData(nameof(Lines))]
    public void Tokenize_GoldenText_GivesReferenceIds(int line)
    {
        var golden = GoldenFile.Texts[line];

        Assert.Equal(golden.Ids, Ids(golden.Text));
    }

    private static int[] Ids(string text)
    {
        var ids = new int[SentenceEncoder.MaxPieces];
        return ids[..Shipped.Value.Tokenize(text, ids, new TokenizerScratch())];
    }
}
