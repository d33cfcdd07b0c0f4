using ModelScan.RoutingApi.Decisions;
using ModelScan.RoutingApi.Decisions.Lexical;

namespace ModelScan.Tests.Decisions.Lexical;

public sealed class LexicalRouteClassifierTests
{
    private static readonly ClassifiableRoute Reasoning =
        new("complex_reasoning", "complex reasoning tasks, multi-step analysis, or detailed explanations", []);

    private static readonly ClassifiableRoute Code =
        new("code_generation", "generating new code, writing functions, or creating boilerplate", []);

    [Theory]
    [InlineData("Write a Python function that implements binary search", "code_generation")]
    [InlineData("Please generate some codeGeneration boilerplate", "code_generation")]
    [InlineData("Explain step by step, in detail, why the analysis holds", "complex_reasoning")]
    [InlineData("What is the capital of France?", null)]
    [InlineData("Write a poem about the sea", null)]
    [InlineData("", null)]
    public async Task Classify_SharedWords_DecideTheRoute(string prompt, string? expected)
    {
        var decision = await ClassifyAsync([User(prompt)], Reasoning, Code);

        Assert.Equal(expected, decision.Route);
        Assert.Equal("lexical", decision.Classifier);
    }

    [Fact]
    public async Task Classify_AssentWithoutTellingWords_KeepsTheRequestBeforeIt()
    {
        var decision = await ClassifyAsync(
            [User("Write a function for this"), new(ConversationRole.Assistant, "Shall I?"), User("yes, please do")], Reasoning, Code);

        Assert.Equal("code_generation", decision.Route);
    }

    [Fact]
    public async Task Classify_NewSubject_OutweighsEarlierMessages()
    {
        var decision = await ClassifyAsync(
            [User("Write new functions, generating boilerplate code"), User("Now a detailed multi-step analysis")], Reasoning, Code);

        Assert.Equal("complex_reasoning", decision.Route);
    }

    [Fact]
    public async Task Classify_WordsOfOthers_AreNotCounted()
    {
        var decision = await ClassifyAsync(
            [
                new(ConversationRole.System, "You write functions, generating new code"),
                new(ConversationRole.Tool, "code generation boilerplate"),
                User("What is the capital of France?"),
            ],
            Reasoning,
            Code);

        Assert.Null(decision.Route);
    }

    [Fact]
    public async Task Classify_RouteWithItsOwnThreshold_UsesThat()
    {
        var decision = await ClassifyAsync([User("Write a poem about the sea")], Reasoning, Code with { Threshold = 0.3 });

        Assert.Equal("code_generation", decision.Route);
        Assert.Equal(0.3, decision.Threshold);
    }

    [Fact]
    public async Task Classify_BestRouteBelowItsThreshold_LeavesItToTheNext()
    {
        var decision = await ClassifyAsync(
            [User("Write functions, new boilerplate, and a detailed analysis")], Reasoning, Code with { Threshold = 0.99 });

        Assert.Equal("complex_reasoning", decision.Route);
    }

    [Fact]
    public async Task Classify_Tie_StaysOnTheSessionsRoute()
    {
        ClassifiableRoute first = new("first", "painting pictures", []), second = new("second", "painting pictures", []);
        var classifier = new LexicalRouteClassifier(0.1);

        var decision = await classifier.ClassifyAsync(
            new ClassificationRequest(new RouteSet([first, second]), [User("paint a picture")], PinnedRoute: "second"), default);

        Assert.Equal("second", decision.Route);
    }

    [Fact]
    public async Task Classify_Explain_ScoresEveryRouteInDeclarationOrder()
    {
        var request = new ClassificationRequest(new RouteSet([Reasoning, Code]), [User("write a function")], Explain: true);

        var decision = await new LexicalRouteClassifier().ClassifyAsync(request, default);

        Assert.Equal(["complex_reasoning", "code_generation"], decision.Scores.Select(score => score.Route));
        Assert.Equal(0, decision.Scores[0].Score);
        Assert.Equal(decision.Scores[1].Score, decision.Margin);
        Assert.Equal(decision.Scores[1].Probability, decision.Probability);
    }

    [Fact]
    public async Task Classify_HugePrompt_ReadsItsBeginningAndEndOnly()
    {
        var filler = string.Join(' ', Enumerable.Repeat("lorem ipsum", 500_000));

        var ends = await ClassifyAsync([User("write a function " + filler + " \ud800 boilerplate")], Reasoning, Code);
        var middle = await ClassifyAsync([User(filler + " write a boilerplate function " + filler)], Reasoning, Code);

        Assert.Equal("code_generation", ends.Route);
        Assert.Null(middle.Route);
    }

    [Fact]
    public async Task Classify_SeveralRouteSets_DoNotMixThem()
    {
        var classifier = new LexicalRouteClassifier();
        var prompt = User("write a function");

        var code = await classifier.ClassifyAsync(new ClassificationRequest(new RouteSet([Reasoning, Code]), [prompt]), default);
        var none = await classifier.ClassifyAsync(new ClassificationRequest(new RouteSet([Reasoning]), [prompt]), default);

        Assert.Equal("code_generation", code.Route);
        Assert.Null(none.Route);
    }

    [Theory]
    [InlineData(-0.1)]
    [InlineData(1.1)]
    [InlineData(double.NaN)]
    public void Constructor_ThresholdOutsideItsRange_Throws(double threshold) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new LexicalRouteClassifier(threshold));

    [Theory]
    [InlineData("generation", "generating")]
    [InlineData("summarise", "summarization")]
    [InlineData("analyze", "analysis")]
    [InlineData("story", "stories")]
    [InlineData("debug", "debugging")]
    [InlineData("classes", "class")]
    public void Stem_FormsOfOneWord_Meet(string one, string other) => Assert.Equal(EnglishTerm.Stem(one), EnglishTerm.Stem(other));

    [Theory]
    [InlineData("string")]
    [InlineData("css")]
    [InlineData("status")]
    [InlineData("sql")]
    public void Stem_WordsWithoutAnEnding_Stay(string word) => Assert.Equal(word, EnglishTerm.Stem(word));

    [Fact]
    public void AddTo_Identifiers_AreSplitIntoWords()
    {
        var terms = new List<string>();

        LexicalTerms.AddTo(terms, "parseHTTPRequest snake_case kebab-case");

        Assert.Equal(["pars", "http", "request", "snak", "cas", "kebab", "cas"], terms);
    }

    private static ConversationMessage User(string text) => new(ConversationRole.User, text);

    private static async Task<RouteClassification> ClassifyAsync(ConversationMessage[] messages, params ClassifiableRoute[] routes) =>
        await new LexicalRouteClassifier().ClassifyAsync(new ClassificationRequest(new RouteSet(routes), messages), default);
}
