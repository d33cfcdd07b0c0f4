using ModelScan.RoutingApi.Decisions;
using ModelScan.RoutingApi.Decisions.Embedded;
using static ModelScan.RoutingApi.Decisions.ConversationRole;

namespace ModelScan.Tests.Decisions.Embedded;

public sealed class EmbeddedRouteClassifierTests
{
    private static readonly RouteSet Routes = Set(
        ("code_generation", "writing new functions, scripts and programs"),
        ("creative_writing", "stories, poems and songs"),
        ("travel", "flights, hotels and itineraries"),
        ("refunds", "sending goods back, refunds and exchanges"));

    [Theory]
    [InlineData("write a python function that reverses a list", "code_generation")]
    [InlineData("a poem about the sea, please", "creative_writing")]
    [InlineData("I need a hotel in Lisbon for two nights", "travel")]
    [InlineData("how do I return these shoes and get my money back?", "refunds")]
    [InlineData("what is the boiling point of mercury?", null)]
    public void Classify_SinglePrompt_GivesItsRouteOrNone(string prompt, string? route)
    {
        var decision = Classify(Routes, (User, prompt));

        Assert.Equal(route, decision.Route);
        Assert.Equal("embedded", decision.Classifier);
        Assert.InRange(decision.Probability!.Value, 0, 1);
        Assert.Equal(EmbeddedRouteClassifier.DefaultThreshold, decision.Threshold);
    }

    [Fact]
    public void Classify_ShortAnswer_KeepsTheRouteOfTheTalk()
    {
        var decision = Classify(
            Routes,
            (User, "write a python function that reverses a list"),
            (Assistant, "Shall it work in place?"),
            (User, "yes, please"));

        Assert.Equal("code_generation", decision.Route);
    }

    [Fact]
    public void Classify_NewRequest_LeavesTheOldRouteAtOnce()
    {
        var decision = Classify(
            Routes,
            (User, "write a python function that reverses a list"),
            (Assistant, "Here it is."),
            (User, "now find me a cheap flight to Rome"));

        Assert.Equal("travel", decision.Route);
    }

    [Fact]
    public void Classify_NewSubjectThatNoRouteCovers_GivesNone()
    {
        var decision = Classify(
            Routes,
            (User, "I need a hotel in Lisbon for two nights"),
            (Assistant, "Done."),
            (User, "what is the weather forecast for tomorrow?"),
            (Assistant, "Sunny."),
            (User, "set an alarm for six in the morning"));

        Assert.Null(decision.Route);
    }

    [Fact]
    public void Classify_SystemPromptAndToolResults_DoNotCount()
    {
        var plain = Classify(Routes, (User, "a poem about the sea, please"));

        var decision = Classify(
            Routes,
            (ConversationRole.System, "You book flights and hotels."),
            (Tool, "flight booked, hotel booked"),
            (User, "a poem about the sea, please"));

        Assert.Equal(plain.Probability, decision.Probability);
    }

    [Fact]
    public void Classify_NoUserText_GivesNoneAndSaysWhy()
    {
        var decision = Classify(Routes, (ConversationRole.System, "Be kind."), (Assistant, "Hello!"), (User, " \n"));

        Assert.Null(decision.Route);
        Assert.NotEmpty(decision.Notes);
    }

    [Fact]
    public void Classify_RouteWithOwnThreshold_IsMeasuredByIt()
    {
        var strict = new RouteSet([.. Routes.Routes.Select(r => r with { Threshold = 0.999 })]);

        var decision = Classify(strict, (User, "I need a hotel in Lisbon for two nights"));

        Assert.Null(decision.Route);
        Assert.Equal(0.999, decision.Threshold);
    }

    [Fact]
    public void Classify_ThresholdOfTheClassifier_IsUsedWhereTheRouteHasNone()
    {
        var classifier = New(RouterModels.Best, threshold: 0);

        var decision = classifier.Classify(Request(Routes, (User, "what is the boiling point of mercury?")));

        Assert.NotNull(decision.Route);
    }

    [Fact]
    public void Classify_PinnedRouteAlmostAsGood_IsKept()
    {
        var twins = Set(("trips", "flights, hotels and itineraries"), ("journeys", "flights, hotels and itineraries"));
        var request = Request(twins, (User, "I need a flight and a hotel in Lisbon"));
        var free = New(RouterModels.Best).Classify(request);
        Assert.InRange(free.Margin!.Value, 1e-6, RouterModels.Best.Calibration.SwitchMargin - 1e-6);
        var other = free.Route == "trips" ? "journeys" : "trips";

        var decision = New(RouterModels.Best).Classify(request with { PinnedRoute = other });

        Assert.Equal(other, decision.Route);
        Assert.NotEmpty(decision.Notes);
    }

    [Fact]
    public void Classify_PinnedRouteClearlyWorse_IsLeft()
    {
        var request = Request(Routes, (User, "I need a hotel in Lisbon for two nights")) with { PinnedRoute = "refunds" };

        Assert.Equal("travel", New(RouterModels.Best).Classify(request).Route);
    }

    [Fact]
    public void Classify_PinnedRouteThatIsGone_IsIgnored()
    {
        var request = Request(Routes, (User, "I need a hotel in Lisbon for two nights")) with { PinnedRoute = "deleted" };

        Assert.Equal("travel", New(RouterModels.Best).Classify(request).Route);
    }

    [Fact]
    public void Classify_Examples_DrawTheRouteTowardsThem()
    {
        const string Prompt = "the CrashLoopBackOff is back after the helm upgrade";
        var without = Set(("operations", "keeping the cluster alive"), ("travel", "flights and hotels"));
        var with = new RouteSet([without.Routes[0] with { Examples = ["my helm release fails", "pod in CrashLoopBackOff"] }, without.Routes[1]]);

        Assert.True(Classify(with, (User, Prompt)).Probability > Classify(without, (User, Prompt)).Probability);
    }

    [Fact]
    public void Classify_Explained_GivesEveryRouteInOrder()
    {
        var decision = New(RouterModels.Best).Classify(
            Request(Routes, (User, "I need a hotel and flights")) with { Explain = true });

        Assert.Equal(Routes.Routes.Select(r => r.Name), decision.Scores.Select(s => s.Route));
        var travel = decision.Scores[2];
        Assert.Equal(decision.Probability, travel.Probability);
        Assert.True(travel.Lexical > 0);
        Assert.InRange(travel.Cosine!.Value, 0.2, 1);
        var ranked = decision.Scores.Select(s => s.Score).OrderDescending().ToArray();
        Assert.Equal(ranked[0] - ranked[1], decision.Margin!.Value, 1e-12);
    }

    [Fact]
    public void Classify_NotExplained_GivesNoScores() => Assert.Empty(Classify(Routes, (User, "a poem")).Scores);

    [Fact]
    public void Classify_OneRoute_HasNoMargin()
    {
        var decision = Classify(Set(("travel", "flights, hotels and itineraries")), (User, "I need a hotel in Lisbon"));

        Assert.Equal("travel", decision.Route);
        Assert.Null(decision.Margin);
    }

    [Fact]
    public async Task ClassifyAsync_Cancelled_Throws()
    {
        var classifier = New(RouterModels.Best);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            async () => await classifier.ClassifyAsync(Request(Routes, (User, "a poem")), new CancellationToken(canceled: true)));
    }

    [Theory]
    [InlineData(-0.1)]
    [InlineData(1.1)]
    public void Load_ThresholdOutOfRange_Throws(double threshold) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => New(RouterModels.Best, threshold));

    internal static EmbeddedRouteClassifier New(RouterModel model, double threshold = EmbeddedRouteClassifier.DefaultThreshold) =>
        new(model, ReferenceEquals(model, RouterModels.Best) ? RouterModels.BestVectors : new PromptVectors(model), threshold);

    internal static RouteSet Set(params (string Name, string Description)[] routes) =>
        new([.. routes.Select(r => new ClassifiableRoute(r.Name, r.Description, []))]);

    internal static ClassificationRequest Request(RouteSet routes, params (ConversationRole Role, string Text)[] messages) =>
        new(routes, [.. messages.Select(m => new ConversationMessage(m.Role, m.Text))]);

    private static RouteClassification Classify(RouteSet routes, params (ConversationRole Role, string Text)[] messages) =>
        New(RouterModels.Best).Classify(Request(routes, messages));
}
