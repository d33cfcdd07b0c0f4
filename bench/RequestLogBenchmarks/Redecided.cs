using System.Diagnostics;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using ModelScan.RoutingApi;
using ModelScan.RoutingApi.RequestLog.Records;
using ModelScan.RoutingApi.RequestLog.Writing;

namespace RequestLogBenchmarks;

/// <summary>10,000 records, each with a prompt of its own, decided again over HTTP.</summary>
internal static class Redecided
{
    private const int Records = 10_000;
    private static readonly string[] Subjects = ["a parser", "a trip to Rome", "the quarterly numbers", "a birthday poem", "a sorting function", "a train ticket", "a regression test", "a cake"];

    public static async Task RunAsync(TextWriter output)
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
            request_log: { path: ./requests.db, decision_inputs: text }
            """);
        await using (var gateway = GatewayHost.Build(["--config", config, "--urls", "http://127.0.0.1:0", "--Logging:LogLevel:Default=Warning"]))
        {
            await gateway.StartAsync();
            var log = gateway.Services.GetRequiredService<RequestLogWriter>();
            for (var number = 0; number < Records; number++)
            {
                var id = RequestId.Create(DateTimeOffset.UtcNow);
                var text = $"Please help me with {Subjects[number % Subjects.Length]}, number {number}";
                log.Add(new RequestRecord(id) { Model = "openai/gpt-4o", Route = "code", Mode = "policy", HasInput = true }, new RequestBody(id) { Input = JsonSerializer.Serialize(new[] { new { text } }) });
                if (number % 1000 == 999)
                    await log.FlushAsync(default);
            }

            using var client = new HttpClient { BaseAddress = new Uri(gateway.Urls.First()), Timeout = TimeSpan.FromMinutes(2) };
            await output.WriteLineAsync("| 10,000 re-decisions | s |\n|---|---:|");
            foreach (var what in (string[])["every prompt new", "the same again, as a draft is tried out"])
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
