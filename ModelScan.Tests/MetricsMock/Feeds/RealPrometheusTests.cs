using System.Diagnostics;
using ModelScan.Tests.Support;

namespace ModelScan.Tests.MetricsMock.Feeds;

/// <summary>A real Prometheus scrapes the mock, and answers the gateway's query as the mock itself does.</summary>
public sealed class RealPrometheusTests
{
    private const string Query = "/api/v1/query?query=model_latency_p95_seconds";

    [SkippableFact]
    public async Task Scrape_ByRealPrometheus_AnswersTheSameQuery()
    {
        var program = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
            .Select(folder => Path.Combine(folder, "prometheus"))
            .FirstOrDefault(File.Exists);
        Skip.If(program is null, "prometheus is not installed");
        await using var mock = await RunningMock.StartAsync();
        await mock.PutAsync("/models/a%22b%5Cc%0Ad", """{"latency_seconds": 0.0625}""");
        var folder = Directory.CreateTempSubdirectory("modelscan-prometheus-");
        try
        {
            var port = FreePort.Find();
            await File.WriteAllTextAsync(
                Path.Combine(folder.FullName, "prometheus.yml"),
                $$"""
                global: { scrape_interval: 1s, scrape_timeout: 1s }
                scrape_configs:
                  - job_name: mock
                    static_configs: [{ targets: ["{{mock.Address.Authority}}"] }]
                """);
            using var prometheus = Process.Start(new ProcessStartInfo(program)
            {
                ArgumentList =
                {
                    $"--config.file={folder.FullName}/prometheus.yml", $"--storage.tsdb.path={folder.FullName}/tsdb",
                    $"--web.listen-address=127.0.0.1:{port}", "--log.level=error",
                },
            })!;
            try
            {
                using var client = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}"), Timeout = TimeSpan.FromSeconds(5) };
                var scraped = new SortedDictionary<string, string>(StringComparer.Ordinal);
                await Eventually.TrueAsync(
                    async () =>
                    {
                        try
                        {
                            scraped = Values(await MockAnswer.ReadAsync(await client.GetAsync(Query)));
                            return scraped.Count > 0;
                        }
                        catch (HttpRequestException)
                        {
                            return false; // still starting
                        }
                    },
                    "Prometheus to scrape the mock");

                Assert.Equal(Values(await mock.GetAsync(Query)), scraped);
            }
            finally
            {
                prometheus.Kill();
                using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(10));
                await prometheus.WaitForExitAsync(patience.Token);
            }
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static SortedDictionary<string, string> Values(MockAnswer answer)
    {
        var values = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var sample in answer.Status == 200 ? answer.Json["data"]!["result"]!.AsArray() : [])
            values[sample!["metric"]!["model_name"]!.GetValue<string>()] = sample["value"]![1]!.GetValue<string>();
        return values;
    }

}
