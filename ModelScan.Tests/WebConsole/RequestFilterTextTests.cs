using ModelScan.WebConsole.Parts;

namespace ModelScan.Tests.WebConsole;

/// <summary>Filters are taken apart and put together without changing what they mean.</summary>
public sealed class RequestFilterTextTests
{
    [Fact]
    public void Conditions_KeepWhatQuotesHoldTogether() =>
        Assert.Equal(["route:code", "session:\"a b\"", "-state:completed", "slow"], RequestFilterText.Conditions("  route:code session:\"a b\"   -state:completed slow "));

    [Theory]
    [InlineData("route", "code", "route:code")]
    [InlineData("route", null, "route:none")]
    [InlineData("session", "a b", "session:\"a b\"")]
    [InlineData("session", "a,b", "session:\"a,b\"")]
    public void Condition_IsWrittenAsItIsRead(string key, string? value, string expected) => Assert.Equal(expected, RequestFilterText.Condition(key, value));

    [Fact]
    public void With_ReplacesWhatIsSaidOnTheSameMatter() => Assert.Equal("model:a since:2h", RequestFilterText.With("since:1h model:a", "since:2h"));

    [Fact]
    public void Without_LeavesTheRest() => Assert.Equal("model:a slow", RequestFilterText.Without("model:a since:1h slow", "since:1h"));
}
