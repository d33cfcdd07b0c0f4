using ModelScan.RoutingApi.Decisions.Embedded.Encoder;

namespace ModelScan.Tests.Decisions.Embedded.Encoder;

public sealed class WordPieceTokenizerTests
{
    private static readonly EncoderModel Model = ShippedClassifier.Model;

    [Theory]
    [InlineData("\n")]
    [InlineData("\r\n")]
    public void Vocabulary_EitherEndOfLine_HasTheSamePieces(string end)
    {
        var vocabulary = WordPieceVocabulary.Read(new StringReader(string.Join(end, "[PAD]", "[UNK]", "[CLS]", "[SEP]", "hello", "##s") + end));

        Assert.Equal((6, 1, 2, 3), (vocabulary.Count, vocabulary.Unknown, vocabulary.Start, vocabulary.End));
        Assert.Equal((4, 5), vocabulary.Longest("hellos", isBeginning: true));
        Assert.Equal((5, 1), vocabulary.Longest("s", isBeginning: false));
    }

    [Fact]
    public void Ids_GoldenTexts_AreTheReferences()
    {
        var all = GoldenFile.Texts.Concat(GoldenFile.MoreTexts).ToArray();

        Assert.Equal(1260, all.Length);
        Assert.All(all, golden => Assert.Equal(golden.Ids, Model.Ids(Model.Pieces(golden.Text))));
    }

    [Theory]
    [InlineData("naïve CAFÉ", "naive cafe")]
    [InlineData("ﬁne", "fine")]
    [InlineData("İstanbul", "istanbul")]
    [InlineData("ＦＵＬＬ　ｗｉｄｔｈ", "full width")]
    [InlineData("a\u200bb\u0007c", "abc")]
    public void Pieces_FormsOfTheSameText_AreTheSame(string text, string plain) => Assert.Equal(Model.Pieces(plain), Model.Pieces(text));

    [Fact]
    public void Pieces_VoicedKana_AreNotTheUnvoiced()
    {
        Assert.NotEqual(Model.Pieces("か"), Model.Pieces("が"));
        Assert.Equal(Model.Pieces("が"), Model.Pieces("か\u3099"));
    }

    [Fact]
    public void Pieces_SigmaAtTheEndOfAWord_IsTheFinalOne()
    {
        Assert.Equal("σας σ", EncoderText.Normalize("ΣΑΣ Σ"));
        Assert.Equal("α'σα ας.", EncoderText.Normalize("Α'ΣΑ ΑΣ."));
    }

    [Theory]
    [InlineData("\ud800 alone")]
    [InlineData("end \udc00")]
    [InlineData("\ufffe\uffff")]
    public void Pieces_TextThatIsNoUnicode_GivesSome(string text) => Assert.InRange(Model.Pieces(text).Length, 0, 5);

    [Fact]
    public void Pieces_MillionCharacters_AreCut()
    {
        Assert.Equal(62, Model.Pieces(string.Concat(Enumerable.Repeat("word ", 200_000))).Length);
        Assert.Equal(EncoderText.MaxCodePoints, EncoderText.Normalize(new string('x', 1_000_000)).Length);
        Assert.Equal(2 * EncoderText.MaxCodePoints, EncoderText.Normalize(string.Concat(Enumerable.Repeat("😀", 10_000))).Length);
    }

    [Fact]
    public void Pieces_WordWithAnUnknownCharacter_KeepsTheRest()
    {
        var unknown = Model.Tokenizer.Vocabulary.Unknown;

        var pieces = Model.Pieces("helloꙮꙮworld");

        Assert.Equal(1, pieces.Count(piece => piece == unknown));
        Assert.Equal(Model.Pieces("hello")[0], pieces[0]);
    }

    [Fact]
    public void Read_FileWithoutSpecialPieces_IsRefused() =>
        Assert.Throws<InvalidDataException>(() => WordPieceVocabulary.Read(new StringReader("a\nb\n")));
}
