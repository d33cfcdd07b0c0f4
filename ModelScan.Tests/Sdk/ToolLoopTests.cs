namespace ModelScan.Tests.Sdk;

/// <summary>Tools in two rounds: the model calls, the application answers, the model says something.</summary>
public sealed class ToolLoopTests(SdkGateway gateway) : IClassFixture<SdkGateway>
{
    private static readonly SdkOptions WithTools = new() { Tools = true };

    [Theory]
    [MemberData(nameof(SdkPairs.WholeAndStreamed), MemberType = typeof(SdkPairs))]
    public async Task FirstRound_TwoCalls_HaveNamesAndArguments(string client, string provider, bool streamed)
    {
        var calling = await TakeAsync(gateway.Open(client, provider, WithTools), new SdkTurn("Tell me both."), streamed);

        Assert.Equal([(SampleTools.Weather, """{"city":"city"}"""), (SampleTools.Clock, "{}")], calling.Calls.Select(call => (call.Name, call.Arguments)));
        Assert.Equal(("", SdkFinish.ToolCalls), (calling.Text, calling.Finish));
    }

    [Theory]
    [MemberData(nameof(SdkPairs.WholeAndStreamed), MemberType = typeof(SdkPairs))]
    public async Task SecondRound_WithTheResults_EndsWithText(string client, string provider, bool streamed)
    {
        var conversation = gateway.Open(client, provider, WithTools);
        var calling = await TakeAsync(conversation, new SdkTurn("Tell me both."), streamed);

        var final = await TakeAsync(conversation, SdkTurn.ResultsOf(calling, call => $"{call.Name} works"), streamed);

        Assert.Equal(
            ($"This is {SdkPairs.PlayedBy(provider)}. The tools answered: weather works; clock works", SdkFinish.Complete),
            (final.Text, final.Finish));
    }

    private static Task<SdkAnswer> TakeAsync(ISdkConversation conversation, SdkTurn turn, bool streamed) =>
        streamed ? conversation.StreamAsync(turn) : conversation.SendAsync(turn);
}
