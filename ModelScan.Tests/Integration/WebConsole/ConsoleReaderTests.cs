using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using ModelScan.Tests.Support;
using ModelScan.Tests.WebConsole;

namespace ModelScan.Tests.Integration.WebConsole;

/// <summary>What was said, as the console shows it: images, streams, test cases; and stretches of time.</summary>
[Collection(ConsoleCollection.Name)]
public sealed class ConsoleReaderTests(ConsoleFixture console) : IAsyncLifetime
{
    [SkippableFact]
    public async Task Images_AreShownFromTheGatewayAlone()
    {
        Skip.IfNot(Browser.IsInstalled, "There is no Chromium on this machine (apt-get install chromium).");
        var body = JsonSerializer.Serialize(new
        {
            model = "gpt-4o-mini",
            messages = new[]
            {
                new
                {
                    role = "user",
                    content = new object[]
                    {
                        new { type = "text", text = "What is in these pictures?" },
                        new { type = "image_url", image_url = new { url = "https://images.example/far.png" } },
                        new { type = "image_url", image_url = new { url = $"data:image/png;base64,{SaidImageTests.Png}" } },
                    },
                },
            },
        });
        await console.Gateway.Gateway.PostAsync("/v1/chat/completions", body, ("x-modelscan-tags", "looks=at-pictures"));
        var id = await console.IdAsync("tag.looks:at-pictures");
        var page = await console.OpenAsync("models");
        var asked = new List<string>();
        page.Request += (_, request) => asked.Add(request.Url);
        await page.GotoAsync($"{console.Address}/console/requests/{id}");

        var image = page.GetByRole(AriaRole.Img, new() { Name = "Image of the user" });
        await image.ScrollIntoViewIfNeededAsync();
        await page.WaitForFunctionAsync("image => image.complete && image.naturalWidth === 1", await image.ElementHandleAsync());
        await Assertions.Expect(page.GetByRole(AriaRole.Link, new() { Name = "https://images.example/far.png" })).ToHaveAttributeAsync("rel", "noopener noreferrer");
        Assert.All(asked, url => Assert.StartsWith(console.Address, url, StringComparison.Ordinal));
        Assert.Contains($"{console.Address}/console/requests/{id}/image/1", asked);

        // By itself it is a picture and nothing else, and the address of the other image leads nowhere.
        using var alone = await console.Gateway.Gateway.Client.GetAsync(new Uri($"/console/requests/{id}/image/1", UriKind.Relative));
        Assert.Equal("image/png", alone.Content.Headers.ContentType?.MediaType);
        Assert.Equal(["default-src 'none'; sandbox"], alone.Headers.GetValues("Content-Security-Policy"));
        using var far = await console.Gateway.Gateway.Client.GetAsync(new Uri($"/console/requests/{id}/image/0", UriKind.Relative));
        Assert.Equal(404, (int)far.StatusCode);
    }

    [SkippableFact]
    public async Task Stream_IsShownPutTogetherAndAsItWent()
    {
        var page = await console.OpenAsync($"requests/{await console.IdAsync("stream:true body:true route:complex_reasoning")}");
        await Assertions.Expect(page.Locator(".message.assistant")).ToContainTextAsync("You said: Explain the trade-offs");
        await page.GetByText("Answer, put together").ClickAsync();
        await page.GetByText(new Regex("Stream as it went, [0-9]+ events")).ClickAsync();
        await Assertions.Expect(page.Locator("details[open] pre").Last).ToContainTextAsync("data: {\"id\"");
    }

    [SkippableFact]
    public async Task TestCase_OfARequest_IsALineForTheEvaluation()
    {
        var page = await console.OpenAsync($"requests/{await console.IdAsync("route:code_generation body:true session:none attempts:1 format:chat")}");
        await page.GetByText("Save as a test case…").ClickAsync();
        await Assertions.Expect(page.GetByLabel("Its route is to be")).ToHaveValueAsync("code_generation");
        Assert.Equal($$"""{"prompt":"{{ConsoleFixture.Code}}","route":"code_generation"}""", await SavedAsync(page));
        await page.GetByLabel("Its route is to be").SelectOptionAsync("no route");
        Assert.Equal($$"""{"prompt":"{{ConsoleFixture.Code}}","route":null}""", await SavedAsync(page));
    }

    [SkippableFact]
    public async Task TestCase_OfAPromptThatWasTried_IsALineForTheEvaluation()
    {
        var page = await console.OpenAsync($"requests/{await console.IdAsync("route:code_generation body:true session:none attempts:1 format:chat")}");
        await page.GetByRole(AriaRole.Link, new() { Name = "Try this prompt…" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Decide", Exact = true }).ClickAsync();
        await page.GetByText("Save as a test case…").ClickAsync();
        Assert.Equal($$"""{"prompt":"{{ConsoleFixture.Code}}","route":"code_generation"}""", await SavedAsync(page));
    }

    [SkippableFact]
    public async Task Time_FromAndTo_AreTheReadersOwn()
    {
        var page = await console.OpenAsync("requests");
        await page.GetByText("From … to").ClickAsync();
        await page.GetByLabel("From", new() { Exact = true }).FillAsync("2020-01-31T10:00");
        await page.GetByRole(AriaRole.Button, new() { Name = "Show", Exact = true }).ClickAsync();
        var expected = await page.EvaluateAsync<string>("new Date('2020-01-31T10:00').toISOString().slice(0, 19)");
        await Assertions.Expect(page.Locator("#q")).ToHaveValueAsync(new Regex($"^since:{expected}Z until:"));
        await Assertions.Expect(page.Locator("#rows tbody tr").First).ToBeVisibleAsync();
    }

    private static async Task<string> SavedAsync(IPage page)
    {
        var download = await page.RunAndWaitForDownloadAsync(() => page.GetByRole(AriaRole.Button, new() { Name = "Save", Exact = true }).ClickAsync());
        Assert.EndsWith(".jsonl", download.SuggestedFilename, StringComparison.Ordinal);
        return (await File.ReadAllTextAsync(await download.PathAsync())).TrimEnd('\n');
    }

    /// <inheritdoc/>
    public Task InitializeAsync() => Task.CompletedTask;

    /// <inheritdoc/>
    public Task DisposeAsync() => console.CloseAsync();
}
