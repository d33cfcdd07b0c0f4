using System.Text;
using ConsoleBenchmarks.Processes;
using Microsoft.Playwright;
using ModelScan.Tests.Support;

namespace ConsoleBenchmarks.Measurements;

/// <summary>
/// From the moment a client sends a request until its row stands in a page that is open, by the clock that browser and client share; and how many
/// rows the page holds when many come.
/// </summary>
internal static class Tail
{
    private const int Runs = 20;
    private const int Flood = 600;

    // Which row came when, in milliseconds since 1970, and the most rows there ever were.
    private const string Watch = """
        () => {
          window.came = {}; window.most = 0;
          const body = document.querySelector('#rows tbody');
          new MutationObserver(changes => {
            for (const change of changes) for (const row of change.addedNodes) if (row.dataset?.id) window.came[row.dataset.id] = performance.timeOrigin + performance.now();
            window.most = Math.max(window.most, body.rows.length);
          }).observe(body, { childList: true });
        }
        """;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(650);

    public static async Task<string> RunAsync(GatewayProcess gateway, Browser browser)
    {
        var page = await browser.OpenAsync($"{gateway.Address}/console/requests", 1400, 900, ColorScheme.Light);
        try
        {
            await page.Locator("#live[data-open]").WaitForAsync();
            await page.EvaluateAsync(Watch);
            var (whole, after) = (new Times(), new Times());
            var random = new Random(1);
            await AskAsync(gateway);
            for (var run = 0; run < Runs; run++)
            {
                // Not in step with the log's writer.
                await Task.Delay(Pause + TimeSpan.FromMilliseconds(random.Next(300)));
                var sent = Now();
                var id = await AskAsync(gateway);
                var answered = Now();
                await page.WaitForFunctionAsync("id => window.came[id] > 0", id);
                var came = await page.EvaluateAsync<double>("id => window.came[id]", id);
                whole.Add(came - sent);
                after.Add(came - answered);
            }

            for (var i = 0; i < Flood; i++)
            {
                await AskAsync(gateway);
                await Task.Delay(20);
            }

            await Task.Delay(1500);
            return $"""
                ## From a client's request to its row in an open page, ms

                | {Runs} requests | median | worst |
                |---|---:|---:|
                | from sending it | {whole.Median:0} | {whole.Worst:0} |
                | from its answer | {after.Median:0} | {after.Worst:0} |

                The aim is 500. The log writes a quarter of a second after the first record that waits, and tells of them then.

                {Flood} more requests at 50 a second: the page held {await page.EvaluateAsync<int>("window.most")} rows at most (the aim is 200), and {await page.EvaluateAsync<int>("document.querySelectorAll('*').length"):N0} elements at the end.

                """;
        }
        finally
        {
            await page.CloseAsync();
        }
    }

    private static double Now() => (TimeProvider.System.GetUtcNow() - DateTimeOffset.UnixEpoch).TotalMilliseconds;

    private static async Task<string> AskAsync(GatewayProcess gateway)
    {
        using var content = new StringContent("""{"model":"openai/gpt-4o","messages":[]}""", Encoding.UTF8, "application/json");
        using var response = await gateway.Client.PostAsync(new Uri("/v1/chat/completions", UriKind.Relative), content);
        response.EnsureSuccessStatusCode();
        return response.Headers.GetValues("x-modelscan-request-id").Single();
    }
}
