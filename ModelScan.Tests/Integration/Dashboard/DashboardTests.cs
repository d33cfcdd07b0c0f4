using Microsoft.Playwright;
using ModelScan.Tests.Support;

namespace ModelScan.Tests.Integration.Dashboard;

/// <summary>What somebody sees who starts the application and opens its dashboard.</summary>
public sealed class DashboardTests(DashboardFixture dashboard) : IClassFixture<DashboardFixture>
{
    private const string Prompt = "Write a Python function that implements binary search";

    [SkippableTheory]
    [InlineData("routing-api")]
    [InlineData("metrics-mock")]
    public async Task Resources_EachService_IsRunning(string resource)
    {
        var page = await dashboard.OpenAsync("/");

        await Assertions.Expect(Row(page, resource).GetByTitle("Running", new() { Exact = true })).ToBeVisibleAsync();
    }

    [SkippableTheory]
    [InlineData("routing-api")]
    [InlineData("metrics-mock")]
    public async Task Resources_EveryLink_LeadsToAPage(string resource)
    {
        var page = await dashboard.OpenAsync("/");
        var links = Row(page, resource).GetByRole(AriaRole.Link);
        await Assertions.Expect(links.First).ToBeVisibleAsync();
        using var client = new HttpClient();

        foreach (var link in await links.AllAsync())
        {
            using var answer = await client.GetAsync(await link.GetAttributeAsync("href"));
            Assert.True(answer.IsSuccessStatusCode, $"{await link.GetAttributeAsync("href")}: {answer.StatusCode}");
        }
    }

    [SkippableFact]
    public async Task Traces_AnsweredRequest_LeadsThroughGatewayAndProviderToItsConversation()
    {
        await dashboard.AskAsync(Prompt);
        var page = await dashboard.OpenAsync("/traces");

        await page.GetByText("POST /v1/chat/completions").First.ClickAsync();
        await Assertions.Expect(page.GetByText("metrics-mock").First).ToBeVisibleAsync();
        await page.GetByLabel("GenAI details").First.ClickAsync();

        await Assertions.Expect(page.GetByText(Prompt, new() { Exact = true }).First).ToBeVisibleAsync();
        await Assertions.Expect(page.GetByText("You said: " + Prompt).First).ToBeVisibleAsync();
    }

    [SkippableFact]
    public async Task Traces_HealthChecks_AreNotAmongThem()
    {
        await dashboard.AskAsync(Prompt);
        var page = await dashboard.OpenAsync("/traces");

        await Assertions.Expect(page.GetByText("POST /v1/chat/completions").First).ToBeVisibleAsync();

        Assert.Equal(0, await page.GetByText("GET /health").CountAsync());
    }

    [SkippableFact]
    public async Task Metrics_Gateway_ShowsItsOwnInstruments()
    {
        await dashboard.AskAsync(Prompt);
        var page = await dashboard.OpenAsync("/metrics/resource/routing-api");

        await Assertions.Expect(page.GetByText("gen_ai.client.operation.duration")).ToBeVisibleAsync();
    }

    [SkippableFact]
    public async Task Commands_ModeDirect_SwitchesTheGateway()
    {
        var page = await dashboard.OpenAsync("/");
        Assert.Equal("policy", await dashboard.ModeAsync());

        await RunAsync(page, "Mode: direct");
        await Eventually.TrueAsync(async () => await dashboard.ModeAsync() == "direct", "the mode is switched");

        await RunAsync(page, "Mode: as configured");
        await Eventually.TrueAsync(async () => await dashboard.ModeAsync() == "policy", "the mode is the configured one again");
    }

    // A resource's own commands stand in a menu of their own.
    private static async Task RunAsync(IPage page, string command)
    {
        await Row(page, "routing-api").GetByLabel("Actions").ClickAsync();
        await page.GetByRole(AriaRole.Menuitem, new() { Name = "Commands" }).ClickAsync();
        await page.GetByRole(AriaRole.Menuitem, new() { Name = command, Exact = true }).ClickAsync();
    }

    private static ILocator Row(IPage page, string resource) => page.GetByRole(AriaRole.Row).Filter(new() { Has = page.GetByText(resource, new() { Exact = true }) }).First;
}
