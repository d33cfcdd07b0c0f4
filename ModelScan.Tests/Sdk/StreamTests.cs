namespace ModelScan.Tests.Sdk;

/// <summary>A vendor's client reads a stream from a provider of any format.</summary>
public sealed class StreamTests(SdkGateway gateway) : IClassFixture<SdkGateway>
{
    [Theory]
    [MemberData(nameof(SdkPairs.All), MemberType = typeof(SdkPairs))]
    public async Task Stream_Text_ArrivesInPieces(string client, string provider)
    {
        var pieces = new List<string>();

        await gateway.Open(client, provider).StreamAsync(new SdkTurn("hello there"), pieces.Add);

        Assert.InRange(pieces.Count, 2, int.MaxValue);
        Assert.Equal(SdkPairs.EchoOf(provider, "hello there"), string.Concat(pieces));
    }

    [Theory]
    [MemberData(nameof(SdkPairs.All), MemberType = typeof(SdkPairs))]
    public async Task Stream_AtItsEnd_IsTheSameAnswerAsAWholeOne(string client, string provider)
    {
        var whole = await gateway.Open(client, provider).SendAsync(new SdkTurn("hello"));

        var streamed = await gateway.Open(client, provider).StreamAsync(new SdkTurn("hello"));

        Assert.Equal(
            (whole.Text, whole.Finish, whole.InputTokens, whole.OutputTokens),
            (streamed.Text, streamed.Finish, streamed.InputTokens, streamed.OutputTokens));
    }
}
