using ModelScan.Tests.Support;

namespace ModelScan.Tests.Endpoints;

/// <summary>Counting tokens where the provider does not; ids of tests are those of the conversion vectors.</summary>
public sealed class CountTokensTests
{
    private const string Path = "/v1/messages/count_tokens";
    private const string Claude = """{"model":"claude-sonnet-4-20250514","messages":[{"role":"user","content":"hi"}],"system":"s"}""";

    [Fact]
    public async Task CountTokens_ModelOfAnotherFormat_IsEstimatedHere_C01()
    {
        await using var provider = RawUpstream.Start(ProxyConfig.Ok);
        await using var gateway = await GatewayUnderTest.StartAsync(ProxyConfig.At(provider.Address));
        var answer = await gateway.PostAsync(Path, Claude.Replace("claude-sonnet-4-20250514", "gpt-4o", StringComparison.Ordinal));
        Assert.Equal((200, "{\"input_tokens\":13}", "true", "0", 0), (answer.Status, answer.Text, answer.Headers["x-modelscan-estimated"], answer.Headers["x-modelscan-attempts"], provider.Requests));
    }

    [Theory]
    [InlineData(404)]
    [InlineData(405)]
    [InlineData(501)]
    public async Task CountTokens_ProviderHasNoSuchEndpoint_IsEstimatedHere_C02(int status)
    {
        await using var provider = RawUpstream.Start(ProxyConfig.Error(status));
        await using var gateway = await GatewayUnderTest.StartAsync(ProxyConfig.At(provider.Address));
        var answer = await gateway.PostAsync(Path, Claude);
        Assert.Equal((200, "{\"input_tokens\":13}", "true", 1), (answer.Status, answer.Text, answer.Headers["x-modelscan-estimated"], provider.Requests));
    }

    [Fact]
    public async Task CountTokens_ProviderCounts_IsTheProvidersNumber()
    {
        await using var provider = RawUpstream.Start("HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 20\r\n\r\n{\"input_tokens\":222}");
        await using var gateway = await GatewayUnderTest.StartAsync(ProxyConfig.At(provider.Address));
        var answer = await gateway.PostAsync(Path, Claude);
        Assert.Equal("{\"input_tokens\":222}", answer.Text);
        Assert.False(answer.Headers.ContainsKey("x-modelscan-estimated"));
    }

    [Fact]
    public async Task CountTokens_ProviderRefuses_IsTheProvidersError()
    {
        await using var provider = RawUpstream.Start(ProxyConfig.Error(429));
        await using var gateway = await GatewayUnderTest.StartAsync(ProxyConfig.At(provider.Address));
        Assert.Equal(429, (await gateway.PostAsync(Path, Claude)).Status);
    }

    [Fact]
    public async Task CountTokens_ProviderWithoutAKey_IsEstimatedAllTheSame()
    {
        await using var gateway = await GatewayUnderTest.StartAsync(TestConfig.Direct.Model("xai/grok-4", key: null));
        Assert.Equal(200, (await gateway.PostAsync(Path, """{"model":"grok-4","messages":[{"role":"user","content":"hi"}]}""")).Status);
    }

    [Fact]
    public async Task CountTokens_WhereModelsAreDecidedUpon_IsOfTheRequestedModel()
    {
        await using var provider = RawUpstream.Start(ProxyConfig.Ok);
        await using var gateway = await GatewayUnderTest.StartAsync(ProxyConfig.Chain(provider.Address, provider.Address));
        var answer = await gateway.PostAsync(Path, """{"model":"second/b","messages":[{"role":"user","content":"write a function that sorts a list"}]}""");
        Assert.Equal((200, "second/b"), (answer.Status, answer.Headers["x-modelscan-model"]));
        Assert.False(answer.Headers.ContainsKey("x-modelscan-decided-by"));
    }

    [Fact]
    public async Task CountTokens_NotARequest_Is400InTheDialect()
    {
        await using var gateway = await GatewayUnderTest.StartAsync(ProxyConfig.At(new Uri("http://127.0.0.1:1")));
        var answer = await gateway.PostAsync(Path, """{"model":"gpt-4o","messages":[{"role":"nobody","content":"hi"}]}""");
        Assert.Equal((400, "error"), (answer.Status, answer.Json.GetProperty("type").GetString()));
        Assert.Contains("messages[0].role", answer.Json.GetProperty("error").GetProperty("message").GetString(), StringComparison.Ordinal);
    }
}
