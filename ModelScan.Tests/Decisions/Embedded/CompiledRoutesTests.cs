using ModelScan.RoutingApi.Decisions.Embedded;
using static ModelScan.Tests.Decisions.Embedded.EmbeddedRouteClassifierTests;

namespace ModelScan.Tests.Decisions.Embedded;

public sealed class CompiledRoutesTests
{
    [Fact]
    public void Anchors_RouteThatIsOneOfThem_LosesThatAnchor()
    {
        var model = RouterModels.Best;
        var none = Compile(("zoology", "animals of the deep sea"));

        var weather = Compile(("weather", "weather conditions and forecast"));

        Assert.True(weather.Anchors.Length < none.Anchors.Length);
        Assert.InRange(weather.Anchors.Length, model.Anchors.Count / 2, model.Anchors.Count);
    }

    [Fact]
    public void Anchors_RoutesAboutEverything_KeepHalf()
    {
        using var texts = new StreamReader(RouterModel.Open(RouterModel.AnchorTextsFile));
        var everything = AnchorVectors.ReadTexts(texts).Take(150).Select(text => (text.Split(": ")[0], text.Split(": ")[1])).ToArray();

        Assert.Equal(RouterModels.Best.Anchors.Count / 2, Compile(everything).Anchors.Length);
    }

    [Fact]
    public void TopicalAnchors_Always_LeaveOutAnswersWithoutTopic()
    {
        var routes = Compile(("zoology", "animals of the deep sea"));

        Assert.Equal(routes.Anchors.Length - RouterModels.Best.FillerAnchors.Count, routes.TopicalAnchors.Length);
    }

    [Fact]
    public void HeldBack_Routes_HaveMeanZero()
    {
        var routes = Compile(("general", "anything"), ("travel", "flights and hotels"), ("music", "songs, lyrics"));

        Assert.Equal(0, routes.HeldBack.Average(), 1e-9);
        Assert.Contains(routes.HeldBack, h => h > 0);
    }

    [Fact]
    public void Cosine_PromptAboutOneClause_IsNotLessThanTheWholeRoutesAlone()
    {
        var vectors = new PromptVectors(RouterModels.Best);
        var description = "lyrics, chords, melodies and songs";
        var prompt = vectors.Of("which chords go with this melody?").Values;

        var enumerated = Compile(("music", description));
        var whole = RoutePrototype.Of(enumerated.Set.Routes[0], withClauses: false, vectors, RouterModels.Best.Calibration.Routes);

        Assert.True(enumerated.Cosine(0, prompt) > RouterModels.Best.Encoder.Dot(prompt, whole.Centre));
    }

    [Fact]
    public void Cost_LongTextsAndExamples_CountToo()
    {
        var plain = Compile(("travel", "flights"));
        var wordy = Compile(("travel", new string('x', 100_000)));

        Assert.Equal(2, plain.Cost);
        Assert.InRange(wordy.Cost, 100, 110);
    }

    private static CompiledRoutes Compile(params (string, string)[] routes) =>
        CompiledRoutes.Compile(Set(routes), RouterModels.Best, new PromptVectors(RouterModels.Best), CancellationToken.None);
}
