using Deque.AxeCore.Playwright;
using Microsoft.Playwright;
using ModelScan.Tests.Support;

namespace ModelScan.Tests.Integration.WebConsole;

/// <summary>
/// Every view in every guise: nothing for axe-core to find (https://github.com/dequelabs/axe-core), no sideways scrolling at 320 pixels, nothing
/// that the browser complains of. The variable <c>CONSOLE_SCREENSHOTS</c> names a folder that pictures are put in, for people to look at.
/// </summary>
[Collection(ConsoleCollection.Name)]
public sealed class ConsoleLooksTests(ConsoleFixture console) : IAsyncLifetime
{
    private static readonly (string Name, int Width, int Height, ColorScheme Colors)[] Guises =
        [("light", 1400, 900, ColorScheme.Light), ("dark", 1400, 900, ColorScheme.Dark), ("narrow", 320, 700, ColorScheme.Light)];

    private const int LongestPicture = 2400;

    // What stands out of the page, and is not within something that scrolls by itself.
    private const string Widest = """
        [...document.querySelectorAll('main *')].filter(element => element.getBoundingClientRect().right > innerWidth && !element.closest('.scroll, pre, nav'))
            .slice(0, 5).map(element => element.outerHTML.slice(0, 120)).join(' | ')
        """;

    public static TheoryData<string, string> Views => new()
    {
        { "requests", "requests" },
        { "filtered", "requests?q=route%3Acode_generation+-state%3Acompleted&since=7d" },
        { "nothing", "requests?q=route%3Anowhere" },
        { "request", "requests/{id}" },
        { "reader", "requests/{reader}" },
        { "overview", "overview" },
        { "sessions", "sessions" },
        { "session", "sessions/view?id=refactor-search" },
        { "models", "models" },
        { "whatif", "whatif" },
        { "try", "try" },
        { "keys", "keys" },
    };

    [SkippableTheory]
    [MemberData(nameof(Views))]
    public async Task View_InEveryGuise_IsInOrder(string name, string path)
    {
        Skip.IfNot(Browser.IsInstalled, "There is no Chromium on this machine (apt-get install chromium).");
        path = path.Replace("{id}", await console.IdAsync("attempts:>1 body:true"), StringComparison.Ordinal).Replace("{reader}", await console.IdAsync("tag.shows:reader"), StringComparison.Ordinal);
        foreach (var (guise, width, height, colors) in Guises)
        {
            var page = await console.OpenAsync("", width, height, colors);
            var complaints = new List<string>();
            page.Console += (_, message) =>
            {
                if (message.Type is "error" or "warning")
                    complaints.Add(message.Text);
            };
            page.PageError += (_, error) => complaints.Add(error);
            await page.GotoAsync($"{console.Address}/console/{path}");
            await Assertions.Expect(page.Locator("h1")).ToBeVisibleAsync();
            if (name == "try")
                await TryAsync(page);
            if (name == "whatif")
                await page.GetByRole(AriaRole.Button, new() { Name = "What if?" }).ClickAsync();
            if (name == "whatif")
                await Assertions.Expect(page.Locator("#report .tiles")).ToBeVisibleAsync();
            await KeepAsync(page, $"{name}-{guise}");

            var axe = await page.RunAxe();
            Assert.True(axe.Violations.Length == 0, $"{guise}: {string.Join('\n', axe.Violations.Select(violation => $"{violation.Id}: {violation.Help}: {string.Join(" | ", violation.Nodes.Take(4).Select(node => node.Html))}"))}");
            var over = await page.EvaluateAsync<int>("document.documentElement.scrollWidth - document.documentElement.clientWidth");
            Assert.True(over <= 0, $"{guise}: {over} pixels too wide: {await page.EvaluateAsync<string>(Widest)}");
            Assert.Empty(complaints);
        }
    }

    [SkippableFact]
    public async Task View_AtTwiceItsSize_DoesNotScrollSideways()
    {
        // 200 % of a window of 1280 pixels leaves 640 of them.
        var page = await console.OpenAsync("requests", 640, 450, ColorScheme.Light);
        foreach (var view in (string[])["requests", "overview", "models", "whatif", "try", "sessions"])
        {
            await page.GotoAsync($"{console.Address}/console/{view}");
            Assert.True(await page.EvaluateAsync<int>("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0, view);
        }
    }

    private static async Task TryAsync(IPage page)
    {
        await page.GetByLabel("Prompt", new() { Exact = true }).FillAsync(ConsoleFixture.Code);
        await page.GetByLabel("openai/gpt-4o-mini").CheckAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Decide and answer" }).ClickAsync();
        await Assertions.Expect(page.Locator("#tried [data-model]").Nth(1).Locator(".facts")).ToBeVisibleAsync();
    }

    private static async Task KeepAsync(IPage page, string name)
    {
        if (Environment.GetEnvironmentVariable("CONSOLE_SCREENSHOTS") is not { Length: > 0 } folder)
            return;
        var (width, height) = (page.ViewportSize!.Width, await page.EvaluateAsync<int>("document.documentElement.scrollHeight"));
        await page.ScreenshotAsync(new PageScreenshotOptions { Path = Path.Combine(folder, $"{name}.png"), FullPage = true, Clip = new Clip { Width = width, Height = Math.Min(height, LongestPicture) } });
    }

    /// <inheritdoc/>
    public Task InitializeAsync() => Task.CompletedTask;

    /// <inheritdoc/>
    public Task DisposeAsync() => console.CloseAsync();
}
