using ModelScan.RoutingApi.Decisions;
using ModelScan.RoutingApi.Decisions.Embedded;

namespace ModelScan.Tests.Decisions.Embedded;

public sealed class RouteTextTests
{
    [Theory]
    [InlineData("code_generation", "code generation")]
    [InlineData("code-generation", "code generation")]
    [InlineData("codeGeneration", "code generation")]
    [InlineData("SQLQueries", "sql queries")]
    [InlineData("  spaced  out ", "spaced out")]
    [InlineData("", "")]
    public void ReadableName_Identifier_BecomesWords(string name, string expected) => Assert.Equal(expected, RouteText.ReadableName(name));

    [Theory]
    [InlineData("travel", "flights, hotels", "travel: flights, hotels")]
    [InlineData("travel", "", "travel")]
    [InlineData("travel", "  ", "travel")]
    [InlineData("", "flights", "flights")]
    [InlineData("", "", "")]
    public void Of_NameAndDescription_AreJoinedWhereBothAreThere(string name, string description, string expected) =>
        Assert.Equal(expected, RouteText.Of(new ClassifiableRoute(name, description, [])));

    [Theory]
    [InlineData("fiction, plots, characters and dialogue", "fiction|plots|characters|dialogue")]
    [InlineData("sell or buy; return.", "sell|buy|return")]
    [InlineData("writing new functions", "")]
    [InlineData("", "")]
    public void Clauses_Description_IsTakenApart(string description, string expected) =>
        Assert.Equal(expected, string.Join('|', RouteClauses.Of(description)));

    [Fact]
    public void Clauses_EndlessDescription_AreBounded() =>
        Assert.Equal(RouteClauses.MaxClauses, RouteClauses.Of(string.Concat(Enumerable.Repeat("thing, ", 10_000))).Count);
}
