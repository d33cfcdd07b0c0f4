using Bunit;
using ModelScan.WebConsole.Api;
using ModelScan.WebConsole.Pages;
using ModelScan.WebConsole.Parts;

namespace ModelScan.Tests.WebConsole;

/// <summary>Views say what there is, and where there is nothing, what to do.</summary>
public sealed class ViewTests : BunitContext
{
    [Fact]
    public void Requests_NothingEverRecorded_GivesCommandsOfThisAddress()
    {
        var view = Render<RequestsView>(parameters => parameters.Add(view => view.Model, new RequestsModel { IsFirst = true, Address = "http://localhost:12000" }));
        var commands = view.FindAll(".command pre").Select(command => command.TextContent).ToList();
        Assert.Contains(commands, command => command.Contains("curl http://localhost:12000/v1/chat/completions", StringComparison.Ordinal));
        Assert.Contains("export OPENAI_BASE_URL=http://localhost:12000/v1", commands);
        Assert.Contains("export ANTHROPIC_BASE_URL=http://localhost:12000", commands);
        Assert.True(view.Find("table").HasAttribute("hidden"));
    }

    [Fact]
    public void Requests_NothingMatches_SaysWhatToLetGoOf()
    {
        var view = Render<RequestsView>(parameters => parameters.Add(view => view.Model, new RequestsModel { Filter = "route:x", Ways = [new("without route:x", "/console/requests")] }));
        Assert.Equal("/console/requests", view.Find(".empty a").GetAttribute("href"));
    }

    [Fact]
    public void Requests_LogOff_SaysHowToSwitchItOn()
    {
        var view = Render<RequestsView>(parameters => parameters.Add(view => view.Model, new RequestsModel { IsLogOff = true }));
        Assert.Contains("request_log: { store: sqlite }", view.Markup, StringComparison.Ordinal);
        Assert.Empty(view.FindAll("#live"));
    }

    [Fact]
    public void Requests_Filter_IsTakenApart()
    {
        var view = Render<RequestsView>(parameters => parameters.Add(view => view.Model, new RequestsModel { Filter = "route:code slow", Rows = [new() { Id = "01A" }] }));
        Assert.Equal(["/console/requests?q=slow", "/console/requests?q=route%3Acode"], view.FindAll(".chips a:not(.plain)").Select(chip => chip.GetAttribute("href")));
    }

    [Fact]
    public void Request_Attempts_AreDrawnToScale()
    {
        var view = Render<RequestView>(parameters => parameters.Add(view => view.Model, new RequestModel
        {
            Entry = new()
            {
                Id = "01A",
                DurationMs = 1000,
                GatewayMs = 10,
                Attempts = [new() { Model = "a", Status = 429, SentAfterMs = 10, DurationMs = 190, Outcome = "rate limited" }, new() { Model = "b", Status = 200, SentAfterMs = 200, FirstByteMs = 300, DurationMs = 800, Outcome = "answered" }],
            },
        }));
        var bars = view.FindAll(".waterfall tbody tr:last-child rect").Select(bar => (bar.GetAttribute("x"), bar.GetAttribute("width"))).ToList();
        Assert.Equal([("200", "300"), ("500", "500")], bars);
        Assert.Contains("429 rate limited", view.Find(".waterfall tbody").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public void Request_WithoutBodies_SaysHowToKeepThem()
    {
        var view = Render<RequestView>(parameters => parameters.Add(view => view.Model, new RequestModel { Entry = new() { Id = "01A" } }));
        Assert.Contains("request_log: { bodies: all }", view.Markup, StringComparison.Ordinal);
        Assert.Contains("not kept", view.Find("button[disabled]").GetAttribute("title"), StringComparison.Ordinal);
    }

    [Fact]
    public void Request_InTheMiddleOfItsSession_LeadsBothWays()
    {
        RequestEntry[] turns = [new() { Id = "01A" }, new() { Id = "01B", ConversationId = "s" }, new() { Id = "01C" }];
        var view = Render<RequestView>(parameters => parameters.Add(view => view.Model, new RequestModel { Entry = turns[1], Session = turns }));
        Assert.Equal("/console/requests/01A", view.Find("a[rel=prev]").GetAttribute("href"));
        Assert.Equal("/console/requests/01C", view.Find("a[rel=next]").GetAttribute("href"));
    }

    [Fact]
    public void Request_CachedTokens_ArePricedByThemselves()
    {
        var view = Render<RequestView>(parameters => parameters.Add(view => view.Model, new RequestModel
        {
            Entry = new()
            {
                Id = "01A",
                Model = "a",
                Candidates = [new() { Model = "a", InputUsdPerMillion = 10 }],
                Usage = new() { InputTokens = 1000, CacheReadInputTokens = 600, OutputTokens = 50 },
                Cost = new() { State = "priced", TotalUsd = 0.0056, InputUsd = 0.004, CacheReadUsd = 0.0006, OutputUsd = 0.001 },
            },
        }));
        var rows = view.FindAll(".card table.small tbody tr").Take(3).Select(row => row.TextContent).ToList();
        Assert.Equal(["Input400$10$0.004", "Read from cache600$1$0.0006", "Output50$20$0.001"], rows.Select(row => row.Replace("\n", "", StringComparison.Ordinal).Replace(" ", "", StringComparison.Ordinal).Replace("Readfromcache", "Read from cache", StringComparison.Ordinal)));
    }

    [Fact]
    public void Models_RefusedReload_IsSaidFirst()
    {
        var view = Render<ModelsView>(parameters => parameters.Add(view => view.Model, new ModelsModel { Config = new() { Refused = ["line 9: model_providers: is required"] } }));
        Assert.Contains("line 9: model_providers: is required", view.Find("[role=alert]").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public void WhatIf_ErrorOfTheDraft_LeadsToItsLine()
    {
        var view = Render<WhatIfView>(parameters => parameters.Add(view => view.Model, new WhatIfModel { Errors = [new(9, "line 9: is wrong")] }));
        Assert.Equal("9", view.Find("[data-line]").GetAttribute("data-line"));
    }

    [Fact]
    public void Decision_ShowsEveryScoreAndTheThreshold()
    {
        var view = Render<DecisionCard>(parameters => parameters.Add(card => card.Decision, new DecisionAnswer
        {
            Route = "code",
            Models = ["a", "b"],
            Explanation = new() { Classification = new() { Threshold = 0.5, Probability = 0.9, Scores = [new() { Route = "code", Probability = 0.9 }, new() { Route = "talk", Probability = 0.05 }] } },
        }));
        Assert.Equal(["code", "talk"], view.FindAll("tbody th").Select(cell => cell.TextContent));
        Assert.Equal("50", view.Find(".at").GetAttribute("x"));
    }

    [Fact]
    public void Session_Switch_IsMarkedWithItsPrice()
    {
        RequestEntry[] turns = [new() { Id = "01A", State = "completed", Model = "a" }, new() { Id = "01B", State = "completed", Model = "b", Switched = true, SwitchCostUsd = 0.021 }];
        var view = Render<SessionView>(parameters => parameters.Add(view => view.Model, new SessionModel("s", turns, true)));
        Assert.Contains("switched, $0.021", view.Find("tbody").TextContent, StringComparison.Ordinal);
        Assert.Single(view.FindAll("circle.switched"));
    }
}
