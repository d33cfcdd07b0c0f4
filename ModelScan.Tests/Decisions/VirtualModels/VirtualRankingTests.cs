using System.Text;
using ModelScan.RoutingApi.Configuration;
using ModelScan.RoutingApi.Decisions.VirtualModels;
using ModelScan.RoutingApi.ModelMetrics;
using ModelScan.RoutingApi.Providers;
using ModelScan.Tests.Configuration;
using ModelScan.Tests.ModelMetrics;
using ModelScan.Tests.Support;

namespace ModelScan.Tests.Decisions.VirtualModels;

/// <summary>Which models are chosen where a client leaves it to the gateway.</summary>
public sealed class VirtualRankingTests
{
    private static readonly TestConfig Models = TestConfig.Empty
        .Model("openai/gpt-4o-mini")
        .Model("anthropic/claude-opus-4-5")
        .Model("anthropic/claude-haiku-4-5")
        .Model("openai/text-embedding-3-small")
        .Model("mistral/mistral-large-latest", key: null)
        .Model("openai/gpt-4o", more: "internal: true");

    [Fact]
    public void Candidates_AreWhatAnswersAndCanBeAsked() =>
        Assert.Equal(["openai/gpt-4o-mini", "anthropic/claude-opus-4-5", "anthropic/claude-haiku-4-5"], Candidates(Models).Select(target => target.Name));

    [Fact]
    public void Candidates_BehindWildcards_AreTheNewestThatAreKnown()
    {
        var candidates = Candidates(TestConfig.Empty.Model("anthropic/*").Model("openai/*"));
        Assert.Contains(candidates, target => target.Api.Name == "anthropic");
        Assert.Contains(candidates, target => target.Api.Name == "openai");
        Assert.InRange(candidates.Count, 10, 48);
        Assert.DoesNotContain(candidates, target => target.ModelId.Contains("embed", StringComparison.Ordinal) || target.ModelId.Contains("image", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(VirtualModel.Budget, "openai/gpt-4o-mini")]
    [InlineData(VirtualModel.Quality, "anthropic/claude-opus-4-5")]
    public void Rank_WithoutAnySource_GoesByTheCatalogue(VirtualModel model, string first) => Assert.Equal(first, Rank(model)[0]);

    [Fact]
    public void Rank_Budget_GoesByTheSourcesPrices() => Assert.Equal(
        ["anthropic/claude-opus-4-5", "openai/gpt-4o-mini", "anthropic/claude-haiku-4-5"],
        Rank(VirtualModel.Budget, KnownMetrics.Prices(("anthropic/claude-opus-4-5", 0.01), ("openai/gpt-4o-mini", 0.5), ("anthropic/claude-haiku-4-5", 3))));

    [Fact]
    public void Rank_Balanced_OfTwoAlike_TakesTheFaster()
    {
        var two = TestConfig.Empty
            .Model("one/twin", "http://h", null, "provider_interface: openai, capabilities: { like: openai/gpt-4o }")
            .Model("two/twin", "http://h", null, "provider_interface: openai, capabilities: { like: openai/gpt-4o }");
        Assert.Equal("two/twin", Rank(VirtualModel.Balanced, KnownMetrics.Latencies(("one/twin", 2), ("two/twin", 1)), models: two)[0]);
        Assert.Equal("one/twin", Rank(VirtualModel.Balanced, KnownMetrics.Latencies(("one/twin", 1), ("two/twin", 2)), models: two)[0]);
    }

    [Fact]
    public void Rank_RequestThatAModelCannotTake_PutsItBehindThoseThatCan()
    {
        var blind = TestConfig.Empty
            .Model("cheap/blind", "http://h", null, "provider_interface: openai, capabilities: { in: [text] }")
            .Model("dear/seeing", "http://h", null, "provider_interface: openai, capabilities: { in: [text, image] }");
        var prices = KnownMetrics.Prices(("cheap/blind", 1), ("dear/seeing", 100));
        Assert.Equal("cheap/blind", Rank(VirtualModel.Budget, prices, models: blind)[0]);
        Assert.Equal("dear/seeing", Rank(VirtualModel.Budget, prices, """{"messages":[{"role":"user","content":[{"type":"image_url","image_url":{"url":"x"}}]}]}""", blind)[0]);
    }

    [Fact]
    public void Rank_ModelThatIsCoolingDown_IsLast() =>
        Assert.Equal("openai/gpt-4o-mini", Rank(VirtualModel.Budget, isCoolingDown: model => model == "openai/gpt-4o-mini")[^1]);

    [Fact]
    public void Rank_EveryPlace_HasAReason()
    {
        var ranked = VirtualRanking.Rank(VirtualModel.Balanced, Candidates(Models), ApiFormat.ChatCompletions, default, ModelMetricsSnapshot.Empty, null);
        Assert.All(ranked, model => Assert.Matches(@"^\d\.\d\d \(ability \d\.\d\d, cheapness \d\.\d\d, speed \d\.\d\d\)$", model.Reason));
    }

    private static IReadOnlyList<ModelTarget> Candidates(string yaml) => new ModelDirectory(ConfigText.Read(yaml), null).Candidates;

    private static string[] Rank(VirtualModel model, ModelMetricsSnapshot? metrics = null, string body = "", TestConfig? models = null, Func<string, bool>? isCoolingDown = null) =>
    [
        .. VirtualRanking.Rank(model, Candidates(models ?? Models), ApiFormat.ChatCompletions, Encoding.UTF8.GetBytes(body), metrics ?? ModelMetricsSnapshot.Empty, isCoolingDown)
            .Select(ranked => ranked.Model),
    ];
}
