using System.Text;
using ModelScan.Tests.Decisions.Sessions.Redis;
using ModelScan.Tests.Governance;
using ModelScan.Tests.Support;

namespace ModelScan.Tests.Integration;

/// <summary>Three gateways, each a process, with one limit in one Redis.</summary>
public sealed class SharedLimitTests
{
    private static TestConfig Config(Uri provider, int redis, string limit, string more = "") => TestConfig.Direct
        .Default("openai/gpt-4o", provider)
        .Yaml("request_log: { store: none }")
        .Yaml($$"""
            governance:
              store: redis
              redis: redis://127.0.0.1:{{redis}}
              store_timeout: 2s
              {{more}}
              limits: [{{limit}}]
            """);

    [SkippableFact]
    public async Task HardLimit_ThousandParallelRequests_IsNeverExceeded_AndNothingStaysSetAside()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var provider = RawUpstream.Start(request => GovernedGateway.AnswerAsync(request, 1, 10));
        await using var gateways = await Three.StartAsync(Config(provider.Address, redis.Port, "{ id: t, kind: tokens, amount: 3000, window: day, cost: output }"));
        var statuses = await Task.WhenAll(Enumerable.Range(0, 1000).Select(number => gateways.AskAsync(number)));
        Assert.Equal(300, statuses.Count(status => status == 200));
        Assert.All(statuses, status => Assert.True(status is 200 or 429, $"{status}"));
        Assert.Equal(300, provider.Requests);
        await Eventually.TrueAsync(async () => await gateways.UseAsync(0) == (3000, 0), "all is settled");
    }

    [SkippableFact]
    public async Task Rate_OfThreeGateways_IsThatOfTheLimit()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var provider = RawUpstream.Start(request => GovernedGateway.AnswerAsync(request, 1, 10));
        await using var gateways = await Three.StartAsync(Config(provider.Address, redis.Port, "{ id: t, kind: tokens, amount: 500, window: second, cost: output }"));
        var began = DateTimeOffset.UtcNow;
        var statuses = new List<int>();
        while (statuses.Count < 1500)
            statuses.AddRange(await Task.WhenAll(Enumerable.Range(statuses.Count, 60).Select(number => gateways.AskAsync(number))));
        var windows = DateTimeOffset.UtcNow.ToUnixTimeSeconds() - began.ToUnixTimeSeconds() + 1;
        Assert.InRange(statuses.Count(status => status == 200), 50, windows * 50);
    }

    [SkippableFact]
    public async Task Gateway_Killed_LeavesNothingSetAside()
    {
        await using var redis = await RedisServer.StartAsync();
        var gate = new TaskCompletionSource();
        await using var provider = RawUpstream.Start(async request =>
        {
            await gate.Task;
            await GovernedGateway.AnswerAsync(request, 1, 10);
        });
        await using var gateways = await Three.StartAsync(Config(provider.Address, redis.Port, "{ id: t, kind: tokens, amount: 100, window: day, cost: output }", "lease: 2s"));
        var hanging = Enumerable.Range(0, 10).Select(_ => gateways.AskAsync(0)).ToArray();
        await Eventually.TrueAsync(() => provider.Requests == 10, "ten requests are at the provider");
        Assert.Equal(429, await gateways.AskAsync(1));
        await gateways.KillAsync(0);
        await Eventually.TrueAsync(async () => await gateways.UseAsync(1) == (0, 0), "what the killed one held has come back");
        gate.SetResult();
        Assert.Equal(200, await gateways.AskAsync(2));
        await Assert.ThrowsAnyAsync<HttpRequestException>(() => Task.WhenAll(hanging));
    }

    private sealed class Three(GatewayProcess[] gateways) : IAsyncDisposable
    {
        public static async Task<Three> StartAsync(string config) => new(await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => GatewayProcess.StartAsync(config))));

        public async Task<int> AskAsync(int number)
        {
            using var body = new StringContent(GovernedGateway.Body("openai/gpt-4o"), Encoding.UTF8, "application/json");
            using var response = await gateways[number % gateways.Length].Client.PostAsync("/v1/chat/completions", body);
            return (int)response.StatusCode;
        }

        public async Task<(double Used, double Reserved)> UseAsync(int number)
        {
            using var response = await gateways[number].Client.GetAsync("/admin/limits");
            var subjects = (await Answer.ReadAsync(response)).Json.GetProperty("limits")[0].GetProperty("subjects");
            return subjects.GetArrayLength() == 0 ? default : (subjects[0].GetProperty("used").GetDouble(), subjects[0].GetProperty("reserved").GetDouble());
        }

        public Task KillAsync(int number) => gateways[number].KillAsync();

        public async ValueTask DisposeAsync()
        {
            foreach (var gateway in gateways)
                await gateway.DisposeAsync();
        }
    }
}
