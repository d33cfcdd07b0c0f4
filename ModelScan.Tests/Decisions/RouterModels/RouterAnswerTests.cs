using ModelScan.RoutingApi.Decisions;
using ModelScan.RoutingApi.Decisions.RouterModels;

namespace ModelScan.Tests.Decisions.RouterModels;

/// <summary>Rows of the compatibility vectors by their ids, and answers that models other than Plano's own give.</summary>
public sealed class RouterAnswerTests
{
    private static readonly RouteSet Routes = new(
        [new("Image generation", "", []), new("route1", "", []), new("route2", "", []), new("user's docs", "", []), new("say \"hi\"", "", [])]);

    [Theory]
    [InlineData("D2 two names", """{"route": ["route2", "route1"]}""", "route2", "route1")]
    [InlineData("D3 empty list", """{"route": []}""")]
    [InlineData("null", """{"route": null}""")]
    [InlineData("D5 empty object", "{}")]
    [InlineData("D6 empty string", "")]
    [InlineData("no content", null)]
    [InlineData("white space", " \n")]
    [InlineData("D8 Python quotes and literal line break", """{'route': ['Image generation']}\n""", "Image generation")]
    [InlineData("D9 unknown name", """{"route": ["Unknown route"]}""")]
    [InlineData("D10 empty name", """{"route": ["", "Image generation"]}""", "Image generation")]
    [InlineData("D11 unknown and known", """{"route": ["Unknown", "Image generation"]}""", "Image generation")]
    [InlineData("D12 plain string", """{"route": "Image generation"}""", "Image generation")]
    [InlineData("D13 fence", "```json\n{\"route\": [\"route1\"]}\n```", "route1")]
    [InlineData("fence without language", "```\n{\"route\": \"route1\"}\n```\n", "route1")]
    [InlineData("fence after a sentence", "Here it is:\n```json\n{\"route\": \"route1\"}\n```", "route1")]
    [InlineData("unclosed fence", "```json\n{\"route\": \"route1\"}", "route1")]
    [InlineData("fence around Python quotes", "```\n{'route': ['route1']}\n```", "route1")]
    [InlineData("D16 apostrophe", """{"route": ["user's docs"]}""", "user's docs")]
    [InlineData("apostrophe with literal line break", """{"route": ["user's docs"]}\n""", "user's docs")]
    [InlineData("apostrophe in a Python literal", """{'route': ["user's docs"]}""", "user's docs")]
    [InlineData("escaped apostrophe in a Python literal", """{'route': ['user\'s docs']}""", "user's docs")]
    [InlineData("quotes in a Python literal", """{'route': ['say "hi"']}""", "say \"hi\"")]
    [InlineData("mixed quotes", """{'route': ["route1']}""", "route1")]
    [InlineData("other", """{"route": "other"}""")]
    [InlineData("other in a list", """{"route": ["other"]}""")]
    public void Parse_Answer_GivesTheKnownRoutesInOrder(string id, string? content, params string[] expected)
    {
        var answer = RouterAnswer.Parse(content, Routes);

        Assert.True(answer is not null, id);
        Assert.True(expected.SequenceEqual(answer.Routes), $"{id}: {string.Join(", ", answer.Routes)}");
    }

    [Theory]
    [InlineData("D7 cut off", """{"route": ["route1" """)]
    [InlineData("prose", "route1")]
    [InlineData("JSON string", "\"route1\"")]
    [InlineData("JSON list", """["route1"]""")]
    [InlineData("number", """{"route": 1}""")]
    [InlineData("list with a number", """{"route": ["route1", 1]}""")]
    [InlineData("object", """{"route": {"name": "route1"}}""")]
    [InlineData("lone surrogate", """{"route": "\ud800"}""")]
    [InlineData("empty fence", "``````")]
    [InlineData("lone quote", "'")]
    public void Parse_MalformedAnswer_IsNoAnswer(string id, string content) => Assert.True(RouterAnswer.Parse(content, Routes) is null, id);

    [Fact]
    public void Parse_UnknownNames_AreReportedUnlessTheyMeanNone()
    {
        var answer = RouterAnswer.Parse("""{"route": ["made up", "other", "", "route1"]}""", Routes);

        Assert.Equal(["made up"], answer!.Unknown);
    }

    [Fact]
    public void Parse_DeclaredRouteNamedOther_IsARoute()
    {
        var answer = RouterAnswer.Parse("""{"route": "other"}""", new RouteSet([new("other", "anything else", [])]));

        Assert.Equal(["other"], answer!.Routes);
    }
}
