using System.Diagnostics;
using ModelScan.Tests.Support;

namespace ModelScan.Tests.Endpoints;

/// <summary>What clients are told when there is no answer; ids of rows are those of the conversion vectors.</summary>
public sealed class ProxyErrorTests
{
    private const string Chat = "/v1/chat/completions";
    private const string Messages = "/v1/messages";
    private const string Responses = "/v1/responses";

    [Theory]
    [InlineData("E11-chat", Chat, "{\"model\":", 400, "invalid_request_error")]
    [InlineData("E11-messages", Messages, "{\"model\":", 400, "invalid_request_error")]
    [InlineData("E11-responses", Responses, "not json", 400, "invalid_request_error")]
    [InlineData("E13-messages", Messages, """{"model":"nope","messages":[]}""", 404, "not_found_error")]
    [InlineData("E13-chat", Chat, """{"model":"nope","messages":[]}""", 404, "invalid_request_error")]
    [InlineData("wrong-type", Chat, """{"model":["a"]}""", 400, "invalid_request_error")]
    [InlineData("no-key", Chat, """{"model":"xai/grok-4","messages":[]}""", 401, "authentication_error")]
    [InlineData("bedrock", Messages, """{"model":"amazon_bedrock/nova","max_tokens":9,"messages":[{"role":"user","content":[{"type":"image","source":{"type":"url","url":"http://x/a.png"}}]}]}""", 400, "invalid_request_error")]
    [InlineData("count-tokens-elsewhere", "/v1/messages/count_tokens", """{"model":"gpt-4o","messages":[]}""", 400, "invalid_request_error")]
    public async Task Request_ThatCannotBeForwarded_IsAnsweredInTheDialect(string id, string path, string body, int status, string type)
    {
        await using var gateway = await GatewayUnderTest.StartAsync(Config("http://127.0.0.1:1"));
        var answer = await gateway.PostAsync(path, body);
        Assert.Equal((id, status, type), (id, answer.Status, answer.Json.GetProperty("error").GetProperty("type").GetString()));
        Assert.Equal("direct", answer.Headers["x-modelscan-mode"]);
        Assert.Equal(path.Contains("messages", StringComparison.Ordinal), answer.Json.TryGetProperty("type", out _));
    }

    [Fact]
    public async Task UnknownModel_IsToldWithCodeAndTheNearestName_E13()
    {
        await using var gateway = await GatewayUnderTest.StartAsync(Config("http://127.0.0.1:1"));
        var error = (await gateway.PostAsync(Chat, """{"model":"gpt-4p","messages":[]}""")).Json.GetProperty("error");
        Assert.Equal("model_not_found", error.GetProperty("code").GetString());
        Assert.Contains("Model 'gpt-4p' not found in configured providers; did you mean 'gpt-4o'", error.GetProperty("message").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task ProviderCannotBeReached_Is502_E07()
    {
        await using var gateway = await GatewayUnderTest.StartAsync(Config("http://127.0.0.1:1"));
        var answer = await gateway.PostAsync(Messages, """{"model":"claude-sonnet-4-5"}""");
        Assert.Equal((502, "api_error", "anthropic: connection refused"), (answer.Status, Type(answer), Message(answer)));
    }

    [Fact]
    public async Task ProviderIsSilent_Is504AfterTheFirstByteLimit_E09()
    {
        await using var provider = RawUpstream.Start(request => request.WaitForCloseAsync());
        await using var gateway = await GatewayUnderTest.StartAsync(Config(provider.Address.AbsoluteUri, "timeouts: { first_byte: 200ms }"));
        var clock = Stopwatch.StartNew();
        var answer = await gateway.PostAsync(Messages, """{"model":"claude-sonnet-4-5"}""");
        Assert.Equal((504, "timeout_error", "anthropic: timeout: no response within 0.2 s"), (answer.Status, Type(answer), Message(answer)));
        Assert.True(clock.Elapsed < TimeSpan.FromSeconds(15), "the limit did not hold");
    }

    [Fact]
    [Trait("Complaint", "8")]
    public async Task ProviderSendsHeadersAndThenNothing_IsStillTheFirstByteLimit_8()
    {
        await using var provider = RawUpstream.Start(async request =>
        {
            await request.BeginChunkedAsync();
            await request.WaitForCloseAsync();
        });
        await using var gateway = await GatewayUnderTest.StartAsync(Config(provider.Address.AbsoluteUri, "timeouts: { first_byte: 200ms }"));
        Assert.Equal(504, (await gateway.PostAsync(Chat, """{"model":"gpt-4o","stream":true}""")).Status);
    }

    [Fact]
    public async Task BodyTooLarge_Is413_E16()
    {
        await using var gateway = await GatewayUnderTest.StartAsync(Config("http://127.0.0.1:1", "max_request_body: 1KB"));
        var answer = await gateway.PostAsync(Messages, $$"""{"model":"{{new string('x', 2000)}}"}""");
        Assert.Equal((413, "request_too_large"), (answer.Status, Type(answer)));
    }

    [Fact]
    public async Task WrongMethod_Is405WithAllow_E17()
    {
        await using var gateway = await GatewayUnderTest.StartAsync(Config("http://127.0.0.1:1"));
        using var response = await gateway.Client.GetAsync(Messages);
        Assert.Equal((405, "POST"), ((int)response.StatusCode, string.Join(',', response.Content.Headers.Allow)));
        Assert.Equal(404, (await gateway.PostAsync("/v1/nope", "{}")).Status);
    }

    private static string Type(Answer answer) => answer.Json.GetProperty("error").GetProperty("type").GetString()!;

    private static string Message(Answer answer) => answer.Json.GetProperty("error").GetProperty("message").GetString()!;

    private static TestConfig Config(string upstream, string routing = "") => TestConfig.Direct
        .Model("openai/gpt-4o", upstream)
        .Model("anthropic/claude-sonnet-4-5", upstream)
        .Model("xai/grok-4", key: null)
        .Model("amazon_bedrock/nova", "http://bedrock.example")
        .Routing(routing);
}
