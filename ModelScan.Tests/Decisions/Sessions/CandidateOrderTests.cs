using ModelScan.RoutingApi.Decisions.Sessions;

namespace ModelScan.Tests.Decisions.Sessions;

public sealed class CandidateOrderTests
{
    [Theory]
    [InlineData("B24", "a b c", "b", "b a c")]
    [InlineData("B25", "a b", "z", "z a b")]
    [InlineData("already first", "a b", "a", "a b")]
    [InlineData("nothing ranked", "", "a", "a")]
    [InlineData("named twice", "a b a", "b", "b a a")]
    public void WithFirst_Anchor_ComesFirstAndOthersKeepTheirOrder(string id, string ranked, string first, string expected)
    {
        var ordered = CandidateOrder.WithFirst(ranked.Split(' ', StringSplitOptions.RemoveEmptyEntries), first);

        Assert.Equal((id, expected), (id, string.Join(' ', ordered)));
    }
}
