using ModelScan.Tests.Support;

namespace ModelScan.Tests.Endpoints;

/// <summary><c>GET /v1/models/ID</c>, and what <c>GET /v1/models</c> lists for wildcards.</summary>
public sealed class ModelEndpointTests
{
    private static readonly TestConfig Config = TestConfig.Empty
        .Default("openai/gpt-4o")
        .Model("anthropic/*")
        .Model("acme/hidden", "http://h", more: "provider_interface: openai, internal: true")
        .Alias("fast", "openai/gpt-4o");

    [Theory]
    [InlineData("openai/gpt-4o")]
    [InlineData("openai%2Fgpt-4o")]
    [InlineData("gpt-4o")]
    [InlineData("fast")]
    [InlineData("claude-sonnet-4-5")]
    [InlineData("anthropic/claude-sonnet-4-5")]
    public async Task Model_ThatCanBeAskedFor_IsDescribedInEitherForm(string id)
    {
        await using var gateway = await GatewayUnderTest.StartAsync(Config);
        var openAi = await GetAsync(gateway, id);
        Assert.Equal((200, Uri.UnescapeDataString(id), "model"), (openAi.Status, openAi.Json.GetProperty("id").GetString(), openAi.Json.GetProperty("object").GetString()));
        var anthropic = await GetAsync(gateway, id, "2023-06-01");
        Assert.Equal((200, Uri.UnescapeDataString(id), "model"), (anthropic.Status, anthropic.Json.GetProperty("id").GetString(), anthropic.Json.GetProperty("type").GetString()));
        Assert.NotEqual(default, anthropic.Json.GetProperty("created_at").GetDateTimeOffset().Year);
    }

    [Theory]
    [InlineData("nope")]
    [InlineData("groq/llama-3.3-70b")]
    [InlineData("acme/hidden")]
    public async Task Model_Unknown_IsA404InEitherDialect(string id)
    {
        await using var gateway = await GatewayUnderTest.StartAsync(Config);
        var openAi = await GetAsync(gateway, id);
        Assert.Equal((404, "model_not_found"), (openAi.Status, openAi.Json.GetProperty("error").GetProperty("code").GetString()));
        var anthropic = await GetAsync(gateway, id, "2023-06-01");
        Assert.Equal((404, "not_found_error"), (anthropic.Status, anthropic.Json.GetProperty("error").GetProperty("type").GetString()));
    }

    [Fact]
    public async Task List_Wildcard_NamesTheModelsThatAreKnownOfItsProvider()
    {
        await using var gateway = await GatewayUnderTest.StartAsync(Config);
        var list = (await Answer.ReadAsync(await gateway.Client.GetAsync(new Uri("/v1/models", UriKind.Relative)))).Json;
        var ids = list.GetProperty("data").EnumerateArray().Select(model => model.GetProperty("id").GetString()!).ToArray();
        Assert.Equal("openai/gpt-4o", ids[0]);
        Assert.Contains("anthropic/claude-sonnet-4-5", ids);
        Assert.Equal(4, ids.Count(id => id.StartsWith("modelscan/", StringComparison.Ordinal)));
        Assert.All(ids[1..^4], id => Assert.StartsWith("anthropic/", id, StringComparison.Ordinal));
        Assert.Equal(ids.Length, ids.Distinct().Count());
        foreach (var id in ids)
            Assert.Equal((200, id), ((await GetAsync(gateway, id)).Status, id));
    }

    [Fact]
    public async Task List_NoProvidersGiven_NamesTheModelsOfThoseThatAreImplied()
    {
        await using var gateway = await GatewayUnderTest.StartAsync("routing: { mode: direct }");
        var text = await gateway.Client.GetStringAsync(new Uri("/v1/models", UriKind.Relative));
        Assert.Contains("\"openai/gpt-4o\"", text, StringComparison.Ordinal);
        Assert.Contains("\"gemini/", text, StringComparison.Ordinal);
    }

    private static async Task<Answer> GetAsync(GatewayUnderTest gateway, string id, string? anthropicVersion = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/v1/models/{id}");
        if (anthropicVersion is not null)
            request.Headers.Add("anthropic-version", anthropicVersion);
        using var response = await gateway.Client.SendAsync(request);
        return await Answer.ReadAsync(response);
    }
}
