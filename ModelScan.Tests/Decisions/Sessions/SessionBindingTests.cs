using System.Text;
using ModelScan.RoutingApi.Decisions.Sessions;

namespace ModelScan.Tests.Decisions.Sessions;

public sealed class SessionBindingTests
{
    private const string Json =
        """
        {"anchor_model":"a","default_model":"d","requested_model":"r","route_name":"code","prefix_hash":"3cb6023d6afd0939","last_used":1800000000,"cached_tokens":7,"baseline_usd":1.5,"switch_spend_usd":0.25,"switches":2,"history":[{"model":"a","last_used":1800000000,"cached_tokens":7}],"session_cost_usd":0.5}
        """;

    [Fact]
    public void ToJson_AllMembers_AreInSnakeCase()
    {
        var binding = new SessionBinding
        {
            AnchorModel = "a",
            DefaultModel = "d",
            RequestedModel = "r",
            RouteName = "code",
            PrefixHash = "3cb6023d6afd0939",
            LastUsed = 1_800_000_000,
            CachedTokens = 7,
            BaselineUsd = 1.5,
            SwitchSpendUsd = 0.25,
            Switches = 2,
            History = [new ModelUse("a", 1_800_000_000, 7)],
            SessionCostUsd = 0.5,
        };

        Assert.Equal(Json, Encoding.UTF8.GetString(binding.ToJson()));
    }

    [Fact]
    public void FromJson_ItsOwnForm_ReturnsTheSame()
        => Assert.Equal(Json, Encoding.UTF8.GetString(SessionBinding.FromJson(Encoding.UTF8.GetBytes(Json))!.ToJson()));

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{"anchor_model":"a"}""")]
    [InlineData("""{"anchor_model":null,"default_model":"d"}""")]
    [InlineData("""{"anchor_model":"a","default_model":"d","history":[null]}""")]
    [InlineData("""{"anchor_model":"a","default_model":"d","history":[{"last_used":1}]}""")]
    [InlineData("""{"anchor_model":"a","default_model":"d","baseline_usd":1e999}""")]
    [InlineData("""{"anchor_model":"a","default_model":"d","switches":"two"}""")]
    public void FromJson_NotABinding_ReturnsNull(string json)
        => Assert.Null(SessionBinding.FromJson(Encoding.UTF8.GetBytes(json)));

    [Fact]
    public void FromJson_MissingOrUnknownMembers_AreNoObstacle()
    {
        var binding = SessionBinding.FromJson("""{"anchor_model":"a","default_model":"d","tomorrow":[1]}"""u8);

        Assert.Equal(("a", 0), (binding?.AnchorModel, binding?.History.Count));
    }
}
