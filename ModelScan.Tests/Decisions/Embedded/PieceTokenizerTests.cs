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

    [Theory]
    [InlineData("parseHTTPRequest_now", "parse HTTP Request now")]
    [InlineData("getURLs", "get URLs")]
    [InlineData("__init__", "_ init__")]
    [InlineData("tab\u001fseparated", "tab separated")]
    public void Tokenize_NameOfAProgram_IsSplitIntoItsWords(string name, string words)
    {
        Assert.Equal(Ids(words), Ids(name));
    }

    [Theory]
    [InlineData("lone high", "a\ud83d b", "a\ufffd b")]
    [InlineData("lone low", "a\udc4d b", "a\ufffd b")]
    [InlineData("swapped pair", "\udc4d\ud83d", "\ufffd\ufffd")]
    [InlineData("noncharacter", "a\ufffe b", "a\ufffd b")]
    public void Tokenize_BrokenText_CountsAsReplacementCharacter(string name, string broken, string replaced)
    {
        Assert.NotNull(name);
        Assert.Equal(Ids(replaced), Ids(broken));
    }

    [Theory]
    [InlineData("ligature", "ﬁne", "fine")]
    [InlineData("full width", "ＡＢＣ", "ABC")]
    [InlineData("decomposed", "e\u0301", "\u00e9")]
    public void Tokenize_CompatibilityCharacters_AreNormalised(string name, string text, string normal)
    {
        Assert.NotNull(name);
        Assert.Equal(Ids(normal), Ids(text));
    }

    [Fact]
    public void Tokenize_LongestNormalisation_StaysWithinBounds()
    {
        // U+FDFA becomes 18 characters, the most that any character does.
        var ids = Ids(new string('\ufdfa', 10_000));

        Assert.InRange(ids.Length, 1, SentenceEncoder.MaxPieces);
    }

    [Fact]
    public void Tokenize_SurrogatePairAtTheLimit_IsNotCut()
    {
        var text = new string(' ', PieceTokenizer.MaxCharacters - 1) + "\ud83d\udc4d";

        Assert.Equal(Ids(""), Ids(text));
    }

    [Theory]
    [InlineData("no tab")]
    [InlineData("piece\tnot a number")]
    [InlineData("a piece that is longer than any\t-1")]
    public void Read_LineWithoutPieceAndScore_Throws(string line)
    {
        var vocabulary = string.Concat(Enumerable.Repeat("special\t-99\n", 6)) + line;

        Assert.Throws<InvalidDataException>(() => PieceTokenizer.Read(new StringReader(vocabulary)));
    }

    private static int[] Ids(string text)
    {
        var ids = new int[SentenceEncoder.MaxPieces];
        return ids[..Shipped.Value.Tokenize(text, ids, new TokenizerScratch())];
    }
}
