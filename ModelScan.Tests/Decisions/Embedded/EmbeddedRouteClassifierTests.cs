using ModelScan.RoutingApi.Conversations;
using ModelScan.RoutingApi.Decisions;
using static ModelScan.RoutingApi.Conversations.ConversationRole;
using static ModelScan.Tests.Decisions.Embedded.ShippedClassifier;

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
    [InlineData("Ich möchte die Schuhe zurückschicken, sie passen nicht", "refunds")]
    [InlineData("écris-moi un poème sur l'automne", "creative_writing")]
    [InlineData("来週の大阪行きの飛行機を予約したい", "travel")]
    [InlineData("what is the boiling point of mercury?", null)]
    public async Task Classify_SinglePrompt_GivesItsRouteOrNone(string prompt, string? route)
    {
        var decision = await ClassifyAsync(Routes, (User, prompt));

        Assert.Equal((route, "embedded"), (decision.Route, decision.Classifier));
        Assert.Equal(0.5, decision.Threshold);
        Assert.Equal(route is not null, decision.AgainstNone >= 0.5);
        Assert.Equal(1, decision.NoneProbability!.Value + decision.Scores.Sum(s => s.Probability!.Value), 1e-9);
    }

    [Fact]
    public async Task Classify_ShortAnswer_KeepsTheRouteOfTheTalk()
    {
        var decision = await ClassifyAsync(
            Routes, (User, "write a python function that reverses a list"), (Assistant, "Shall it work in place?"), (User, "yes, please"));

        Assert.Equal("code_generation", decision.Route);
    }

    [Fact]
    public async Task Classify_NewRequest_LeavesTheOldRouteAtOnce()
    {
        var decision = await ClassifyAsync(
            Routes, (User, "write a python function that reverses a list"), (Assistant, "Here it is."), (User, "Now please find me a cheap return flight to Rome for the weekend after next, leaving on Friday evening."));

        Assert.Equal("travel", decision.Route);
    }

    [Fact]
    public async Task Classify_NewSubjectThatNoRouteCovers_GivesNone()
    {
        var decision = await ClassifyAsync(
            Routes, (User, "I need a hotel in Lisbon for two nights"), (Assistant, "Done."), (User, "what is the square root of 1764, by the way?"));

        Assert.Null(decision.Route);
    }

    [Fact]
    public async Task Classify_WhatIsNotThePersons_DoesNotCount()
    {
        var plain = await ClassifyAsync(Routes, (User, "a poem about the sea, please"));

        var decision = await ClassifyAsync(
            Routes,
            (ConversationRole.System, "You book flights and hotels."),
            (User, "<system-reminder>Flights and hotels are booked here.</system-reminder>"),
            (Tool, "flight booked, hotel booked"),
            (User, "<environment_context>\n<cwd>/travel/hotels</cwd>\n</environment_context>\na poem about the sea, please"));

        Assert.Equal(plain.Probability!.Value, decision.Probability!.Value, 1e-9);
    }

    [Fact]
    public async Task Classify_NoUserText_GivesNoneAndSaysWhy()
    {
        var decision = await ClassifyAsync(Routes, (ConversationRole.System, "Be kind."), (Assistant, "Hello!"), (User, " \n"));

        Assert.Null(decision.Route);
        Assert.NotEmpty(decision.Notes);
    }

    [Fact]
    public async Task Classify_RouteWithBoundOfItsOwn_IsNotTakenBelowIt()
    {
        var strict = new RouteSet([.. Routes.Routes.Select(r => r with { Threshold = 0.9999999 })]);

        Assert.Null((await ClassifyAsync(strict, (User, "I need a hotel in Lisbon for two nights"))).Route);
    }

    [Fact]
    public async Task Classify_ThresholdOfZero_AlwaysTakesARoute()
    {
        var request = Request(Routes, (User, "what is the boiling point of mercury?"));

        var decision = await Shared.ClassifyAsync(request, Model.Calibration with { Threshold = 0 }, CancellationToken.None);

        Assert.NotNull(decision.Route);
    }

    [Theory]
    [InlineData("hello")]
    [InlineData("Hi there!")]
    [InlineData("thanks, bye")]
    [InlineData("bonjour")]
    [InlineData("こんにちは")]
    public async Task Classify_Greeting_IsNoRoutesUnlessOneIsForIt(string greeting)
    {
        var code = Set(("code", "writing code"));
        var both = Set(("code", "writing code"), ("light", "Greetings, thanks, small talk and one-line facts"));

        Assert.Null((await ClassifyAsync(code, (User, greeting))).Route);
        Assert.Equal("light", (await ClassifyAsync(both, (User, greeting))).Route);
    }

    [Fact]
    public async Task Classify_MoreStay_HoldsTheRouteLonger()
    {
        var request = Request(
            Routes, (User, "I need a hotel in Lisbon for two nights"), (Assistant, "Booked."), (User, "Now write me a short bedtime story about a fox and a lighthouse that I can read to my daughter."));
        var calibration = Model.Calibration;

        var free = await Shared.ClassifyAsync(request, calibration, CancellationToken.None);
        var held = await Shared.ClassifyAsync(request, calibration with { Dialogue = calibration.Dialogue with { Stay = 9 } }, CancellationToken.None);

        Assert.Equal(("creative_writing", "travel"), (free.Route, held.Route));
    }

    [Fact]
    public async Task Classify_PinnedRouteAlmostAsProbable_IsKept()
    {
        var twins = Set(("trips", "flights, hotels and itineraries"), ("journeys", "flights, hotels and itineraries"));
        var request = Request(twins, (User, "I need a flight and a hotel in Lisbon"));
        var free = await Shared.ClassifyAsync(request, CancellationToken.None);
        Assert.InRange(free.Margin!.Value, 0, 0.5);
        var other = free.Route == "trips" ? "journeys" : "trips";
        var identical = new RouteSet([twins.Routes[0], twins.Routes[0] with { Name = "Trips" }]);

        var decision = await Shared.ClassifyAsync(request with { Routes = identical, PinnedRoute = "Trips" }, CancellationToken.None);

        Assert.NotNull(other);
        Assert.Equal("Trips", decision.Route);
        Assert.NotEmpty(decision.Notes);
    }

    [Theory]
    [InlineData("refunds")]
    [InlineData("deleted")]
    public async Task Classify_PinnedRouteWorseOrGone_IsLeft(string pinned)
    {
        var request = Request(Routes, (User, "I need a hotel in Lisbon for two nights")) with { PinnedRoute = pinned };

        Assert.Equal("travel", (await Shared.ClassifyAsync(request, CancellationToken.None)).Route);
    }

    [Fact]
    public async Task Classify_Examples_DrawTheRouteTowardsThem()
    {
        const string Prompt = "the CrashLoopBackOff is back after the helm upgrade";
        var without = Set(("operations", "keeping things alive"), ("travel", "flights and hotels"));
        var with = new RouteSet([without.Routes[0] with { Examples = ["my helm release fails", "pod in CrashLoopBackOff"] }, without.Routes[1]]);

        Assert.True((await ClassifyAsync(with, (User, Prompt))).Scores[0].Probability > (await ClassifyAsync(without, (User, Prompt))).Scores[0].Probability);
    }

    [Fact]
    public async Task Classify_RouteForWhatIsLeft_TakesWhatGetsNone()
    {
        var routes = new RouteSet([.. Routes.Routes, new ClassifiableRoute("general", "everything else", [])]);

        var left = await ClassifyAsync(routes, (User, "what is the boiling point of mercury?"));
        var travel = await ClassifyAsync(routes, (User, "I need a hotel in Lisbon for two nights"));

        Assert.Equal(("general", "travel"), (left.Route, travel.Route));
        Assert.Equal(left.NoneProbability, left.Scores[^1].Probability);
        Assert.Equal(1, left.Scores.Sum(s => s.Probability!.Value), 1e-9);
    }

    [Fact]
    public async Task Classify_RouteDeclaredAsDefault_IsNotComparedByItsWords()
    {
        var routes = new RouteSet([Routes.Routes[0], Routes.Routes[2] with { IsDefault = true }]);

        Assert.Equal("travel", (await ClassifyAsync(routes, (User, "what is the boiling point of mercury?"))).Route);
        Assert.Equal("travel", (await ClassifyAsync(new RouteSet([Routes.Routes[2] with { IsDefault = true }]), (User, "hello"))).Route);
    }

    [Fact]
    public async Task Classify_RouteWithoutDescription_IsComparedByItsName()
    {
        var routes = Set(("code_generation", ""), ("bookHotels", ""), ("refunds", " "));

        Assert.Equal("bookHotels", (await ClassifyAsync(routes, (User, "I need a hotel in Lisbon for two nights"))).Route);
    }

    [Fact]
    public async Task Classify_Explained_GivesEveryRouteInOrder()
    {
        var decision = await ClassifyAsync(Routes, (User, "I need a hotel and flights"));

        Assert.Equal(Routes.Routes.Select(r => r.Name), decision.Scores.Select(s => s.Route));
        Assert.Equal(decision.Probability, decision.Scores[2].Probability);
        Assert.InRange(decision.Scores[2].Cosine!.Value, 0.2, 1);
        var ranked = decision.Scores.Select(s => s.Probability!.Value).OrderDescending().ToArray();
        Assert.Equal(ranked[0] - ranked[1], decision.Margin!.Value, 1e-12);
    }

    [Fact]
    public async Task Classify_NotExplained_GivesNoScores() =>
        Assert.Empty((await Shared.ClassifyAsync(Request(Routes, (User, "a poem")) with { Explain = false }, CancellationToken.None)).Scores);

    [Fact]
    public async Task Classify_OneRoute_HasNoMargin()
    {
        var decision = await ClassifyAsync(Set(("travel", "flights, hotels and itineraries")), (User, "I need a hotel in Lisbon"));

        Assert.Equal("travel", decision.Route);
        Assert.Null(decision.Margin);
    }

    [Fact]
    public async Task Classify_Cancelled_Throws() => await Assert.ThrowsAnyAsync<OperationCanceledException>(
        async () => await Shared.ClassifyAsync(Request(Routes, (User, "a poem")), new CancellationToken(canceled: true)));
}
