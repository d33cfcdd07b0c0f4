using System.Text;
using ModelScan.Tests.Support;

namespace ModelScan.Tests.Endpoints;

/// <summary>
/// What a Responses client asks a provider to remember, on providers that remember nothing, and beyond what the gateway remembers for them
/// (<see cref="ResponseStateTests"/>): refused where the answer would be another one without it.
/// </summary>
[Trait("Complaint", "23")]
public sealed class StatefulRequestTests
{
    private const string Path = "/v1/responses";

    [Theory]
    [InlineData("groq/llama-3.3-70b", "conversation", "\"conv_1\"")]
    [InlineData("groq/llama-3.3-70b", "conversation", "{\"id\":\"conv_1\"}")]
    [InlineData("groq/llama-3.3-70b", "background", "true")]
    [InlineData("groq/llama-3.3-70b", "prompt", "{\"id\":\"pmpt_1\"}")]
    [InlineData("claude-sonnet-4-20250514", "conversation", "\"conv_1\"")]
    [InlineData("claude-sonnet-4-20250514", "conversation", "{\"id\":\"conv_1\"}")]
    [InlineData("claude-sonnet-4-20250514", "background", "true")]
    [InlineData("claude-sonnet-4-20250514", "prompt", "{\"id\":\"pmpt_1\"}")]
    public async Task Request_RefersToWhatIsStoredElsewhere_Is400AndNamesTheField(string model, string field, string value)
    {
        await using var provider = RawUpstream.Start(ProxyConfig.Ok);
        await using var gateway = await GatewayUnderTest.StartAsync(ProxyConfig.At(provider.Address));
        var answer = await gateway.PostAsync(Path, $$"""{"model":"{{model}}","input":"hi","{{field}}":{{value}}}""");
        var error = answer.Json.GetProperty("error");
        Assert.Equal((400, field, 0), (answer.Status, error.GetProperty("param").GetString(), provider.Requests));
        Assert.StartsWith(field, error.GetProperty("message").GetString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("groq/llama-3.3-70b", "chat", "\"store\":true", null)]
    [InlineData("claude-sonnet-4-20250514", "messages", "\"store\":true", null)]
    [InlineData("groq/llama-3.3-70b", "chat", "\"store\":false,\"background\":false,\"previous_response_id\":null,\"conversation\":null", null)]
    [InlineData("claude-sonnet-4-20250514", "messages", "\"store\":false,\"background\":false,\"previous_response_id\":null,\"conversation\":null", null)]
    public async Task Request_AnswerIsTheSameWithout_IsReportedAtMost(string model, string format, string fields, string? dropped)
    {
        var said = FormatWords.Of(format).Whole("hello");
        await using var provider = RawUpstream.Start($"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {Encoding.UTF8.GetByteCount(said)}\r\n\r\n{said}");
        await using var gateway = await GatewayUnderTest.StartAsync(ProxyConfig.At(provider.Address));
        var answer = await gateway.PostAsync(Path, $$"""{"model":"{{model}}","input":"hi",{{fields}}}""", ("authorization", "Bearer own"));
        Assert.True(answer.Status == 200, answer.Text);
        Assert.Equal(dropped, answer.Headers.GetValueOrDefault("x-modelscan-dropped"));
    }

    [Fact]
    public async Task Request_ProviderOfResponses_GetsItAsItIs()
    {
        var body = "";
        await using var provider = RawUpstream.Start(request =>
        {
            body = Encoding.UTF8.GetString(request.Body);
            return request.SendAsync(ProxyConfig.Ok);
        });
        await using var gateway = await GatewayUnderTest.StartAsync(ProxyConfig.At(provider.Address));
        const string Request = """{"model":"gpt-4o","previous_response_id":"resp_1","conversation":null,"background":true,"store":true}""";
        Assert.Equal(200, (await gateway.PostAsync(Path, Request)).Status);
        Assert.Equal(Request, body);
    }

    // A route's first model keeps no responses: the one that does is asked, instead of an answer without the turns before.
    [Fact]
    public async Task Request_RouteWithAProviderThatRemembers_GoesThere()
    {
        await using var forgetful = RawUpstream.Start(ProxyConfig.Ok);
        await using var mindful = RawUpstream.Start(ProxyConfig.Ok);
        await using var gateway = await GatewayUnderTest.StartAsync(TestConfig.Policy
            .Default("mistral/a", forgetful.Address)
            .Model("openai/b", mindful.Address)
            .CodeRoute("mistral/a", "openai/b"));
        var answer = await gateway.PostAsync(Path, """{"model":"x","previous_response_id":"resp_1","input":"write a function that sorts a list"}""");
        Assert.Equal(("openai/b", 0, 1), (answer.Headers["x-modelscan-model"], forgetful.Requests, mindful.Requests));
    }
}
