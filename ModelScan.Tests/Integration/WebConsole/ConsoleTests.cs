using System.Text.RegularExpressions;
using Microsoft.Playwright;
using ModelScan.Tests.RequestLog;
using ModelScan.Tests.Support;

namespace ModelScan.Tests.Integration.WebConsole;

/// <summary>What somebody does with the console, in a browser.</summary>
[Collection(ConsoleCollection.Name)]
public sealed class ConsoleTests(ConsoleFixture console) : IAsyncLifetime
{
    [SkippableFact]
    public async Task Requests_OneList_IsOneRequest()
    {
        var page = await console.OpenAsync("models");
        var asked = new List<string>();
        page.Request += (_, request) => asked.Add(request.Url);
        await page.GotoAsync($"{console.Address}/console/requests");
        await Assertions.Expect(page.Locator("#rows tbody tr").First).ToBeVisibleAsync();

        // The page with its rows, and the tail that waits for others; style and script are known already.
        Assert.Equal(["/console/requests", "/console/requests/tail"], asked.Select(url => new Uri(url).AbsolutePath).Where(path => !path.StartsWith("/console/assets/", StringComparison.Ordinal)));
        Assert.All(asked, url => Assert.StartsWith(console.Address, url, StringComparison.Ordinal));
        Assert.Equal(50, await page.Locator("#rows tbody tr").CountAsync());
    }

    [SkippableFact]
    public async Task Tail_RequestOfAClient_AppearsByItself()
    {
        var page = await console.OpenAsync($"requests?q={Uri.EscapeDataString("session:tail-test")}");
        await Assertions.Expect(page.GetByText("No request matches")).ToBeVisibleAsync();
        await FollowsAsync(page);

        await console.AskAsync(ConsoleFixture.Code, session: "tail-test");
        await console.AskAsync(ConsoleFixture.Code, session: "another");

        await Assertions.Expect(page.Locator("#rows tbody tr")).ToHaveCountAsync(1);
        await Assertions.Expect(page.Locator("#rows tbody tr")).ToContainTextAsync("code_generation");
        await Assertions.Expect(page.GetByText("No request matches")).ToBeHiddenAsync();
        await Assertions.Expect(page.Locator("#news")).ToHaveTextAsync("1 new request");
    }

    [SkippableFact]
    public async Task Tail_UnderThePointer_WaitsUntilItIsWanted()
    {
        var page = await console.OpenAsync("requests");
        await FollowsAsync(page);
        var first = await page.Locator("#rows tbody tr").First.GetAttributeAsync("data-id");
        await page.Locator("#rows tbody tr").Nth(3).HoverAsync();

        await console.AskAsync(ConsoleFixture.Code);

        await Assertions.Expect(page.Locator("#newer")).ToBeVisibleAsync();
        Assert.Equal(first, await page.Locator("#rows tbody tr").First.GetAttributeAsync("data-id"));
        await page.Locator("#newer").ClickAsync();
        await Assertions.Expect(page.Locator("#rows tbody tr").First).Not.ToHaveAttributeAsync("data-id", first!);
        await Assertions.Expect(page.Locator("#newer")).ToBeHiddenAsync();
    }

    [SkippableFact]
    public async Task Tail_MoreThanAnybodyReads_StaysWithinItsBoundsAndSaysSo()
    {
        var page = await console.OpenAsync("requests?q=client:flood&since=all");
        await FollowsAsync(page);
        for (var i = 0; i < 400; i++)
            console.Gateway.Log.Add(SampleRecords.One(new Random(i), TimeProvider.System.GetUtcNow()) with { UserAgent = "flood", HasBody = false, HasInput = false }, null);

        // One more when the first second is over, so that what was left out is told.
        await Assertions.Expect(page.Locator("#rows tbody tr").First).ToBeVisibleAsync();
        await Eventually.TrueAsync(
            async () =>
            {
                console.Gateway.Log.Add(SampleRecords.One(new Random(1), TimeProvider.System.GetUtcNow()) with { UserAgent = "flood", HasBody = false, HasInput = false }, null);
                if (await page.Locator("#newer").IsVisibleAsync())
                    await page.Locator("#newer").ClickAsync();
                return await page.Locator("#rows tr.gap").CountAsync() > 0;
            },
            "a gap is told");
        Assert.InRange(await page.Locator("#rows tbody tr").CountAsync(), 2, 200);
    }

    [SkippableFact]
    public async Task Filter_TypedWithSuggestions_NarrowsTheListAndTheAddress()
    {
        var page = await console.OpenAsync("requests");
        await page.Keyboard.PressAsync("/");
        await page.Keyboard.TypeAsync("rou");
        await Assertions.Expect(page.GetByRole(AriaRole.Option, new() { Name = "route:" })).ToBeVisibleAsync();
        await page.Keyboard.PressAsync("ArrowDown");
        await page.Keyboard.PressAsync("Enter");
        await page.Keyboard.TypeAsync("code");
        await Assertions.Expect(page.GetByRole(AriaRole.Option).First).ToContainTextAsync("code_generation");
        await page.Keyboard.PressAsync("ArrowDown");
        await page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(page.Locator("#q")).ToHaveValueAsync("route:code_generation ");
        await page.Keyboard.PressAsync("Enter");

        await Assertions.Expect(page).ToHaveURLAsync(new Regex("q=route%3Acode_generation"));
        await Assertions.Expect(page.Locator("#rows tbody tr").First).ToBeVisibleAsync();
        Assert.All(await page.Locator("#rows tbody td.route").AllTextContentsAsync(), route => Assert.Contains("code_generation", route, StringComparison.Ordinal));
    }

    [SkippableFact]
    public async Task Filter_ThatCannotBeRead_SaysWhatWasMeant()
    {
        var page = await console.OpenAsync("requests?q=rute:code");
        await Assertions.Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("did you mean 'route'?");
    }

    [SkippableFact]
    public async Task Filter_WithoutHits_OffersWhatToLetGoOf()
    {
        var page = await console.OpenAsync("requests?q=session:refactor-search+route:no_such_route");
        await page.GetByRole(AriaRole.Link, new() { Name = "without route:no_such_route" }).ClickAsync();
        await Assertions.Expect(page.Locator("#rows tbody tr")).ToHaveCountAsync(3);
    }

    [SkippableFact]
    public async Task Keyboard_OpensARowAndComesBackToIt()
    {
        var page = await console.OpenAsync("requests?q=session:refactor-search");
        await page.Keyboard.PressAsync("j");
        await page.Keyboard.PressAsync("j");
        var row = await page.Locator("tr.cursor").GetAttributeAsync("data-id");
        await page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(page).ToHaveURLAsync(new Regex($"/console/requests/{row}$"));
        await Assertions.Expect(page.Locator(".sentence")).ToContainTextAsync("Asked for gpt-4o-mini. Route code_generation");

        await page.Keyboard.PressAsync("Escape");
        await Assertions.Expect(page).ToHaveURLAsync(new Regex("q=session"));
        await Assertions.Expect(page.Locator("tr.cursor")).ToHaveAttributeAsync("data-id", row!);

        await page.Keyboard.PressAsync("?");
        await Assertions.Expect(page.GetByRole(AriaRole.Dialog)).ToBeVisibleAsync();
        await page.Keyboard.PressAsync("Escape");
        await page.Keyboard.PressAsync("g");
        await page.Keyboard.PressAsync("m");
        await Assertions.Expect(page).ToHaveURLAsync(new Regex("/console/models$"));
    }

    [SkippableFact]
    public async Task Sorting_ByCost_TurnsTheRowsAround()
    {
        var page = await console.OpenAsync("requests?q=price:priced");
        await page.GetByRole(AriaRole.Button, new() { Name = "Cost" }).ClickAsync();
        await Assertions.Expect(page.Locator("th.costs")).ToHaveAttributeAsync("aria-sort", "descending");
        var costs = await page.Locator("#rows td.costs").EvaluateAllAsync<double[]>("cells => cells.map(cell => Number(cell.dataset.sort))");
        Assert.Equal(costs.OrderDescending(), costs);
    }

    [SkippableFact]
    public async Task Histogram_Bar_NarrowsTheTime()
    {
        var page = await console.OpenAsync("requests");
        await page.Locator(".histogram a").First.ClickAsync(new() { Force = true });
        await Assertions.Expect(page).ToHaveURLAsync(new Regex("since%3A.*until%3A"));
        await Assertions.Expect(page.Locator("#rows tbody tr").First).ToBeVisibleAsync();
    }

    [SkippableFact]
    public async Task Request_Retried_ShowsBothAttemptsAndWhatWasSaid()
    {
        var id = await console.IdAsync("attempts:>1 body:true");
        var page = await console.OpenAsync($"requests/{id}");
        await Assertions.Expect(page.Locator(".sentence")).ToContainTextAsync("after 1 retry (429");
        Assert.Equal(3, await page.Locator(".waterfall tbody tr").CountAsync());
        await Assertions.Expect(page.Locator(".message.user")).ToContainTextAsync("in Rust");
        await Assertions.Expect(page.Locator(".message.assistant")).ToContainTextAsync("You said:");
    }

    [SkippableFact]
    public async Task Request_DecideAgain_SaysTheSameAgain()
    {
        var page = await console.OpenAsync($"requests/{await console.IdAsync("route:code_generation body:true session:none attempts:1")}");
        await page.GetByRole(AriaRole.Button, new() { Name = "Decide again" }).ClickAsync();
        await Assertions.Expect(page.Locator("#decided")).ToContainTextAsync("The same again: route code_generation");
    }

    [SkippableFact]
    public async Task Request_SendAgain_LeadsToTheNewRequest()
    {
        var id = await console.IdAsync("route:code_generation body:true session:none attempts:1");
        var page = await console.OpenAsync($"requests/{id}");
        await page.GetByRole(AriaRole.Button, new() { NameRegex = new Regex("Send again, about \\$") }).ClickAsync();
        await Assertions.Expect(page.Locator("#sent")).ToContainTextAsync("Answered by");
        await page.GetByRole(AriaRole.Link, new() { Name = "The new request" }).ClickAsync();
        await Assertions.Expect(page.Locator("a.tag")).ToHaveTextAsync($"replay_of={id}");
    }

    [SkippableFact]
    public async Task Request_WrongRoute_IsNoted()
    {
        var page = await console.OpenAsync($"requests/{await console.IdAsync("session:refactor-search")}");
        await page.GetByText("Wrong route…").ClickAsync();
        await page.GetByLabel("Right would be").SelectOptionAsync("complex_reasoning");
        await page.GetByRole(AriaRole.Button, new() { Name = "Say so" }).ClickAsync();
        await Assertions.Expect(page.Locator("#feedback")).ToContainTextAsync("said to be wrong: complex_reasoning");
    }

    [SkippableFact]
    public async Task Overview_Tile_LeadsToItsRows()
    {
        var page = await console.OpenAsync("overview");
        await Assertions.Expect(page.Locator("#feeds")).ToContainTextAsync("digitalocean");
        await page.GetByRole(AriaRole.Link, new() { NameRegex = new Regex("^Failed or refused") }).ClickAsync();
        await Assertions.Expect(page).ToHaveURLAsync(new Regex("state%3Afailed"));
        await Assertions.Expect(page.Locator("#rows tbody tr").First).ToBeVisibleAsync();
        Assert.All(await page.Locator("#rows .state .sr").AllTextContentsAsync(), state => Assert.Contains(state, (string[])["failed", "refused"]));
    }

    [SkippableFact]
    public async Task Sessions_One_ShowsItsTurns()
    {
        var page = await console.OpenAsync("sessions");
        await page.GetByRole(AriaRole.Link, new() { Name = "refactor-search" }).ClickAsync();
        await Assertions.Expect(page.Locator("#rows tbody tr")).ToHaveCountAsync(3);
        await page.Keyboard.PressAsync("j");
        await page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(page.GetByText("turn 1 of 3")).ToBeVisibleAsync();
    }

    [SkippableFact]
    public async Task Mode_IsSwitchedAndFollowsTheConfigurationAgain()
    {
        var page = await console.OpenAsync("models");
        await Assertions.Expect(page.Locator(".mode")).ToContainTextAsync("policy");
        await page.GetByRole(AriaRole.Button, new() { Name = "direct", Exact = true }).ClickAsync();
        await Assertions.Expect(page.Locator(".mode")).ToContainTextAsync("direct");
        await page.GetByRole(AriaRole.Button, new() { Name = "As configured" }).ClickAsync();
        await Assertions.Expect(page.Locator(".mode")).ToContainTextAsync("policy");

        // One that is not configured is refused with the reason.
        await page.GetByRole(AriaRole.Button, new() { Name = "plano_proxy", Exact = true }).ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("proxy");
    }

    [SkippableFact]
    public async Task Models_ShowWhatTheyTakeAndCost()
    {
        var page = await console.OpenAsync("models");
        var row = page.GetByRole(AriaRole.Row).Filter(new() { HasText = "openai/gpt-4o-mini" }).First;
        await Assertions.Expect(row).ToContainTextAsync("default");
        await Assertions.Expect(row).ToContainTextAsync("images");
        await Assertions.Expect(row).ToContainTextAsync("$");
        await Assertions.Expect(page.GetByRole(AriaRole.Cell, new() { Name = "generating new code, writing functions" })).ToBeVisibleAsync();
    }

    [SkippableFact]
    public async Task WhatIf_Draft_IsCheckedAndDecided()
    {
        var page = await console.OpenAsync("whatif?q=input:true");
        var draft = page.GetByLabel("Draft, YAML");
        var current = await draft.InputValueAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Check the draft" }).ClickAsync();
        await Assertions.Expect(page.Locator("#report")).ToContainTextAsync("The draft is a good policy");

        await draft.FillAsync(current.Replace("prefer: fastest", "prefer: slowest", StringComparison.Ordinal));
        await page.GetByRole(AriaRole.Button, new() { Name = "Check the draft" }).ClickAsync();
        await Assertions.Expect(page.Locator("#report [role=alert]")).ToContainTextAsync("prefer");

        await draft.FillAsync(current.Replace("- anthropic/claude-sonnet-4-20250514\n      - openai/gpt-4o\n", "- openai/gpt-4o-mini\n", StringComparison.Ordinal));
        await page.GetByRole(AriaRole.Button, new() { Name = "What if?" }).ClickAsync();
        await Assertions.Expect(page.Locator("#report")).ToContainTextAsync("Requests that change most");
        await Assertions.Expect(page.Locator(".difference")).ToContainTextAsync("-      - anthropic/claude-sonnet-4-20250514");
    }

    [SkippableFact]
    public async Task WhatIf_CheapestOfEveryRoute_IsTwoClicksAway()
    {
        var page = await console.OpenAsync("requests");
        await page.GetByRole(AriaRole.Link, new() { Name = "What if", Exact = true }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "What if every route took its cheapest?" }).ClickAsync();
        await Assertions.Expect(page.Locator("#report .tiles")).ToContainTextAsync("Another model");
        await Assertions.Expect(page.Locator(".difference")).ToContainTextAsync("+      prefer: cheapest");
        await Assertions.Expect(page.GetByLabel("Draft, YAML")).Not.ToHaveValueAsync(new Regex("prefer: fastest"));
    }

    [SkippableFact]
    public async Task Try_Prompt_IsDecidedAtOnceAndAnsweredSideBySide()
    {
        var page = await console.OpenAsync("try");
        await page.GetByLabel("Prompt", new() { Exact = true }).FillAsync(ConsoleFixture.Code);
        await page.GetByRole(AriaRole.Button, new() { Name = "Decide", Exact = true }).ClickAsync();
        await Assertions.Expect(page.Locator("#tried .sentence")).ToContainTextAsync("Route code_generation");

        await page.GetByLabel("openai/gpt-4o-mini").CheckAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Decide and answer" }).ClickAsync();
        var answers = page.Locator("#tried [data-model]");
        await Assertions.Expect(answers).ToHaveCountAsync(2);
        await Assertions.Expect(answers.First).ToContainTextAsync("You said: Write a Python function");
        await Assertions.Expect(answers.First.Locator(".facts")).ToContainTextAsync("anthropic/claude-sonnet-4");
        await Assertions.Expect(answers.Nth(1)).ToContainTextAsync("This is openai/gpt-4o-mini");
    }

    [SkippableFact]
    public async Task Theme_IsKept()
    {
        var page = await console.OpenAsync("overview");
        await page.GetByRole(AriaRole.Button, new() { Name = "Light or dark" }).ClickAsync();
        await page.ReloadAsync();
        await Assertions.Expect(page.Locator("html")).ToHaveAttributeAsync("data-theme", "dark");
    }

    [SkippableFact]
    public async Task Times_AreTheReadersOwn()
    {
        var page = await console.OpenAsync("requests");
        var at = page.Locator("#rows time").First;
        var expected = await at.EvaluateAsync<string>("time => new Date(time.dateTime).toLocaleTimeString(undefined, { hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' })");
        await Assertions.Expect(at).ToContainTextAsync(expected);
    }

    [SkippableFact]
    public async Task FirstRequest_TurnsTheEmptyPageIntoAList()
    {
        Skip.IfNot(Browser.IsInstalled, "There is no Chromium on this machine (apt-get install chromium).");
        await using var gateway = await ConsoleFixture.StartAsync(console.Mock);
        var page = await console.OpenAddressAsync($"{gateway.Gateway.Client.BaseAddress}console");
        await Assertions.Expect(page.GetByText("Waiting for the first request")).ToBeVisibleAsync();
        await FollowsAsync(page);

        await ConsoleFixture.AskAsync(gateway, ConsoleFixture.Code);

        await Assertions.Expect(page.Locator("#rows tbody tr")).ToHaveCountAsync(1);
        await Assertions.Expect(page.GetByText("Waiting for the first request")).ToBeHiddenAsync();
    }

    [SkippableFact]
    public async Task SignIn_WithTheAdminKey_LeadsToWhatWasAskedFor()
    {
        Skip.IfNot(Browser.IsInstalled, "There is no Chromium on this machine (apt-get install chromium).");
        await using var gateway = await ConsoleFixture.StartAsync(console.Mock, null, "--RequestLog:AdminKey=the-admin-key");
        var page = await console.OpenAddressAsync($"{gateway.Gateway.Client.BaseAddress}console/models");
        await page.GetByLabel("Admin key").FillAsync("wrong");
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign in" }).ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("not the admin key");
        await page.GetByLabel("Admin key").FillAsync("the-admin-key");
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign in" }).ClickAsync();
        await Assertions.Expect(page).ToHaveURLAsync(new Regex("/console/models$"));
        await page.GotoAsync($"{gateway.Gateway.Client.BaseAddress}console/requests");
        await FollowsAsync(page);
        await ConsoleFixture.AskAsync(gateway, ConsoleFixture.Code);
        await Assertions.Expect(page.Locator("#rows tbody tr")).ToHaveCountAsync(1);
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign out" }).ClickAsync();
        await Assertions.Expect(page).ToHaveURLAsync(new Regex("/console/sign-in$"));
    }

    // The tail is open when the gateway has someone who watches.
    private static async Task FollowsAsync(IPage page)
    {
        await Assertions.Expect(page.Locator("#live")).ToHaveAttributeAsync("data-open", "true");
    }

    /// <inheritdoc/>
    public Task InitializeAsync() => Task.CompletedTask;

    /// <inheritdoc/>
    public Task DisposeAsync() => console.CloseAsync();
}
