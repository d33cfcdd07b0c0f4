using System.Text;
using System.Text.Json;
using ModelScan.Tests.Support;

namespace ModelScan.Tests.Endpoints;

/// <summary>What helps providers' prompt caches; ids of tests are those of the compatibility vectors.</summary>
public sealed class PromptCachingTests
{
    private const string Marker = "\"cache_control\":{\"type\":\"ephemeral\"}";
    private static readonly string Long = new('x', 5000);
    private static readonly string Chat = $$"""{"model":"MODEL","messages":[{"role":"system","content":"{{Long}}"},{"role":"user","content":"hi"}]}""";
    private static readonly string Messages = $$"""{"model":"MODEL","max_tokens":9,"system":"{{Long}}","messages":[{"role":"user","content":"hi"}]}""";

    [Theory]
    [InlineData("I47", "/v1/messages", "claude-sonnet-4-5", 2)]
    [InlineData("translated", "/v1/chat/completions", "claude-sonnet-4-5", 2)]
    [InlineData("openrouter", "/v1/chat/completions", "openrouter/anthropic/claude-sonnet-4.5", 2)]
    [InlineData("aggregator-of-another-name", "/v1/chat/completions", "mine/anthropic/claude-opus-4", 2)]
    [InlineData("openrouter-other-family", "/v1/chat/completions", "openrouter/openai/gpt-4o", 0)]
    [InlineData("openai", "/v1/chat/completions", "gpt-4o", 0)]
    [InlineData("vercel", "/v1/chat/completions", "vercel/anthropic/claude-sonnet-4.5", 0)]
    [InlineData("count", "/v1/messages/count_tokens", "claude-sonnet-4-5", 0)]
    public async Task Request_PromptCachingOn_IsMarkedForProvidersThatNeedIt(string id, string path, string model, int markers)
    {
        var body = await SentAsync("prompt_caching: { enabled: true }", path, (path.EndsWith("completions", StringComparison.Ordinal) ? Chat : Messages).Replace("MODEL", model, StringComparison.Ordinal));
        Assert.Equal((id, markers), (id, (body.Body.Length - body.Body.Replace(Marker, "", StringComparison.Ordinal).Length) / Marker.Length));
        using var valid = JsonDocument.Parse(body.Body);
    }

    [Theory]
    [InlineData("")]
    [InlineData("prompt_caching: { enabled: false, inject_cache_control: true }")]
    [InlineData("prompt_caching: { enabled: true, inject_cache_control: false }")]
    public async Task Request_MarkersNotAskedFor_StaysAsItIs(string caching)
    {
        var body = Messages.Replace("MODEL", "claude-sonnet-4-5", StringComparison.Ordinal);
        Assert.Equal(body, (await SentAsync(caching, "/v1/messages", body)).Body);
    }

    [Fact]
    public async Task Request_CacheOff_IsNotMarkedAndCarriesNoHash_F12()
    {
        var body = Messages.Replace("MODEL", "claude-sonnet-4-5", StringComparison.Ordinal);
        var sent = await SentAsync("prompt_caching: { enabled: true }", "/v1/messages", body, ("x-plano-cache", "OFF"), ("x-plano-prefix-hash", "0123456789abcdef"));
        Assert.Equal(body, sent.Body);
        Assert.DoesNotContain("x-plano-", sent.Head, StringComparison.OrdinalIgnoreCase);
    }

    [Theory]
    [InlineData("F6", """{"model":"gpt-4o","messages":[{"role":"system","content":"You are a coding agent."},{"role":"user","content":"Fix the bug in main.rs"}]}""", "5364dda745adbf65")]
    [InlineData("F7", """{"model":"gpt-4o","messages":[{"role":"system","content":"s"},{"role":"user","content":"u"}]}""", "3cb6023d6afd0939")]
    [InlineData("F8", """{"model":"gpt-4o","messages":[{"role":"system","content":"s"},{"role":"user","content":"u"}],"tools":[{"type":"function","function":{"name":"get_weather"}}]}""", "4abed8e9543e5cb4")]
    [InlineData("F10", """{"model":"gpt-4o","messages":[{"role":"user","content":"hello"}]}""", "f1b40d9b814f65c0")]
    [InlineData("F5", """{"model":"gpt-4o","messages":[{"role":"system","content":"s"}]}""", null)]
    public async Task Request_WithAUser_CarriesTheHashOfItsPrefix(string id, string body, string? hash)
    {
        foreach (var (routing, caching) in new[] { ("policy", ""), ("policy", "prompt_caching: { enabled: true }"), ("direct", "prompt_caching: { enabled: true }") })
        {
            var sent = await SentAsync($"{caching}\nrouting: {{ mode: {routing} }}", "/v1/chat/completions", body);
            Assert.Equal((id, hash), (id, sent.Header("x-plano-prefix-hash")));
        }
    }

    [Fact]
    public async Task Request_OfATenant_HasAHashOfItsOwn_F9()
    {
        var sent = await SentAsync(
            "routing: { mode: policy, session_cache: { tenant_header: x-tenant } }", "/v1/chat/completions",
            """{"model":"gpt-4o","messages":[{"role":"system","content":"s"},{"role":"user","content":"u"}]}""", ("x-tenant", "acme"));
        Assert.Equal("d959d53a4b132ecb", sent.Header("x-plano-prefix-hash"));
    }

    [Fact]
    public async Task Request_DirectWithoutPromptCaching_IsNotReadForAHash() =>
        Assert.Null((await SentAsync("", "/v1/chat/completions", """{"model":"gpt-4o","messages":[{"role":"user","content":"hello"}]}""")).Header("x-plano-prefix-hash"));

    private static async Task<Sent> SentAsync(string config, string path, string body, params (string, string)[] headers)
    {
        Sent? sent = null;
        await using var provider = RawUpstream.Start(request =>
        {
            sent = new Sent(request.Head, Encoding.UTF8.GetString(request.Body));
            return request.SendAsync(ProxyConfig.Ok);
        });
        await using var gateway = await GatewayUnderTest.StartAsync((config.Contains("routing:", StringComparison.Ordinal) ? TestConfig.Empty : TestConfig.Direct)
            .Model("openai/gpt-4o", provider.Address)
            .Model("anthropic/claude-sonnet-4-5", provider.Address)
            .Model("openrouter/*", provider.Address)
            .Model("vercel/*", provider.Address)
            .Model("mine/*", provider.Address, more: "provider_interface: openrouter")
            .Yaml(config));
        await gateway.PostAsync(path, body, headers);
        return sent ?? throw new InvalidOperationException("nothing reached the provider");
    }

    private sealed record Sent(string Head, string Body)
    {
        public string? Header(string name) => Head.Split("\r\n")
            .Where(line => line.StartsWith($"{name}: ", StringComparison.OrdinalIgnoreCase))
            .Select(line => line[(name.Length + 2)..])
            .SingleOrDefault();
    }
}
