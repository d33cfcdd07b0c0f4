using ModelScan.Tests.Support;

namespace ModelScan.Tests.Sdk;

/// <summary>A client that leaves in the middle of a stream does not leave the provider working for nobody.</summary>
public sealed class CancellationTests(SdkGateway gateway) : IClassFixture<SdkGateway>
{
    // Every format has brought the first words by then, and none has said them all.
    private const string HangsAfterTheFirstWords = """{"kind": "hang", "after_chunks": 5, "times": 1}""";

    [Theory]
    [MemberData(nameof(SdkPairs.All), MemberType = typeof(SdkPairs))]
    public async Task Stream_Cancelled_EndsTheProvidersRequest(string client, string provider)
    {
        var question = $"Please tell {client} a long story in many words so that {provider} has something to say";
        await gateway.Mock.FailAsync(SdkPairs.PlayedBy(provider), HangsAfterTheFirstWords);
        using var leaving = new CancellationTokenSource();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => gateway.Open(client, provider).StreamAsync(new SdkTurn(question), _ => leaving.Cancel(), leaving.Token));

        await RunningMock.UntilAsync(async () => (bool?)(await gateway.RequestWithAsync(question))["client_left"] == true, "the provider to notice that its client left");
    }
}
