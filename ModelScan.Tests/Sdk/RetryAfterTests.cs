using System.ClientModel;
using System.Diagnostics;

namespace ModelScan.Tests.Sdk;

/// <summary>A provider says when it wants to be asked again, and the vendors' clients wait that long, whatever format the provider speaks.</summary>
[Trait("Complaint", "25")]
public sealed class RetryAfterTests(SdkGateway gateway) : IClassFixture<SdkGateway>
{
    [Theory]
    [MemberData(nameof(SdkPairs.All), MemberType = typeof(SdkPairs))]
    public async Task Send_RateLimitWithRetryAfter_ClientAsksAgainWhenItMay(string client, string provider)
    {
        var question = $"patience, {client} {provider}";
        await gateway.Mock.FailAsync(SdkPairs.PlayedBy(provider), """{"kind": "rate_limit", "retry_after_seconds": 2, "times": 1}""");
        var clock = Stopwatch.StartNew();

        var answer = await gateway.Open(client, provider, new SdkOptions { Retries = 1 }).SendAsync(new SdkTurn(question));

        // Left to themselves the clients ask again after less than a second.
        Assert.Equal(SdkPairs.EchoOf(provider, question), answer.Text);
        Assert.True(clock.Elapsed >= TimeSpan.FromSeconds(1.9), $"asked again after {clock.Elapsed}");
    }

    [Theory]
    [MemberData(nameof(SdkPairs.All), MemberType = typeof(SdkPairs))]
    public async Task Send_RateLimitWithRetryAfter_ExceptionCarriesIt(string client, string provider)
    {
        await gateway.Mock.FailAsync(SdkPairs.PlayedBy(provider), """{"kind": "rate_limit", "retry_after_seconds": 7, "times": 1}""");

        var exception = await Assert.ThrowsAnyAsync<Exception>(() => gateway.Open(client, provider).SendAsync(new SdkTurn("hello")));

        // Anthropic's exception carries no headers.
        if (exception is ClientResultException result)
        {
            Assert.True(result.GetRawResponse()!.Headers.TryGetValue("Retry-After", out var wait));
            Assert.Equal("7", wait);
        }
        else
        {
            Assert.Equal(SdkPairs.Anthropic, client);
        }
    }
}
