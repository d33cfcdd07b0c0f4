using ModelScan.Tests.Decisions.Sessions.Redis;
using ModelScan.Tests.Support;

namespace ModelScan.Tests.Integration;

/// <summary>Two gateway processes share sessions through a real Redis server, and go on without it.</summary>
public sealed class SharedSessionTests
{
    private const string Coding = "Write a Python function that implements binary search";
    private const string Reasoning = "Give a detailed multi-step analysis of complex reasoning tasks";

    private static TestConfig Config(RedisServer redis) => Config($"redis://127.0.0.1:{redis.Port}");

    private static TestConfig Config(string address) => TestConfig.Empty
        .Model("openai/gpt-4o", key: null)
        .Model("anthropic/claude-sonnet-4-20250514", key: null)
        .Route("complex_reasoning", "complex reasoning tasks, multi-step analysis, or detailed explanations", ["openai/gpt-4o"])
        .Route("code_generation", "generating new code, writing functions, or creating boilerplate", ["anthropic/claude-sonnet-4-20250514"])
        .Routing($$"""session_cache: { type: redis, url: "{{address}}", tenant_header: x-tenant }""");

    [SkippableFact]
    public async Task TwoProcesses_ShareASessionThroughRedis_AndSurviveItsDeath()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var first = await GatewayProcess.StartAsync(Config(redis));
        await using var second = await GatewayProcess.StartAsync(Config(redis));

        Assert.Equal("code_generation", (await first.DecideAsync(Coding, "shared")).Route);
        await Eventually.TrueAsync(async () => (await second.DecideAsync(Reasoning, "shared")).Route == "code_generation", "the second process follows the first one's session");

        // Four clients ask while the server dies: every request is answered.
        using var stop = new CancellationTokenSource();
        var answered = 0;
        var clients = Enumerable.Range(0, 4).Select(number => Task.Run(async () =>
        {
            while (!stop.IsCancellationRequested)
            {
                var answer = await (number % 2 == 0 ? first : second).DecideAsync(Coding, $"load-{number}");
                Assert.Equal((200, "code_generation"), (answer.Status, answer.Route));
                Interlocked.Increment(ref answered);
            }
        })).ToArray();
        await MoreAsync(200);
        await redis.KillAsync();
        await MoreAsync(200);
        Assert.Equal("complex_reasoning", (await second.DecideAsync(Reasoning, "shared")).Route);
        await redis.RestartAsync();
        await stop.CancelAsync();
        await Task.WhenAll(clients).WaitAsync(TimeSpan.FromSeconds(30));

        // A session of its own each time: one that began while Redis was away would not be remembered.
        var round = 0;
        await Eventually.TrueAsync(
            async () =>
            {
                var session = $"after-{round++}";
                await first.DecideAsync(Coding, session);
                return (await second.DecideAsync(Reasoning, session)).Route == "code_generation";
            },
            "sessions are shared again");

        async Task MoreAsync(int requests)
        {
            var target = Volatile.Read(ref answered) + requests;
            await Eventually.TrueAsync(() => Volatile.Read(ref answered) >= target || clients.Any(client => client.IsFaulted), $"{requests} more answers");
        }
    }

    [SkippableTheory]
    [InlineData("SSL_CERT_FILE")]
    [InlineData("SERedis_IssuerCertPath")]
    public async Task TwoProcesses_OverTlsWithACertificateThatTheyAreToldToTrust_ShareASession(string variable)
    {
        using var directory = new CertificateDirectory();
        await using var redis = await RedisServer.StartAsync(
            "--tls-cert-file", directory.Certificate, "--tls-key-file", directory.Key, "--tls-ca-cert-file", directory.Certificate, "--tls-auth-clients", "no",
            "--user", "default", "off", "--user", "gateway", "on", ">s3cret", "~plano:affinity:*", "+@connection", "+get", "+set");
        var config = Config($"127.0.0.1:{redis.Port},ssl=true,user=gateway,password=s3cret");
        await using var first = await GatewayProcess.StartAsync(config, (variable, directory.Certificate));
        await using var second = await GatewayProcess.StartAsync(config, (variable, directory.Certificate));

        var round = 0;
        await Eventually.TrueAsync(
            async () =>
            {
                var session = $"tls-{round++}";
                await first.DecideAsync(Coding, session);
                return (await second.DecideAsync(Reasoning, session)).Route == "code_generation";
            },
            "sessions are shared over TLS");
    }
}
