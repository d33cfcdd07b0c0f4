using System.Collections.Concurrent;
using System.Text.RegularExpressions;
using ModelScan.Tests.Endpoints;
using ModelScan.Tests.Support;

namespace ModelScan.Tests.Providers;

/// <summary>Several keys of one provider take turns; one that is refused or limited is left alone, and the request goes on with another.</summary>
public sealed partial class AccessKeysTests
{
    [Fact]
    public async Task Keys_TakeTurns()
    {
        await using var rig = await Rig.StartAsync("access_keys: [sk-one-0001, sk-two-0002]");
        for (var i = 0; i < 4; i++)
            Assert.Equal(200, (await rig.AskAsync()).Status);
        Assert.Equal(2, rig.Used.Count(key => key == "sk-one-0001"));
        Assert.Equal(2, rig.Used.Count(key => key == "sk-two-0002"));
    }

    [Theory]
    [InlineData(401)]
    [InlineData(403)]
    [InlineData(429)]
    public async Task Key_ThatIsRefused_IsLeftAlone_AndTheRequestGoesOnWithAnother(int status)
    {
        await using var rig = await Rig.StartAsync("access_keys: [sk-one-0001, sk-two-0002]", key => key == "sk-one-0001" ? status : 200);
        for (var i = 0; i < 5; i++)
            Assert.Equal(200, (await rig.AskAsync()).Status);
        Assert.Single(rig.Used, key => key == "sk-one-0001");
        using var response = await rig.Gateway.Client.GetAsync("/admin/providers");
        var shown = (await Answer.ReadAsync(response)).Json.GetProperty("keys");
        Assert.Single(shown.EnumerateArray(), key => key.GetProperty("left_seconds").ValueKind == System.Text.Json.JsonValueKind.Number);
        Assert.DoesNotContain("sk-", shown.GetRawText(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task AllKeys_Refused_TheClientIsToldWhatTheProviderSaid()
    {
        await using var rig = await Rig.StartAsync("access_keys: [sk-one-0001, sk-two-0002, sk-three-0003]", _ => 429);
        var answer = await rig.AskAsync();
        Assert.Equal(429, answer.Status);
        Assert.Equal(3, rig.Used.Distinct().Count());
        Assert.Equal("3", answer.Headers["x-modelscan-attempts"]);
    }

    [Fact]
    public async Task LeastLoaded_TakesTheKeyWithTheFewestRequests()
    {
        var gate = new TaskCompletionSource();
        await using var rig = await Rig.StartAsync("access_keys: [sk-one-0001, sk-two-0002], key_selection: least_loaded", wait: gate.Task);
        var asked = Enumerable.Range(0, 6).Select(_ => rig.AskAsync()).ToArray();
        await Eventually.TrueAsync(() => rig.Used.Count == 6, "all are at the provider");
        Assert.Equal(3, rig.Used.Count(key => key == "sk-one-0001"));
        gate.SetResult();
        Assert.All(await Task.WhenAll(asked), answer => Assert.Equal(200, answer.Status));
    }

    [Theory]
    [InlineData("/v1/embeddings")]
    [InlineData("/v1/completions")]
    public async Task EveryWayIn_UsesThem(string path)
    {
        await using var rig = await Rig.StartAsync("access_keys: [sk-one-0001, sk-two-0002]", key => key == "sk-one-0001" ? 401 : 200);
        Assert.Equal(200, (await rig.AskAsync(path)).Status);
        Assert.Equal(200, (await rig.AskAsync(path)).Status);
        Assert.Single(rig.Used, key => key == "sk-one-0001");
    }

    private sealed partial class Rig(GatewayUnderTest gateway, RawUpstream provider, ConcurrentQueue<string> used) : IAsyncDisposable
    {
        public GatewayUnderTest Gateway => gateway;

        public ConcurrentQueue<string> Used => used;

        public static async Task<Rig> StartAsync(string keys, Func<string, int>? statusOf = null, Task? wait = null)
        {
            var used = new ConcurrentQueue<string>();
            var provider = RawUpstream.Start(async request =>
            {
                var key = Secret().Match(request.Head).Value;
                used.Enqueue(key);
                if (wait is not null)
                    await wait;
                await request.SendAsync(statusOf?.Invoke(key) is { } status and not 200 ? ProxyConfig.Error(status) : ProxyConfig.Ok);
            });
            var gateway = await GatewayUnderTest.StartAsync(TestConfig.Direct.Default("openai/gpt-4o", provider.Address, null, keys));
            return new Rig(gateway, provider, used);
        }

        public Task<Answer> AskAsync(string path = "/v1/chat/completions") =>
            gateway.PostAsync(path, """{"model":"gpt-4o","max_tokens":5,"messages":[{"role":"user","content":"hi"}]}""");

        public async ValueTask DisposeAsync()
        {
            await gateway.DisposeAsync();
            await provider.DisposeAsync();
        }

        [GeneratedRegex("sk-[a-z]+-[0-9]+", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
        private static partial Regex Secret();
    }
}
