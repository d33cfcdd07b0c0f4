using ModelScan.RoutingApi.Decisions;
using ModelScan.RoutingApi.Decisions.Embedded;

namespace ModelScan.Tests.Decisions.Embedded;

public sealed class RouteTextTests
{
    [Theory]
    [InlineData("code_generation", "code generation")]
    [InlineData("code-generation", "code generation")]
    [InlineData("codeGeneration", "code generation")]
    [InlineData("SQLQueries", "sqlqueries")]
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
}
