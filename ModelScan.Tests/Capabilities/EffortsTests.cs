using ModelScan.RoutingApi.Capabilities;

namespace ModelScan.Tests.Capabilities;

public sealed class EffortsTests
{
    [Theory]
    [InlineData("low medium high", "none", "low")]
    [InlineData("low medium high", "minimal", "low")]
    [InlineData("low medium high", "xhigh", "high")]
    [InlineData("low medium high", "max", "high")]
    [InlineData("low high max", "medium", "high")]
    [InlineData("low high max", "xhigh", "high")]
    [InlineData("high max", "low", "high")]
    [InlineData("high max", "max", "max")]
    [InlineData("none low medium high xhigh", "minimal", "low")]
    [InlineData("none low medium high xhigh", "none", "none")]
    [InlineData("minimal high", "low", "minimal")]
    [InlineData("none", "high", "")]
    [InlineData("", "high", "")]
    public void Nearest_OfKnown_IsTheClosestThatThinks(string known, string wanted, string nearest) =>
        Assert.Equal(nearest, Set(known).Nearest(EffortWords.Parse(wanted)).Word());

    [Theory]
    [InlineData("none low high", "high")]
    [InlineData("", "")]
    [InlineData("max low", "max")]
    public void Highest_OfASet_IsTheOneThatThinksMost(string known, string highest) => Assert.Equal(highest, Set(known).Highest().Word());

    [Theory]
    [InlineData("High")]
    [InlineData("")]
    [InlineData("extreme")]
    public void Parse_OfAnotherWord_IsUnset(string word) => Assert.Equal(Efforts.Unset, EffortWords.Parse(word));

    [Theory]
    [InlineData(1024, 24_576, 10, 1024)]
    [InlineData(1024, 24_576, 99_999, 24_576)]
    [InlineData(0, null, 99_999, 99_999)]
    public void NearestBudget_StaysWithinItsBounds(int min, int? max, int wanted, int nearest) => Assert.Equal(nearest, new TokenBudget(min, max).Nearest(wanted));

    [Fact]
    public void Capabilities_SaidInShort_AreTheSameAsSaidAtLength()
    {
        var brief = new ModelCapabilities { ReasoningEffort = true, HighestEffort = "xhigh", Images = false, ReasoningContent = true };
        var full = new ModelCapabilities
        {
            Reasoning = new ReasoningSupport { Efforts = Efforts.Low | Efforts.Medium | Efforts.High | Efforts.XHigh, ReturnField = "reasoning_content" },
            Input = Modalities.All & ~Modalities.Image,
        };
        Assert.Equal(full, brief);
    }

    private static Efforts Set(string words) =>
        words.Split(' ', StringSplitOptions.RemoveEmptyEntries).Aggregate(Efforts.Unset, (set, word) => set | EffortWords.Parse(word));
}
