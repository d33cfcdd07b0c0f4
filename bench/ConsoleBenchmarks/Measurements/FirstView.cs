using ConsoleBenchmarks.Processes;
using Microsoft.Playwright;
using ModelScan.Tests.Support;

namespace ConsoleBenchmarks.Measurements;

/// <summary>
/// From the beginning of the navigation until the rows are painted, by the browser's own clock: the second animation frame after the document with
/// its rows is there, so that the one before it has been drawn. "New" is a browser that has never been here and asks for style and script, too.
/// </summary>
internal static class FirstView
{
    private const int Runs = 10;

    private const string Painted = """
        (() => {
          const look = () => {
            if (document.readyState === 'loading' || !document.querySelector(window.wanted ?? 'main h1')) { requestAnimationFrame(look); return; }
            requestAnimationFrame(() => requestAnimationFrame(() => { window.painted = performance.now(); }));
          };
          requestAnimationFrame(look);
        })();
        """;

    private static readonly (string Name, string Path)[] Views =
    [
        ("requests", "requests"),
        ("requests, every one", "requests?since=all"),
        ("requests, filtered", "requests?q=route%3Acode_generation+cost%3A%3E0.01+ttft%3A%3E500ms"),
        ("overview", "overview"),
        ("sessions", "sessions"),
        ("models", "models"),
        ("what if", "whatif"),
        ("try", "try"),
    ];

    public static async Task<string> RunAsync(GatewayProcess gateway, Browser browser)
    {
        var lines = new List<string>();
        var (ever, _, _) = await ViewAsync(browser, $"{gateway.Address}/console/requests");
        foreach (var (name, path) in Views)
        {
            var (young, again, first, before) = (new Times(), new Times(), new Times(), gateway.Cpu);
            for (var run = 0; run < Runs; run++)
            {
                var (once, twice, answered) = await ViewAsync(browser, $"{gateway.Address}/console/{path}");
                young.Add(once);
                again.Add(twice);
                first.Add(answered);
            }

            var cpu = (gateway.Cpu - before).TotalMilliseconds / (2 * Runs);
            lines.Add($"| {name} | {young.Median:0} | {young.Worst:0} | {again.Median:0} | {again.Worst:0} | {first.Median:0} | {cpu:0} |");
        }

        return $"""
            ## Time until a view is painted, ms

            {Runs} runs each; the aim is 300. The very first page of a gateway, for which it loads the console and compiles what that needs: {ever:0}.

            | view | new browser, median | worst | the same browser again, median | worst | of which until the answer's first byte, median | gateway's CPU a page |
            |---|---:|---:|---:|---:|---:|---:|
            {string.Join('\n', lines)}

            """;
    }

    private static async Task<(double New, double Again, double Answered)> ViewAsync(Browser browser, string address)
    {
        var page = await browser.OpenAsync("about:blank", 1400, 900, ColorScheme.Light);
        try
        {
            await page.AddInitScriptAsync($"window.wanted = '{(address.Contains("/requests", StringComparison.Ordinal) ? "#rows tbody tr" : "main h1")}';{Painted}");
            var young = await PaintedAsync(page, address);
            var again = await PaintedAsync(page, address);
            var answered = await page.EvaluateAsync<double>("performance.getEntriesByType('navigation')[0].responseStart");
            return (young, again, answered);
        }
        finally
        {
            await page.CloseAsync();
        }
    }

    private static async Task<double> PaintedAsync(IPage page, string address)
    {
        await page.GotoAsync(address, new PageGotoOptions { WaitUntil = WaitUntilState.Commit });
        await page.WaitForFunctionAsync("() => window.painted > 0");
        return await page.EvaluateAsync<double>("window.painted");
    }
}
