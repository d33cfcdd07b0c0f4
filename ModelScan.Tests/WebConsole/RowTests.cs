using Bunit;
using ModelScan.WebConsole.Api;
using ModelScan.WebConsole.Parts;

namespace ModelScan.Tests.WebConsole;

/// <summary>A row of the list says what became of a request.</summary>
public sealed class RowTests : BunitContext
{
    [Fact]
    public void AnotherModel_StandsBehindAnArrow()
    {
        var row = RowOf(new() { Id = "01A", State = "completed", Status = 200, RequestModel = "gpt-4o-mini", Model = "anthropic/claude-sonnet-4" });
        Assert.Contains("→", row.Find(".model .arrow").TextContent, StringComparison.Ordinal);
        Assert.Equal("gpt-4o-mini", row.Find(".model .asked").TextContent);
    }

    [Theory]
    [InlineData("gpt-4o", "openai/gpt-4o")]
    [InlineData("openai/gpt-4o", "openai/gpt-4o")]
    public void SameModel_StandsAlone(string asked, string model)
    {
        var row = RowOf(new() { Id = "01A", State = "completed", RequestModel = asked, Model = model });
        Assert.Empty(row.FindAll(".arrow"));
    }

    [Theory]
    [InlineData("priced", "$0.02")]
    [InlineData("no_price", "no price")]
    [InlineData("nothing_billable", "–")]
    public void Cost_IsOneOfThree(string state, string expected)
    {
        var row = RowOf(new() { Id = "01A", Usage = new(), Cost = new() { State = state, TotalUsd = state == "priced" ? 0.02 : null } });
        Assert.Equal(expected, row.Find(".costs").TextContent.Trim());
    }

    [Fact]
    public void Cost_OfTokensThatNobodyCounted_SaysSo() =>
        Assert.Equal("no count", RowOf(new() { Id = "01A", Cost = new() { State = "no_price" } }).Find(".costs").TextContent.Trim());

    [Fact]
    public void State_IsNotToldByColourAlone()
    {
        var row = RowOf(new() { Id = "01A", State = "failed", Status = 502, ErrorType = "UpstreamTimeout" });
        Assert.Equal("failed", row.Find(".state .sr").TextContent);
        Assert.Equal("502", row.Find(".state .status").TextContent);
        Assert.Equal("failed: UpstreamTimeout", row.Find(".state").GetAttribute("title"));
    }

    [Fact]
    public void WhatClientsSay_IsText()
    {
        var row = RowOf(new() { Id = "01A", RequestModel = "<script>alert(1)</script>", Route = "\"><img src=x>", ConversationId = "<b>", Why = "<i>" });
        Assert.Empty(row.FindAll("script, img, b, i"));
    }

    [Fact]
    public void Retries_AreCounted() => Assert.Equal("3 tries", RowOf(new() { Id = "01A", AttemptCount = 3 }).Find(".took .tag").TextContent);

    private IRenderedComponent<RequestRow> RowOf(RequestEntry entry) => Render<RequestRow>(parameters => parameters.Add(row => row.Request, entry));
}
