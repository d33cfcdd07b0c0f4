using System.Text.Json.Nodes;
using ModelScan.Tests.Configuration;
using ModelScan.Tests.Support;

namespace ModelScan.Tests.Endpoints;

/// <summary><c>retry_policy</c>: who is asked when a model fails.</summary>
public sealed class RetryPolicyTests
{
    [Theory]
    [InlineData("{ fallback_models: [a/two, b/three] }", "503", "one three")]
    [InlineData("{ fallback_models: [a/two, b/three], default_strategy: same_provider }", "503", "one two")]
    [InlineData("{ default_strategy: same_model, default_max_attempts: 3 }", "503 503 503", "one one one one")]
    [InlineData("{ default_strategy: same_model, default_max_attempts: 2, backoff: { base_ms: 1, max_ms: 2 } }", "503 503", "one one one")]
    [InlineData("{ fallback_models: [b/three, b/four], default_max_attempts: 1 }", "503 503", "one three")]
    [InlineData("{ fallback_models: [b/three, b/four] }", "503 503", "one three four")]
    [InlineData("{ fallback_models: [b/three], on_status_codes: [{ codes: [429], strategy: same_model, max_attempts: 1 }] }", "429 429", "one one")]
    [InlineData("{ fallback_models: [b/three], on_status_codes: [{ codes: [429], strategy: same_model, max_attempts: 1 }] }", "429 503", "one one three")]
    [InlineData("{ fallback_models: [b/three], on_status_codes: [{ codes: [\"400-404\"] }] }", "400", "one three")]
    [InlineData("{ fallback_models: [b/three], on_status_codes: [{ codes: [429] }] }", "400", "one")]
    [InlineData("{ fallback_models: [b/three] }", "", "one")]
    public async Task Policy_SaysWhoIsAsked(string policy, string statuses, string expected)
    {
        await using var rig = await Rig.StartAsync(policy, statuses);
        var answer = await rig.Gateway.PostAsync("/v1/chat/completions", GatewayUnderTest.Chat("hi", "a/one"));
        Assert.Equal(expected, string.Join(' ', rig.Asked));
        Assert.Equal(rig.Asked.Count.ToString(System.Globalization.CultureInfo.InvariantCulture), answer.Headers["x-modelscan-attempts"]);
        Assert.Equal(rig.Asked.Count > statuses.Split(' ', StringSplitOptions.RemoveEmptyEntries).Length ? 200 : 400, answer.Status is 200 ? 200 : 400);
    }

    [Fact]
    public async Task Policy_OfTheRoutesFirst_ComesBeforeTheRoutesOthers()
    {
        await using var rig = await Rig.StartAsync("{ fallback_models: [b/four] }", "503 503", """routing_preferences: [{ name: code, description: "generating new code, writing functions", models: [a/one, b/three] }]""", "policy");
        var answer = await rig.Gateway.PostAsync("/v1/chat/completions", GatewayUnderTest.Chat("write a function that sorts a list", "a/two"));
        Assert.Equal((200, "one four three"), (answer.Status, string.Join(' ', rig.Asked)));
    }

    [Fact]
    public async Task Policy_RetryAfterBeyondPatience_AsksAnother()
    {
        await using var rig = await Rig.StartAsync("{ default_strategy: same_model, fallback_models: [b/three] }", "429;3600");
        Assert.Equal(429, (await rig.Gateway.PostAsync("/v1/chat/completions", GatewayUnderTest.Chat("hi", "a/one"))).Status);
        Assert.Equal(["one"], rig.Asked);
    }

    [Fact]
    public async Task Policy_Bound_IsEightInAll()
    {
        await using var rig = await Rig.StartAsync("{ default_strategy: same_model, default_max_attempts: 10 }", string.Join(' ', Enumerable.Repeat("503", 20)));
        await rig.Gateway.PostAsync("/v1/chat/completions", GatewayUnderTest.Chat("hi", "a/one"));
        Assert.Equal(8, rig.Asked.Count);
    }

    [Fact]
    public async Task Policy_ModelThatDoesNotAnswerInTime_IsFollowedByTheTimeoutsRule()
    {
        await using var rig = await Rig.StartAsync("{ fallback_models: [a/two, b/three], on_timeout: { strategy: same_provider, max_attempts: 1 } }", "hang", routing: "direct, timeouts: { first_byte: 300ms }");
        Assert.Equal(200, (await rig.Gateway.PostAsync("/v1/chat/completions", GatewayUnderTest.Chat("hi", "a/one"))).Status);
        Assert.Equal(["one", "two"], rig.Asked);
    }

    [Theory]
    [InlineData("{ fallback_models: [nobody/knows] }", "model_providers[0].retry_policy", "nobody/knows")]
    [InlineData("{ default_strategy: sometimes }", "model_providers[0].retry_policy.default_strategy", "sometimes")]
    [InlineData("{ default_max_attempts: 0 }", "model_providers[0].retry_policy.default_max_attempts", "1 to 10")]
    [InlineData("{ on_status_codes: [{ codes: [200] }] }", "model_providers[0].retry_policy.on_status_codes[0].codes", "200")]
    [InlineData("{ on_status_codes: [{ strategy: same_model }] }", "model_providers[0].retry_policy.on_status_codes[0].codes", "at least one")]
    [InlineData("{ backoff: { base_ms: 10, max_ms: 5 } }", "model_providers[0].retry_policy.backoff.base_ms", "max_ms")]
    [InlineData("{ fallback: [] }", "model_providers[0].retry_policy.fallback", "unknown key")]
    public void Configuration_Wrong_IsRefusedByPath(string policy, string path, string message)
    {
        var error = Assert.Single(ConfigText.Errors(TestConfig.Empty.Model("openai/gpt-4o", more: $"retry_policy: {policy}")));
        Assert.Equal(path, error.Path);
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }

    private sealed class Rig(RawUpstream provider, GatewayUnderTest gateway) : IAsyncDisposable
    {
        public GatewayUnderTest Gateway => gateway;

        public List<string> Asked { get; } = [];

        // What the provider says, one after the other: a status, perhaps with a Retry-After behind it, or "hang"; then answers.
        public static async Task<Rig> StartAsync(string policy, string statuses, string more = "", string routing = "direct")
        {
            Rig? rig = null;
            var left = new Queue<string>(statuses.Split(' ', StringSplitOptions.RemoveEmptyEntries));
            var provider = RawUpstream.Start(async request =>
            {
                rig!.Asked.Add(JsonNode.Parse(request.Body)!["model"]!.GetValue<string>());
                if (!left.TryDequeue(out var status))
                    await request.SendAsync(ProxyConfig.Ok);
                else if (status == "hang")
                    await request.WaitForCloseAsync();
                else
                    await request.SendAsync(ProxyConfig.Error(int.Parse(status.Split(';')[0], null), status.Contains(';', StringComparison.Ordinal) ? $"retry-after: {status.Split(';')[1]}\r\n" : ""));
            });
            return rig = new Rig(provider, await GatewayUnderTest.StartAsync(TestConfig.Empty
                .Model("a/one", provider.Address, more: $"provider_interface: openai, retry_policy: {policy}")
                .Model("a/two", provider.Address, more: "provider_interface: openai")
                .Model("b/three", provider.Address, more: "provider_interface: openai")
                .Model("b/four", provider.Address, more: "provider_interface: openai")
                .Routing($"mode: {routing}")
                .Yaml(more)));
        }

        public async ValueTask DisposeAsync()
        {
            await gateway.DisposeAsync();
            await provider.DisposeAsync();
        }
    }
}
