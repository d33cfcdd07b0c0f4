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
    private const int Warm = 60_000;
    private const int Processes = 3;
    private const int Rounds = 7;
    private const int RoundOf = 6_000;
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

    private const string Guards = """
        guards:
          input: [{ type: secrets }, { type: pii }]
          output: [{ type: secrets, action: note }]
        """;

    /// <summary>Measures each, in turns, so that what else the machine does meets all of them.</summary>
    /// <returns>
    /// The lower quartile of each one's rounds: others on the machine make a round dearer, never cheaper. Several processes each: what one of them
    /// compiles its hot methods to is a few percent better or worse for as long as it lives.
    /// </returns>
    public static async Task<IReadOnlyList<Cost>> MeasureAsync(WorkFolder folder, Uri provider, int redis, CancellationToken cancellationToken)
    {
        (string Name, string Config)[] configs =
        [
            ("neither", ""),
            ("a key", $"governance:\n{Keys}"),
            ("a key and four limits, in memory", $"governance:\n{Keys}\n{Limit}"),
            ("a key and four limits, in Redis", $"governance:\n  store: redis\n  redis: redis://127.0.0.1:{redis.ToString(CultureInfo.InvariantCulture)}\n{Keys}\n{Limit}"),
            ("a key, four limits in memory, and guards for secrets and personal data", $"governance:\n{Keys}\n{Limit}\n{Guards}"),
        ];
        var gateways = new List<MeasuredGateway>();
        try
        {
            for (var process = 0; process < Processes; process++)
            {
                foreach (var (_, config) in configs)
                    gateways.Add(await MeasuredGateway.StartAsync(folder, gateways.Count, provider, config, cancellationToken));
            }

            foreach (var gateway in gateways)
                await AskAsync(gateway.Client, Warm, cancellationToken);
            var rounds = configs.Select(_ => new List<double>()).ToArray();
            for (var round = 0; round < Rounds; round++)
            {
                for (var i = 0; i < gateways.Count; i++)
                {
                    var before = gateways[i].Time;
                    await AskAsync(gateways[i].Client, RoundOf, cancellationToken);
                    rounds[i % configs.Length].Add((gateways[i].Time - before).TotalMicroseconds / RoundOf);
                }
            }

            return [.. rounds.Select((times, i) => new Cost(configs[i].Name, times.Order().ElementAt(times.Count / 4)))];
        }
        finally
        {
            foreach (var gateway in gateways)
                await gateway.DisposeAsync();
        }
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

    private sealed class MeasuredGateway(Process process, HttpClient client) : IAsyncDisposable
    {
        public HttpClient Client => client;

        /// <summary>CPU time of the process.</summary>
        public TimeSpan Time
        {
            get
            {
                process.Refresh();
                return process.TotalProcessorTime;
            }
        }

        public static async Task<MeasuredGateway> StartAsync(WorkFolder folder, int number, Uri provider, string more, CancellationToken cancellationToken)
        {
            var config = Path.Combine(folder.Path, string.Create(CultureInfo.InvariantCulture, $"cost-{number}.yaml"));
            await File.WriteAllTextAsync(config, $"model_providers: [{{ model: openai/gpt-4o, access_key: k, base_url: \"{provider}\", default: true }}]\nrouting: {{ mode: direct }}\nrequest_log: {{ store: none }}\n{more}\n", cancellationToken);
            var port = Programs.FreePort();
            var process = Programs.Start("dotnet", Path.Combine(AppContext.BaseDirectory, "ModelScan.RoutingApi.dll"), "--config", config, "--urls", string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}"), "--Logging:LogLevel:Default=Error");
            var gateway = new MeasuredGateway(process, new HttpClient(new SocketsHttpHandler { MaxConnectionsPerServer = AtOnce }) { BaseAddress = new Uri($"http://127.0.0.1:{port}") });
            try
            {
                await Gateways.UntilHealthyAsync(gateway.Client, cancellationToken);
                return gateway;
            }
            catch
            {
                await gateway.DisposeAsync();
                throw;
            }
        }

        public async ValueTask DisposeAsync()
        {
            client.Dispose();
            await Programs.EndAsync(process);
        }
    }
}
