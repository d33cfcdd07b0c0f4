using System.Diagnostics;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using ModelScan.RoutingApi;
using ModelScan.RoutingApi.RequestLog.Filters;
using ModelScan.RoutingApi.RequestLog.Reading;
using ModelScan.RoutingApi.Telemetry;

namespace RequestLogBenchmarks;

/// <summary>A gateway answers 100,000 requests as fast as 64 clients ask: are there as many records?</summary>
internal static class Loaded
{
    private const int Requests = 100_000;
    private const int Clients = 64;

    public static async Task RunAsync(TextWriter output)
    {
        var folder = Directory.CreateTempSubdirectory("log-loaded-");
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        await using var upstream = builder.Build();
        upstream.Urls.Add("http://127.0.0.1:0");
        upstream.MapPost("/v1/chat/completions", static context =>
        {
            context.Response.ContentType = "application/json";
            return context.Response.WriteAsync("""{"id":"1","object":"chat.completion","model":"m","choices":[],"usage":{"prompt_tokens":1,"completion_tokens":1}}""");
        });
        await upstream.StartAsync();
        var config = Path.Combine(folder.FullName, "modelscan.yaml");
        await File.WriteAllTextAsync(config, $$"""
            version: v0.4.0
            listeners: []
            model_providers: [{ model: openai/gpt-4o, access_key: k, base_url: "{{upstream.Urls.First()}}/v1" }]
            routing: { mode: direct }
            request_log: { path: ./requests.db }
            """);
        await using (var gateway = GatewayHost.Build(["--config", config, "--urls", "http://127.0.0.1:0", "--Logging:LogLevel:Default=Warning"]))
        {
            await gateway.StartAsync();
            using var client = new HttpClient { BaseAddress = new Uri(gateway.Urls.First()) };
            var (left, good) = (Requests, 0);
            var since = Stopwatch.GetTimestamp();
            await Task.WhenAll(Enumerable.Range(0, Clients).Select(_ => Task.Run(async () =>
            {
                while (Interlocked.Decrement(ref left) >= 0)
                {
                    using var content = new StringContent("""{"model":"openai/gpt-4o","messages":[]}""", Encoding.UTF8, "application/json");
                    using var response = await client.PostAsync(new Uri("/v1/chat/completions", UriKind.Relative), content);
                    if (response.IsSuccessStatusCode)
                        Interlocked.Increment(ref good);
                }
            })));
            var elapsed = Stopwatch.GetElapsedTime(since);
            await Task.Delay(1000);
            var groups = await gateway.Services.GetRequiredService<RequestQueries>().AggregateAsync(RequestFilter.All, new AggregateGrouping([], null), default);
            await output.WriteLineAsync($"| | |\n|---|---:|\n| requests answered | {good:N0} |\n| records | {groups[0].Requests:N0} |\n| given up | {gateway.Services.GetRequiredService<RequestLogMeters>().ShedRecords} |\n| requests/s, client and upstream in the same process | {Requests / elapsed.TotalSeconds:N0} |");
            await gateway.StopAsync();
        }

        folder.Delete(recursive: true);
    }
}
