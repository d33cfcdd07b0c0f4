using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;

namespace Limits;

/// <summary>What a request costs a gateway in CPU time, with and without keys and limits.</summary>
/// <param name="Name">What is configured.</param>
/// <param name="Microseconds">CPU time of the gateway's process for a request.</param>
internal sealed record Cost(string Name, double Microseconds)
{
    private const int Warm = 6_000;
    private const int Measured = 20_000;
    private const int AtOnce = 32;
    private const string Key = "msk_bench_ABCDEFGHIJKLMNOPQRSTUVWXYZabcdef";

    private static readonly string Keys = $$"""
          keys: [{ id: bench, hash: "sha256:{{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Key)))}}", models: ["openai/*"], tags: { team: a } }]
        """;

    private const string Limit = """
          limits:
            - { id: month, kind: spend, amount: 1000000, window: month, per: key }
            - { id: minute, kind: tokens, amount: 1000000000, window: minute, per: key }
            - { id: requests, kind: requests, amount: 100000000, window: minute, per: key }
            - { id: at-once, kind: parallel, amount: 1000, per: key }
        """;

    /// <summary>Measures each, one after the other.</summary>
    public static async Task<IReadOnlyList<Cost>> MeasureAsync(WorkFolder folder, Uri provider, int redis, CancellationToken cancellationToken) =>
    [
        await MeasureAsync("neither", "", folder, provider, cancellationToken),
        await MeasureAsync("a key", $"governance:\n{Keys}", folder, provider, cancellationToken),
        await MeasureAsync("a key and four limits, in memory", $"governance:\n{Keys}\n{Limit}", folder, provider, cancellationToken),
        await MeasureAsync("a key and four limits, in Redis", $"governance:\n  store: redis\n  redis: redis://127.0.0.1:{redis}\n{Keys}\n{Limit}", folder, provider, cancellationToken),
    ];

    private static async Task<Cost> MeasureAsync(string name, string governance, WorkFolder folder, Uri provider, CancellationToken cancellationToken)
    {
        var config = Path.Combine(folder.Path, "cost.yaml");
        await File.WriteAllTextAsync(config, $"model_providers: [{{ model: openai/gpt-4o, access_key: k, base_url: \"{provider}\", default: true }}]\nrouting: {{ mode: direct }}\nrequest_log: {{ store: none }}\n{governance}\n", cancellationToken);
        var port = Programs.FreePort();
        var process = Programs.Start("dotnet", Path.Combine(AppContext.BaseDirectory, "ModelScan.RoutingApi.dll"), "--config", config, "--urls", string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}"), "--Logging:LogLevel:Default=Error");
        try
        {
            using var client = new HttpClient(new SocketsHttpHandler { MaxConnectionsPerServer = AtOnce }) { BaseAddress = new Uri($"http://127.0.0.1:{port}") };
            await Gateways.UntilHealthyAsync(client, cancellationToken);
            await AskAsync(client, Warm, cancellationToken);
            var before = Time(process);
            await AskAsync(client, Measured, cancellationToken);
            return new Cost(name, (Time(process) - before).TotalMicroseconds / Measured);
        }
        finally
        {
            await Programs.EndAsync(process);
        }
    }

    private static TimeSpan Time(Process process)
    {
        process.Refresh();
        return process.TotalProcessorTime;
    }

    private static Task AskAsync(HttpClient client, int requests, CancellationToken cancellationToken) => Parallel.ForEachAsync(
        Enumerable.Range(0, requests), new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellationToken }, async (_, stop) =>
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/chat/completions")
            {
                Content = new StringContent("""{"model":"openai/gpt-4o","max_tokens":100,"messages":[{"role":"system","content":"You are a helpful assistant that answers in one sentence."},{"role":"user","content":"What is the capital of France, and how many people live there?"}]}""", Encoding.UTF8, "application/json"),
            };
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", Key);
            using var response = await client.SendAsync(request, stop);
            response.EnsureSuccessStatusCode();
        });
}
