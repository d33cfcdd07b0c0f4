using ModelScan.RoutingApi.Decisions.Embedded;

namespace ModelScan.Tests.Decisions.Embedded;

public sealed class InstructionTests
{
    private const string Log = """
        2024-05-14 09:31:07 ERROR unhandled exception in consume()
          File "/srv/app/worker.py", line 142, in consume
            payload = json.loads(msg.body)
        """;

    private const string Mail = "Dear Ms Hollis, thank you for sending us your novel, which three of us have read with real pleasure. When would it suit you?";

    [Theory]
    [InlineData(Log + "\n\nFind the cause, and patch it.", "Find the cause, and patch it.")]
    [InlineData(Log + "\nFind the cause, and patch it.", "Find the cause, and patch it.")]
    [InlineData(Mail + "\n\nAnswer her that I am free on Monday.\n\nThanks, Bea", "Answer her that I am free on Monday.")]
    [InlineData("```\nx = 1\n```\nWas macht das?\n", "Was macht das?")]
    [InlineData(Mail + "\n\nHow do I get there?\n\n\n  ", "How do I get there?")]
    [InlineData("Hello.\n\n" + Log, "")]
    [InlineData("All in one paragraph. What do I do now?", "")]
    [InlineData("", "")]
    [InlineData("\n\n\n", "")]
    public void Closing_IsTheLastParagraphOfSentences(string text, string closing) => Assert.Equal(closing, Instruction.Closing(text).ToString());

    [Theory]
    [InlineData("Explain this to me:\n\n" + Log, "Explain this to me:")]
    [InlineData("Hi there!\n\nCould you shorten it?\n\n" + Mail, "Could you shorten it?")]
    [InlineData("It rained.\n\n" + Log, "")]
    [InlineData(Log + "\n\nExplain this to me", "")]
    [InlineData("Explain this to me", "")]
    public void Opening_IsTheFirstParagraphThatAsks(string text, string opening) => Assert.Equal(opening, Instruction.Opening(text).ToString());

    [Theory]
    [InlineData("Is that so?")]
    [InlineData("Make this readable, nothing else.")]
    [InlineData("Just make this readable.")]
    [InlineData("Mach mir daraus zwei Fassungen.")]
    [InlineData("Découpe-moi tout ça en étapes.")]
    [InlineData("Necesito esto para mañana.")]
    [InlineData("Scrivimi una mail.")]
    [InlineData("Queria saber o preço.")]
    [InlineData("Maak hier vragen van.")]
    [InlineData("帮我约一下")]
    [InlineData("直してください。")]
    public void Asks_RequestInAnyLanguage_IsKnown(string paragraph) => Assert.True(RequestWords.Asks(paragraph));

    [Theory]
    [InlineData("It rained for nineteen days without a break.")]
    [InlineData("Es regnete neunzehn Tage lang.")]
    [InlineData("Er hat geregnet.")]
    public void Asks_Statement_DoesNot(string paragraph) => Assert.False(RequestWords.Asks(paragraph));

    [Fact]
    public void LongMessage_InstructionBehindPastedText_ComesFirstAndTheBeginningFillsUp()
    {
        var (model, pasted) = (ShippedClassifier.Model, string.Concat(Enumerable.Repeat(Log + "\n", 20)));

        var (pieces, extent) = LongMessage.Read(model, pasted + "\nFind the cause.");

        var (instruction, beginning) = (model.Pieces("Find the cause."), model.Pieces(pasted));
        Assert.Equal((MessageExtent.ClosingAndBeginning, model.Room), (extent, pieces.Length));
        Assert.Equal(instruction, pieces[..instruction.Length]);
        Assert.StartsWith(string.Join(' ', pieces[instruction.Length..]), string.Join(' ', beginning), StringComparison.Ordinal);
    }

    [Fact]
    public void LongMessage_ShortOne_IsReadWhole() =>
        Assert.Equal(MessageExtent.Whole, LongMessage.Read(ShippedClassifier.Model, Log + "\n\nWhy?").Extent);

    [Fact]
    public void LongMessage_OpensWithARequestAndEndsWithTheText_IsReadFromTheBeginning() =>
        Assert.Equal(MessageExtent.Beginning, LongMessage.Read(ShippedClassifier.Model, "Summarise this:\n\n" + string.Concat(Enumerable.Repeat("It rained for days, and the boat lay still. ", 20)) + "\n\nThe next day the sun came out and the harbour was full of people.").Extent);

    /// <summary>Whatever it is given: no exception, and only what is in the text.</summary>
    [Theory]
    [InlineData("\ud800\n\n\udc00 ??")]
    [InlineData("?\n?\n?\n\n?")]
    [InlineData("````\n````")]
    public void AnyText_IsTaken(string text)
    {
        Assert.Contains(Instruction.Closing(text).ToString(), text, StringComparison.Ordinal);
        Assert.Contains(Instruction.Opening(text).ToString(), text, StringComparison.Ordinal);
    }
}
