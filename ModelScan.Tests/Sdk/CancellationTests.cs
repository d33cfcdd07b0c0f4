using ModelScan.Tests.Support;

namespace ModelScan.Tests.Sdk;

/// <summary>A client that leaves in the middle of a stream does not leave the provider working for nobody.</summary>
[Trait("Complaint", "5")]
public sealed class CancellationTests(SdkGateway gateway) : IClassFixture<SdkGateway>
{
    // Every format has brought the first words by then, and none has said them all.
    private const string HangsAfterTheFirstWords = """{"kind": "hang", "after_chunks": 5, "times": 1}""";

    [Theory]
    [MemberData(nameof(SdkPairs.All), MemberType = typeof(SdkPairs))]
    public async Task Stream_Cancelled_EndsTheProvidersRequest(string client, string provider)
    {
        var question = LongQuestion("cancelled", client, provider);
        await gateway.Mock.FailAsync(SdkPairs.PlayedBy(provider), HangsAfterTheFirstWords);
        using var leaving = new CancellationTokenSource();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => gateway.Open(client, provider).StreamAsync(new SdkTurn(question), _ => leaving.Cancel(), leaving.Token));

        await UntilTheProviderIsLeftAsync(question);
    }

    [Theory]
    [MemberData(nameof(SdkPairs.All), MemberType = typeof(SdkPairs))]
    public async Task Stream_NotReadToItsEnd_EndsTheProvidersRequest(string client, string provider)
    {
        var question = LongQuestion("abandoned", client, provider);
        await gateway.Mock.FailAsync(SdkPairs.PlayedBy(provider), HangsAfterTheFirstWords);

        await Assert.ThrowsAsync<InvalidOperationException>(() => gateway.Open(client, provider).StreamAsync(new SdkTurn(question), _ => throw new InvalidOperationException("That is enough.")));

        await UntilTheProviderIsLeftAsync(question);
    }

    private static string LongQuestion(string fate, string client, string provider) =>
        $"Please tell {client} a long story that will be {fate}, in so many words that {provider} has something to say";

    private Task UntilTheProviderIsLeftAsync(string question) =>
        Eventually.TrueAsync(async () => (bool?)(await gateway.RequestWithAsync(question))["client_left"] == true, "the provider to notice that its client left");
}
