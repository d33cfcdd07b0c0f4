using Microsoft.AspNetCore.Http;
using ModelScan.RoutingApi.Providers;

namespace ModelScan.Tests.Providers;

/// <summary>Which credential reaches a provider; ids of rows are those of the compatibility vectors.</summary>
public sealed class UpstreamCredentialTests
{
    [Theory]
    [InlineData("L1", "Bearer sk-abc", null, "sk-abc")]
    [InlineData("L2", "sk-abc", null, "sk-abc")]
    [InlineData("L3", null, "sk-key", "sk-key")]
    [InlineData("L5-none", null, null, null)]
    [InlineData("L5-blank", "  ", " ", null)]
    [InlineData("L5-bearer", "Bearer ", null, null)]
    [InlineData("L5-bearer-then-key", "Bearer ", "sk-key", "sk-key")]
    public void FromClient_Headers_GivesTheKey(string id, string? authorization, string? apiKey, string? expected) =>
        Assert.Equal((id, expected), (id, UpstreamCredential.FromClient(Client(authorization, apiKey))));

    [Theory]
    [InlineData("L6", "anthropic/c", ApiFormat.Messages, "k", "x-api-key: k; anthropic-version: 2023-06-01")]
    [InlineData("L6-chat-surface", "anthropic/c", ApiFormat.ChatCompletions, "k", "Authorization: Bearer k")]
    [InlineData("L6-subscription", "anthropic/c", ApiFormat.Messages, "sk-ant-oat-1", "Authorization: Bearer sk-ant-oat-1; anthropic-version: 2023-06-01")]
    [InlineData("L7", "openai/gpt-4o", ApiFormat.ChatCompletions, "k", "Authorization: Bearer k")]
    [InlineData("azure-key", "azure_openai/gpt-4o", ApiFormat.ChatCompletions, "k", "api-key: k")]
    [InlineData("azure-token", "azure_openai/gpt-4o", ApiFormat.ChatCompletions, "eyJhbGciOi", "Authorization: Bearer eyJhbGciOi")]
    [InlineData("vertex", "google_vertex/claude-opus-4-6", ApiFormat.Messages, "ya29.k", "Authorization: Bearer ya29.k; anthropic-version: 2023-06-01")]
    public void Apply_ConfiguredKey_IsPlacedAsTheProviderWants(string id, string model, ApiFormat format, string key, string expected)
    {
        var target = new ModelTarget(ProviderPathTests.Entry(model, "http://h") with { AccessKey = key }, "m", 0, null);
        using var message = new HttpRequestMessage();
        UpstreamCredential.Apply(message.Headers, target, format, Client("Bearer mine", "mine"));
        Assert.Equal((id, expected), (id, string.Join("; ", message.Headers.NonValidated.OrderBy(header => header.Key != "Authorization" && header.Key != "x-api-key").Select(header => $"{header.Key}: {header.Value}"))));
    }

    [Fact]
    public void Apply_PassthroughAuth_UsesTheClientsAndNotTheConfigured()
    {
        var target = new ModelTarget(ProviderPathTests.Entry("openai/gpt-4o", null) with { AccessKey = "configured", PassthroughAuth = true }, "m", 0, null);
        using var message = new HttpRequestMessage();
        UpstreamCredential.Apply(message.Headers, target, ApiFormat.ChatCompletions, Client(null, "clients"));
        Assert.Equal("Bearer clients", message.Headers.Authorization!.ToString());
    }

    [Fact]
    public void Apply_ExtraHeaders_ComeLastAndWin()
    {
        var entry = ProviderPathTests.Entry("openai/gpt-4o", null) with { AccessKey = "k", Headers = new Dictionary<string, string> { ["authorization"] = "Custom x", ["x-org"] = "o" } };
        using var message = new HttpRequestMessage();
        UpstreamCredential.Apply(message.Headers, new ModelTarget(entry, "m", 0, null), ApiFormat.ChatCompletions, Client(null, null));
        Assert.Equal(("Custom x", "o"), (message.Headers.NonValidated["Authorization"].ToString(), message.Headers.NonValidated["x-org"].ToString()));
    }

    private static HeaderDictionary Client(string? authorization, string? apiKey)
    {
        var headers = new HeaderDictionary();
        if (authorization is not null)
            headers["authorization"] = authorization;
        if (apiKey is not null)
            headers["x-api-key"] = apiKey;
        return headers;
    }
}
