using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using ModelScan.Tests.Decisions.Sessions.Redis;
using ModelScan.Tests.Support;

namespace ModelScan.Tests.Integration;

/// <summary>A mode commanded at one gateway reaches the others on the same Redis server.</summary>
public sealed class SharedModeTests
{
    private static TestConfig Config(RedisServer redis) => TestConfig.Policy
        .Default("openai/gpt-4o", key: null)
        .Routing($$"""session_cache: { type: redis, url: "redis://127.0.0.1:{{redis.Port}}", tenant_header: x-tenant }""");

    [SkippableFact]
    public async Task CommandedMode_ReachesTheOthers_AndThoseThatStartLater()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var first = await GatewayUnderTest.StartAsync(Config(redis));
        await using var second = await GatewayUnderTest.StartAsync(Config(redis));

        await Eventually.TrueAsync(async () => { await CommandAsync(first, "direct"); return await ModeAsync(second) == "direct"; }, "the second follows");
        await using var third = await GatewayUnderTest.StartAsync(Config(redis));
        await Eventually.TrueAsync(async () => await ModeAsync(third) == "direct", "one that starts later follows, too");

        using (var followed = await second.Client.DeleteAsync("/admin/mode"))
            Assert.True(followed.IsSuccessStatusCode);
        await Eventually.TrueAsync(async () => await ModeAsync(first) == "policy" && await ModeAsync(third) == "policy", "all follow the configuration again");
    }

    [SkippableFact]
    public async Task CommandedMode_WithRedisAway_IsInForceWhereItWasCommanded()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var gateway = await GatewayUnderTest.StartAsync(Config(redis));
        await redis.KillAsync();

        await CommandAsync(gateway, "direct");

        Assert.Equal("direct", await ModeAsync(gateway));
    }

    [SkippableFact]
    public async Task CommandedMode_WithRedisThatTakesNothing_IsNotUndone_AndToldWhenItDoes()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var gateway = await GatewayUnderTest.StartAsync(Config(redis));
        await using var other = await GatewayUnderTest.StartAsync(Config(redis));
        await Eventually.TrueAsync(async () => { await CommandAsync(gateway, "direct"); return await ModeAsync(other) == "direct"; }, "the other follows");
        await redis.AskAsync("CONFIG SET min-replicas-to-write 1");
        await CommandAsync(gateway, "policy");
        await Task.Delay(TimeSpan.FromSeconds(5)); // two looks
        Assert.Equal("policy", await ModeAsync(gateway));

        await redis.AskAsync("CONFIG SET min-replicas-to-write 0");
        await Eventually.TrueAsync(async () => await ModeAsync(other) == "policy", "the other hears of it");
        Assert.Equal("policy", await ModeAsync(gateway));
    }

    [SkippableFact]
    public async Task Database_ThatTheServerDoesNotHave_EndsNothing()
    {
        await using var redis = await RedisServer.StartAsync("--databases", "1");
        await using var gateway = await GatewayUnderTest.StartAsync(Config(redis).ToString().Replace($":{redis.Port}\"", $":{redis.Port}/1\"", StringComparison.Ordinal));
        await Task.Delay(TimeSpan.FromSeconds(5)); // two looks
        Assert.False(gateway.Services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping.IsCancellationRequested);
        await CommandAsync(gateway, "direct");
        Assert.Equal("direct", await ModeAsync(gateway));
    }

    private static async Task CommandAsync(GatewayUnderTest gateway, string mode)
    {
        using var body = new StringContent($$"""{"mode": "{{mode}}"}""", Encoding.UTF8, "application/json");
        using var response = await gateway.Client.PutAsync("/admin/mode", body);
        Assert.True(response.IsSuccessStatusCode);
    }

    private static async Task<string?> ModeAsync(GatewayUnderTest gateway)
    {
        using var response = await gateway.Client.GetAsync("/admin/mode");
        return (await Answer.ReadAsync(response)).Json.GetProperty("mode").GetString();
    }
}
