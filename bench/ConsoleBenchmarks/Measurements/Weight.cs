using ConsoleBenchmarks.Processes;
using Microsoft.Playwright;
using ModelScan.Tests.Support;

namespace ConsoleBenchmarks.Measurements;

/// <summary>What a page of requests weighs on the wire, and what makes it up; how many requests and rows it takes.</summary>
internal static class Weight
{
    public static async Task<string> RunAsync(GatewayProcess gateway, Browser browser)
    {
        var page = await browser.OpenAsync("about:blank", 1400, 900, ColorScheme.Light);
        try
        {
            var answers = new List<IResponse>();
            page.Response += (_, response) => answers.Add(response);
            await page.GotoAsync($"{gateway.Address}/console/requests");
            await page.Locator("#live[data-open]").WaitForAsync();
            var (lines, wire, whole) = (new List<string>(), 0, 0);
            foreach (var answer in answers.Where(answer => !answer.Url.Contains("/tail", StringComparison.Ordinal)))
            {
                var (sizes, body) = (await answer.Request.SizesAsync(), await answer.BodyAsync());
                lines.Add($"| {new Uri(answer.Url).Segments[^1]} | {sizes.ResponseBodySize:N0} | {sizes.ResponseHeadersSize:N0} | {body.Length:N0} | {await answer.HeaderValueAsync("content-encoding") ?? "as it is"} |");
                wire += sizes.ResponseBodySize + sizes.ResponseHeadersSize;
                whole += body.Length;
            }

            var asked = new List<string>();
            page.Request += (_, request) => asked.Add(new Uri(request.Url).AbsolutePath);
            await page.GotoAsync($"{gateway.Address}/console/requests?since=all");
            await page.Locator("#live[data-open]").WaitForAsync();
            var parts = await page.EvaluateAsync<int[]>("[document.documentElement, document.querySelector('#rows tbody'), document.querySelector('.histogram')].map(part => part.outerHTML.length)");
            return $"""
                ## What a page of requests weighs

                | | bytes on the wire | and headers | uncompressed | |
                |---|---:|---:|---:|---|
                {string.Join('\n', lines)}
                | **together** | **{wire:N0}** | | **{whole:N0}** | |

                Of the page's letters, {100.0 * parts[1] / parts[0]:0} % are its {await page.Locator("#rows tbody tr").CountAsync()} rows, {100.0 * parts[2] / parts[0]:0} % the bars over them with their table; the rest is what stands around every view. A browser that has been here asks for the page alone.

                | requests for one list | |
                |---|---:|
                | page | {asked.Count(path => path == "/console/requests")} |
                | style, script, icon | {asked.Count(path => path.StartsWith("/console/assets/", StringComparison.Ordinal))} |
                | the tail, which stays open | {asked.Count(path => path == "/console/requests/tail")} |
                | anything else | {asked.Count(path => path != "/console/requests" && path != "/console/requests/tail" && !path.StartsWith("/console/assets/", StringComparison.Ordinal))} |

                """;
        }
        finally
        {
            await page.CloseAsync();
        }
    }
}
