using System.Diagnostics;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using ModelScan.RoutingApi;
using ModelScan.RoutingApi.RequestLog.Writing;

namespace RequestLogBenchmarks;

/// <summary>10,000 decisions, each on a prompt of its own, made again over HTTP.</summary>
internal static class Redecided
{
    private const int Records = 10_000;
    private static readonly string[] Subjects = ["a parser", "a trip to Rome", "the quarterly numbers", "a birthday poem", "a sorting function", "a train ticket", "a regression test", "a cake"];

    public static async Task RunAsync(TextWriter output)
    {
        await RunAsync("text", output);
        await RunAsync("vectors", output);
    }

    private static async Task RunAsync(string inputs, TextWriter output)
    {
        var folder = Directory.CreateTempSubdirectory("log-redecided-");
        var config = Path.Combine(folder.FullName, "modelscan.yaml");
        await File.WriteAllTextAsync(config, """
            version: v0.4.0
            listeners: []
            model_providers: [{ model: openai/gpt-4o, access_key: k }, { model: openai/gpt-4o-mini, access_key: k }]
            routing_preferences:
              - { name: code, description: "generating new code, writing functions", models: [openai/gpt-4o] }
              - { name: travel, description: "booking flights and hotels", models: [openai/gpt-4o-mini] }
            request_log: { path: ./requests.db, decision_inputs: INPUTS }
            """.Replace("INPUTS", inputs, StringComparison.Ordinal));
        await using (var gateway = GatewayHost.Build(["--config", config, "--urls", "http://127.0.0.1:0", "--Logging:LogLevel:Default=Warning"]))
        {
            await gateway.StartAsync();
            using var client = new HttpClient { BaseAddress = new Uri(gateway.Urls.First()), Timeout = TimeSpan.FromMinutes(2) };
            await Parallel.ForAsync(0, Records, new ParallelOptions { MaxDegreeOfParallelism = 4 }, async (number, cancellationToken) =>
            {
                var prompt = $"Please help me with {Subjects[number % Subjects.Length]}, number {number}";
                using var content = new StringContent(JsonSerializer.Serialize(new { model = "openai/gpt-4o", messages = new[] { new { role = "user", content = prompt } } }), Encoding.UTF8, "application/json");
                using var response = await client.PostAsync(new Uri("/routing/v1/chat/completions", UriKind.Relative), content, cancellationToken);
                response.EnsureSuccessStatusCode();
            });
            await gateway.Services.GetRequiredService<RequestLogWriter>().FlushAsync(default);
            await output.WriteLineAsync($"| 10,000 re-decisions, {inputs} on record | s |\n|---|---:|");
            foreach (var what in (string[])["once", "once more, as a draft is tried out"])
            {
                var since = Stopwatch.GetTimestamp();
                using var content = new StringContent("{}", Encoding.UTF8, "application/json");
                using var response = await client.PostAsync(new Uri("/admin/requests/redecide", UriKind.Relative), content);
                using var report = JsonDocument.Parse(await response.Content.ReadAsStringAsync());
                await output.WriteLineAsync($"| {what} ({report.RootElement.GetProperty("decided").GetInt32():N0} decided) | {Stopwatch.GetElapsedTime(since).TotalSeconds:0.0} |");
            }

            await gateway.StopAsync();
        }

        folder.Delete(recursive: true);
    }
}
