using ModelScan.RoutingApi.Decisions;
using ModelScan.RoutingApi.Decisions.Embedded;

namespace ModelScan.Tests.Decisions.Embedded;

public sealed class LeftoverRouteTests
{
    [Theory]
    [InlineData("general", "")]
    [InlineData("general", "General questions and chat.")]
    [InlineData("general", "everyday questions, and everything else")]
    [InlineData("cheap", "Everything else")]
    [InlineData("small_model", "Anything not covered by the others")]
    [InlineData("catch-all", "")]
    [InlineData("Other", "whatever")]
    [InlineData("fallback", "requests where no other route fits")]
    [InlineData("standard", "All other requests.")]
    [InlineData("Sonstiges", "")]
    [InlineData("klein", "Alles andere")]
    [InlineData("petit", "Tout le reste")]
    [InlineData("pequeño", "Todo lo demás")]
    [InlineData("piccolo", "Tutto il resto.")]
    [InlineData("pequeno", "tudo o mais")]
    [InlineData("klein", "Al het andere")]
    [InlineData("小模型", "其他所有问题")]
    [InlineData("小", "その他すべて")]
    [InlineData("その他", "")]
    public void IsWhatIsLeft_RouteThatSaysSo_IsTrue(string name, string description) =>
        Assert.True(LeftoverRoute.IsWhatIsLeft(new ClassifiableRoute(name, description, [])));

    [Theory]
    [InlineData("general", "Small talk and how to use this assistant")]
    [InlineData("light", "Greetings, small talk, one-line facts and other things a small model answers instantly")]
    [InlineData("substitutions", "An article was replaced and the customer wants something else, an explanation or a preference for next time.")]
    [InlineData("cancellation", "Ending the contract, switching to another provider, porting the number")]
    [InlineData("expenses", "Costs not covered by insurance")]
    [InlineData("restaurant", "")]
    [InlineData("rest_api", "designing REST interfaces")]
    [InlineData("otherworldly_fiction", "")]
    [InlineData("travel", "")]
    [InlineData("", "")]
    public void IsWhatIsLeft_RouteWithASubject_IsFalse(string name, string description) =>
        Assert.False(LeftoverRoute.IsWhatIsLeft(new ClassifiableRoute(name, description, [])));

    [Fact]
    public void Of_SeveralRoutes_TakesTheDeclaredOneThenTheFirst()
    {
        ClassifiableRoute travel = new("travel", "flights", []), other = new("other", "", []), rest = new("rest", "", []);

        Assert.Equal(-1, LeftoverRoute.Of(new RouteSet([travel])));
        Assert.Equal(1, LeftoverRoute.Of(new RouteSet([travel, other, rest])));
        Assert.Equal(2, LeftoverRoute.Of(new RouteSet([travel, other, rest with { IsDefault = true }])));
    }
}
