using ModelScan.RoutingApi.Decisions;
using ModelScan.RoutingApi.Decisions.Embedded;
using ModelScan.RoutingApi.Decisions.Embedded.Lexical;

namespace ModelScan.Tests.Decisions.Embedded;

/// <summary>Every number on the way from messages to a decision, against the reference implementation.</summary>
public sealed class GoldenCaseTests
{
    private const double Tolerance = 1e-3;

    public static TheoryData<int> SingleLines() => new(GoldenFile.Cases.Index().Where(c => c.Item.Kind == "single").Select(c => c.Index));

    public static TheoryData<string, int> Singles() => Rows("single");

    public static TheoryData<string, int> Conversations() => Rows("conversation");

    [Theory]
    [MemberData(nameof(SingleLines))]
    public void RouteText_GoldenRoutes_GivesReferenceTexts(int line)
    {
        var golden = GoldenFile.Cases[line];

        Assert.Equal(golden.RouteTexts, golden.RouteSet.Routes.Select(RouteText.Of));
    }

    [Theory]
    [MemberData(nameof(SingleLines))]
    public void TermReader_GoldenPrompt_GivesReferenceTerms(int line)
    {
        var golden = GoldenFile.Cases[line];
        var prompt = golden.Messages[^1].Content;
        var terms = new List<string>();
        var reader = new TermReader(prompt, RouterModels.Best.StopWords, new char[prompt.Length]);
        while (reader.Next(out var term))
            terms.Add(term.ToString());

        Assert.Equal(golden.Terms, terms);
    }

    [SkippableTheory]
    [MemberData(nameof(Singles))]
    public void PromptScores_GoldenSingle_GivesReferenceNumbers(string kernel, int line)
    {
        var golden = GoldenFile.Cases[line];
        var model = RouterModels.With(kernel);
        var vectors = RouterModels.VectorsWith(kernel);
        var routes = Compile(golden, model, vectors);

        var scores = Score(golden.Messages[^1].Content, routes, model, vectors);

        AssertClose(golden.Cosine, scores.Cosine);
        AssertClose(golden.Bm25, scores.Lexical);
        AssertClose(golden.Score, scores.Score);
        Assert.Equal(golden.AnchorMean, scores.AnchorMean, Tolerance);
        Assert.Equal(golden.Best, Array.IndexOf(scores.Score, scores.Score.Max()));
        Assert.Equal(golden.D, scores.Score[golden.Best] - scores.AnchorMean, Tolerance);
    }

    [SkippableTheory]
    [MemberData(nameof(Conversations))]
    public void ConversationEvidence_GoldenConversation_GivesReferenceNumbers(string kernel, int line)
    {
        var golden = GoldenFile.Cases[line];
        var model = RouterModels.With(kernel);
        var vectors = RouterModels.VectorsWith(kernel);
        var routes = Compile(golden, model, vectors);
        var evidence = new ConversationEvidence(routes.Count, model.Calibration.Conversation);

        var turns = ConversationTurns.Of(golden.Conversation, model.Calibration.Conversation.MaxUserTurns);

        Assert.Equal(golden.Turns.Select(t => t.User), turns.Turns.Select(t => t.User));
        Assert.Equal(golden.Assistant, turns.NewestAnswer);
        foreach (var (turn, text) in golden.Turns.Zip(turns.Turns.Select(t => t.User)))
        {
            var scores = Score(text, routes, model, vectors);
            AssertClose(turn.Cosine, scores.Cosine);
            AssertClose(turn.Bm25, scores.Lexical);
            AssertClose(turn.Score, scores.Score);
            Assert.Equal(turn.AnchorMean, scores.AnchorMean, Tolerance);
            evidence.Add(scores);
        }

        AssertClose(golden.Acc, evidence.Total);
        Assert.Equal(golden.D, evidence.AboveAnchors(golden.Best), Tolerance);
    }

    [SkippableTheory]
    [MemberData(nameof(Singles))]
    [MemberData(nameof(Conversations))]
    public async Task ClassifyAsync_GoldenCase_GivesReferenceDecision(string kernel, int line)
    {
        var golden = GoldenFile.Cases[line];
        var classifier = new EmbeddedRouteClassifier(RouterModels.With(kernel), RouterModels.VectorsWith(kernel), threshold: 0.5);

        var decision = await classifier.ClassifyAsync(
            new ClassificationRequest(golden.RouteSet, golden.Conversation, Explain: true), CancellationToken.None);

        Assert.Equal(golden.Decision, decision.Route);
        if (golden.Messages.All(m => m.Content.Length == 0))
            return;
        Assert.Equal(golden.P, decision.Probability!.Value, Tolerance);
        Assert.Equal(golden.Best, decision.Scores.Index().MaxBy(s => s.Item.Score).Index);
        if (golden.Kind == "conversation")
            AssertClose(golden.Total, [.. decision.Scores.Select(s => s.Score)]);
    }

    private static TheoryData<string, int> Rows(string kind)
    {
        var rows = new TheoryData<string, int>();
        foreach (var kernel in RouterModels.Kernels)
        {
            for (var i = 0; i < GoldenFile.Cases.Count; i++)
            {
                if (GoldenFile.Cases[i].Kind == kind)
                    rows.Add(kernel, i);
            }
        }

        return rows;
    }

    private static CompiledRoutes Compile(GoldenCase golden, RouterModel model, PromptVectors vectors) =>
        CompiledRoutes.Compile(golden.RouteSet, model, vectors, CancellationToken.None);

    private static PromptScores Score(string text, CompiledRoutes routes, RouterModel model, PromptVectors vectors) =>
        PromptScores.Of(text, vectors.Of(text), routes, model.Calibration);

    private static void AssertClose(double[] expected, double[] actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (var i = 0; i < expected.Length; i++)
            Assert.Equal(expected[i], actual[i], Tolerance);
    }
}
