using System.Text;
using ModelScan.RoutingApi.Configuration;
using ModelScan.RoutingApi.Decisions.VirtualModels;
using ModelScan.RoutingApi.ModelMetrics;
using ModelScan.RoutingApi.Providers;
using ModelScan.Tests.Configuration;
using ModelScan.Tests.ModelMetrics;

namespace ModelScan.Tests.Decisions.VirtualModels;

/// <summary>Which models are chosen where a client leaves it to the gateway.</summary>
public sealed class VirtualRankingTests
{
    private const string Models = """
        model_providers:
          - { model: openai/gpt-4o-mini, access_key: k }
          - { model: anthropic/claude-opus-4-5, access_key: k }
          - { model: anthropic/claude-haiku-4-5, access_key: k }
          - { model: openai/text-embedding-3-small, access_key: k }
          - { model: mistral/mistral-large-latest }
          - { model: openai/gpt-4o, access_key: k, internal: true }
        """;

    [Fact]
    public void Candidates_AreWhatAnswersAndCanBeAsked() =>
        Assert.Equal(["openai/gpt-4o-mini", "anthropic/claude-opus-4-5", "anthropic/claude-haiku-4-5"], Candidates(Models).Select(target => target.Name));

    [Fact]
    public void Candidates_BehindWildcards_AreTheNewestThatAreKnown()
    {
        var candidates = Candidates("model_providers: [{ model: anthropic/*, access_key: k }, { model: openai/*, access_key: k }]");
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
        const string Two = """
            model_providers:
              - { model: one/twin, base_url: "http://h", provider_interface: openai, capabilities: { like: openai/gpt-4o } }
              - { model: two/twin, base_url: "http://h", provider_interface: openai, capabilities: { like: openai/gpt-4o } }
            """;
        Assert.Equal("two/twin", Rank(VirtualModel.Balanced, KnownMetrics.Latencies(("one/twin", 2), ("two/twin", 1)), models: Two)[0]);
        Assert.Equal("one/twin", Rank(VirtualModel.Balanced, KnownMetrics.Latencies(("one/twin", 1), ("two/twin", 2)), models: Two)[0]);
    }

    [Fact]
    public void Rank_RequestThatAModelCannotTake_PutsItBehindThoseThatCan()
    {
        const string Blind = """
            model_providers:
              - { model: cheap/blind, base_url: "http://h", provider_interface: openai, capabilities: { in: [text] } }
              - { model: dear/seeing, base_url: "http://h", provider_interface: openai, capabilities: { in: [text, image] } }
            """;
        var prices = KnownMetrics.Prices(("cheap/blind", 1), ("dear/seeing", 100));
        Assert.Equal("cheap/blind", Rank(VirtualModel.Budget, prices, models: Blind)[0]);
        Assert.Equal("dear/seeing", Rank(VirtualModel.Budget, prices, """{"messages":[{"role":"user","content":[{"type":"image_url","image_url":{"url":"x"}}]}]}""", Blind)[0]);
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

    private static string[] Rank(VirtualModel model, ModelMetricsSnapshot? metrics = null, string body = "", string models = Models, Func<string, bool>? isCoolingDown = null) =>
    [
        .. VirtualRanking.Rank(model, Candidates(models), ApiFormat.ChatCompletions, Encoding.UTF8.GetBytes(body), metrics ?? ModelMetricsSnapshot.Empty, isCoolingDown)
            .Select(ranked => ranked.Model),
    ];
}
