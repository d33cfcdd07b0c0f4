using System.Net;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using ModelScan.Tests.Support;

namespace ModelScan.Tests.Endpoints;

/// <summary>What clients get wrong is answered with a 4xx in their own dialect, and never with a 500.</summary>
public sealed class BadInputTests(BadInputTests.Gateway gateway) : IClassFixture<BadInputTests.Gateway>
{
    [Theory]
    [InlineData("/routing/v1/chat/completions", false)]
    [InlineData("/routing/v1/messages", true)]
    [InlineData("/routing/v1/responses", false)]
    public async Task BadJson_EachDialect_HasItsOwnErrorShape(string path, bool anthropic)
    {
        var answer = await gateway.Value.PostAsync(path, "[1,");
        Assert.Equal(400, answer.Status);
        var error = answer.Json.GetProperty("error");
        Assert.Equal("invalid_request_error", error.GetProperty("type").GetString());
        Assert.NotEmpty(error.GetProperty("message").GetString()!);
        Assert.Equal(anthropic, answer.Json.TryGetProperty("type", out var type) && type.GetString() == "error");
        Assert.Equal(!anthropic, error.TryGetProperty("param", out _));
    }

    [Fact]
    public async Task WrongField_OpenAi_IsNamedInParam()
    {
        var answer = await gateway.Value.PostAsync("/routing/v1/chat/completions", "{\"messages\":[{\"role\":\"nobody\"}]}");
        Assert.Equal("messages[0].role", answer.Json.GetProperty("error").GetProperty("param").GetString());
    }

    [Theory]
    [InlineData("/nowhere")]
    [InlineData("/v1/messages/nowhere")]
    [InlineData("/routing/v1/unknown")]
    public async Task G20_UnknownPath_Is404WithAnError(string path)
    {
        var answer = await gateway.Value.PostAsync(path, "{}");
        Assert.Equal(404, answer.Status);
        Assert.Contains(path, answer.Json.GetProperty("error").GetProperty("message").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task BodyOverTheLimit_Announced_Is413()
    {
        var answer = await gateway.Value.PostAsync("/routing/v1/messages", new string(' ', 40_000));
        Assert.Equal((413, "request_too_large"), (answer.Status, answer.Json.GetProperty("error").GetProperty("type").GetString()));
    }

    [Fact]
    public async Task BodyOverTheLimit_Chunked_Is413()
    {
        using var content = new StreamContent(new MemoryStream(new byte[200_000]));
        using var request = new HttpRequestMessage(HttpMethod.Post, "/routing/v1/responses") { Content = content };
        request.Headers.TransferEncodingChunked = true;
        using var response = await gateway.Value.Client.SendAsync(request);
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, response.StatusCode);
    }

    [Fact]
    public async Task BodyAtTheLimit_IsRead()
    {
        var body = GatewayUnderTest.Chat("hello");
        Assert.Equal(200, (await gateway.Value.PostAsync("/routing/v1/chat/completions", body + new string(' ', Gateway.Limit - Encoding.UTF8.GetByteCount(body)))).Status);
    }

    [Fact]
    public async Task RouteNameInAnotherAlphabet_IsEncodedInTheHeader()
    {
        var body = GatewayUnderTest.Chat("write a function")[..^1] + ",\"routing_preferences\":[{\"name\":\"コード\",\"description\":\"write a function\",\"models\":[\"x/naïve\\u0001\"]}]}";
        var answer = await gateway.Value.PostAsync("/routing/v1/chat/completions", body);
        Assert.Equal("コード", answer.Route);
        Assert.Equal("コード", Uri.UnescapeDataString(answer.Headers["x-modelscan-route"]));
    }

    [Fact]
    public void AnyJson_AnyEndpoint_Is200Or400() => Prop.ForAll(JsonBodies.Arbitrary, body =>
    {
        foreach (var path in (string[])["/routing/v1/chat/completions", "/routing/v1/messages", "/routing/v1/responses"])
        {
            var answer = gateway.Value.PostAsync(path, body).GetAwaiter().GetResult();
            if (answer.Status is not (200 or 400))
                return false;
            if (answer.Status == 400 && answer.Json.GetProperty("error").GetProperty("message").GetString() is not { Length: > 0 })
                return false;
        }

        return true;
    }).Check(Config.QuickThrowOnFailure.WithMaxTest(150));

    /// <summary>A running gateway with a small limit.</summary>
    public sealed class Gateway : IAsyncLifetime
    {
        public const int Limit = 32 * 1024;

        internal GatewayUnderTest Value { get; private set; } = null!;

        public async Task InitializeAsync() => Value = await GatewayUnderTest.StartAsync(TestConfig.Empty
            .Model("openai/gpt-4o", key: null)
            .Route("a", "write code", ["openai/gpt-4o"])
            .Routing("max_request_body: 32KB"));

        public async Task DisposeAsync() => await Value.DisposeAsync();
    }
}
