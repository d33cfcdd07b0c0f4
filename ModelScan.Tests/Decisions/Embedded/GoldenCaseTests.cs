using ModelScan.RoutingApi.Conversations;
using ModelScan.RoutingApi.Decisions.Embedded;

namespace ModelScan.Tests.Decisions.Embedded;

/// <summary>Every number on the way from messages to a decision, against the reference implementation.</summary>
public sealed class GoldenCaseTests
{
    // Of a cosine where vectors of two processors differ a little, and what that makes of a utility.
    private const double CosineTolerance = 0.015;
    private const double UtilityTolerance = 0.3;
    private const double ProbabilityTolerance = 0.06;

    public static TheoryData<int> Singles() => Lines("single");

    public static TheoryData<int> Dialogues() => Lines("dialogue");

    [Theory]
    [MemberData(nameof(Singles))]
    [MemberData(nameof(Dialogues))]
    public void RouteText_GoldenRoutes_GivesReferenceTexts(int line) =>
        Assert.Equal(GoldenFile.Cases[line].RouteTexts, GoldenFile.Cases[line].RouteSet().Routes.Select(RouteText.Of));

    [Theory]
    [MemberData(nameof(Singles))]
    public async Task Classify_GoldenPrompt_GivesReferenceDecision(int line)
    {
        var golden = GoldenFile.Cases[line];

        var decision = await ShippedClassifier.ClassifyAsync(golden.RouteSet(), (ConversationRole.User, golden.Prompt!));

        Assert.Equal(golden.Decision, decision.Route);
        AssertClose(golden.Cosine, decision.Scores.Select(s => s.Cosine!.Value), CosineTolerance);
        AssertClose(golden.Utility, decision.Scores.Select(s => s.Score), UtilityTolerance);
        Assert.Equal(golden.P, decision.Probability!.Value, ProbabilityTolerance);
        Assert.Equal(golden.PNone, decision.NoneProbability!.Value, ProbabilityTolerance);
        Assert.Equal(golden.T, decision.AgainstNone!.Value, ProbabilityTolerance);
    }

    [Theory]
    [MemberData(nameof(Dialogues))]
    public async Task Classify_GoldenDialogue_GivesReferenceDecisionAtEveryTurn(int line)
    {
        var golden = GoldenFile.Cases[line];
        var messages = new List<(ConversationRole, string)>();
        foreach (var turn in golden.Turns)
        {
            if (turn.AssistantBefore is not null)
                messages.Add((ConversationRole.Assistant, turn.AssistantBefore));
            messages.Add((ConversationRole.User, turn.User));

            var decision = await ShippedClassifier.ClassifyAsync(golden.RouteSet(), [.. messages]);

            Assert.Equal((messages.Count, turn.Decision), (messages.Count, decision.Route));
            AssertClose(turn.Cosine, decision.Scores.Select(s => s.Cosine!.Value), CosineTolerance);
            AssertClose(turn.Utility, decision.Scores.Select(s => s.Score), UtilityTolerance);
            Assert.Equal(turn.P, decision.Probability!.Value, ProbabilityTolerance);
            Assert.Equal(turn.T, decision.AgainstNone!.Value, ProbabilityTolerance);
        }
    }

    /// <summary>The rule alone, from the reference's own cosines: here nothing rounds.</summary>
    [Theory]
    [MemberData(nameof(Singles))]
    [MemberData(nameof(Dialogues))]
    public void DecisionRule_GoldenCosines_GiveReferenceUtilities(int line)
    {
        var golden = GoldenFile.Cases[line];
        var rule = new DecisionRule(ShippedClassifier.Model.Calibration);
        if (golden.Kind == "single")
            AssertSame(golden.Utility, golden.None, golden.P, rule.First(golden.Cosine, golden.Prior));
        foreach (var turn in golden.Turns)
        {
            var pieces = (int)Math.Round((1 - turn.Short) * ShippedClassifier.Model.Calibration.Dialogue.ShortPieces);
            var odds = turn.Context is null
                ? rule.First(turn.Cosine, turn.Prior)
                : rule.Later(turn.Cosine, turn.Context, turn.Prior, new FollowUp(pieces, turn.Previous, turn.Asked > 0));
            AssertSame(turn.Utility, turn.None, turn.P, odds);
        }
    }

    private static void AssertSame(double[] utility, double none, double probability, RouteOdds odds)
    {
        AssertClose(utility, odds.Utility, 1e-3);
        Assert.Equal(none, odds.None, 1e-3);
        Assert.Equal(probability, odds.Probability(odds.Best), 1e-3);
        Assert.Equal(1, odds.NoneProbability + Enumerable.Range(0, utility.Length).Sum(odds.Probability), 1e-9);
    }

    private static TheoryData<int> Lines(string kind) => new(GoldenFile.Cases.Index().Where(c => c.Item.Kind == kind).Select(c => c.Index));

    private static void AssertClose(double[] expected, IEnumerable<double> actual, double tolerance)
    {
        Assert.Equal(expected.Length, actual.Count());
        Assert.All(expected.Zip(actual), pair => Assert.Equal(pair.First, pair.Second, tolerance));
    }
}
