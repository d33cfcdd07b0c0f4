using System.ClientModel;
using Anthropic.Exceptions;

namespace ModelScan.Tests.Sdk;

/// <summary>A provider's error, whatever its format, is the client's own exception with the provider's status and words.</summary>
public sealed class ErrorTests(SdkGateway gateway) : IClassFixture<SdkGateway>
{
    private const string RateLimit = """{"kind": "rate_limit", "times": 1}""";
    private const string BadRequest = """{"kind": "server_error", "status": 400, "times": 1}""";

    [Theory]
    [MemberData(nameof(SdkPairs.WholeAndStreamed), MemberType = typeof(SdkPairs))]
    public async Task RateLimit_OfTheProvider_IsTheClientsException429(string client, string provider, bool streamed)
    {
        await gateway.Mock.FailAsync(SdkPairs.PlayedBy(provider), RateLimit);

        var exception = await Assert.ThrowsAnyAsync<Exception>(() => AskAsync(gateway.Open(client, provider), streamed));

        Assert.Equal(429, StatusOf(exception));
        Assert.Contains("The rate limit of this model is reached.", exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(SdkPairs.WholeAndStreamed), MemberType = typeof(SdkPairs))]
    public async Task BadRequest_OfTheProvider_IsTheClientsException400(string client, string provider, bool streamed)
    {
        await gateway.Mock.FailAsync(SdkPairs.PlayedBy(provider), BadRequest);

        var exception = await Assert.ThrowsAnyAsync<Exception>(() => AskAsync(gateway.Open(client, provider), streamed));

        Assert.Equal(400, StatusOf(exception));
    }

    [Theory]
    [MemberData(nameof(SdkPairs.All), MemberType = typeof(SdkPairs))]
    public async Task RateLimit_OfTheProvider_HasTheClientsOwnType(string client, string provider)
    {
        await gateway.Mock.FailAsync(SdkPairs.PlayedBy(provider), RateLimit);

        var exception = await Assert.ThrowsAnyAsync<Exception>(() => gateway.Open(client, provider).SendAsync(new SdkTurn("hello")));

        Assert.IsType(client == SdkPairs.Anthropic ? typeof(AnthropicRateLimitException) : typeof(ClientResultException), exception);
    }

    private static Task<SdkAnswer> AskAsync(ISdkConversation conversation, bool streamed) =>
        streamed ? conversation.StreamAsync(new SdkTurn("hello")) : conversation.SendAsync(new SdkTurn("hello"));

    private static int StatusOf(Exception exception) => exception switch
    {
        ClientResultException result => result.Status,
        AnthropicApiException api => (int)api.StatusCode,
        _ => throw new InvalidOperationException("This exception has no status.", exception),
    };
}
