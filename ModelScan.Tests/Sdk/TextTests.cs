namespace ModelScan.Tests.Sdk;

/// <summary>A vendor's client gets a whole answer from a provider of any format.</summary>
public sealed class TextTests(SdkGateway gateway) : IClassFixture<SdkGateway>
{
    [Theory]
    [MemberData(nameof(SdkPairs.All), MemberType = typeof(SdkPairs))]
    public async Task Send_Text_IsAnsweredInTheClientsTypes(string client, string provider)
    {
        var answer = await gateway.Open(client, provider).SendAsync(new SdkTurn("hello"));

        var expected = SdkPairs.EchoOf(provider, "hello");
        Assert.Equal((expected, SdkFinish.Complete), (answer.Text, answer.Finish));
    }

    [Theory]
    [MemberData(nameof(SdkPairs.All), MemberType = typeof(SdkPairs))]
    public async Task Send_Text_BringsTheProvidersTokenCounts(string client, string provider)
    {
        var answer = await gateway.Open(client, provider).SendAsync(new SdkTurn("count me"));

        // A token of the mock's is four bytes, rounded up.
        Assert.Equal((SdkPairs.EchoOf(provider, "count me").Length + 3) / 4, answer.OutputTokens);
        var added = SdkPairs.AddedInstructions(client, provider).Length;
        Assert.Equal((added + "Be brief.".Length + "count me".Length + 3) / 4, answer.InputTokens);
    }

    [Theory]
    [MemberData(nameof(SdkPairs.All), MemberType = typeof(SdkPairs))]
    public async Task Send_Text_ReachesTheProviderInItsOwnFormat(string client, string provider)
    {
        var question = $"from {client} to {provider}";

        await gateway.Open(client, provider).SendAsync(new SdkTurn(question));

        Assert.Equal(SdkPairs.PathOf(provider), (string?)(await gateway.RequestWithAsync(question))["path"]);
    }

    [Theory]
    [MemberData(nameof(SdkPairs.All), MemberType = typeof(SdkPairs))]
    public async Task Send_SecondTurn_CarriesTheFirst(string client, string provider)
    {
        var conversation = gateway.Open(client, provider);
        await conversation.SendAsync(new SdkTurn($"first, {client} {provider}"));

        var answer = await conversation.SendAsync(new SdkTurn($"second, {client} {provider}"));

        Assert.Equal(SdkPairs.EchoOf(provider, $"second, {client} {provider}"), answer.Text);
        var sent = (await gateway.BodyWithAsync($"second, {client} {provider}")).ToJsonString();
        Assert.Contains(SdkPairs.EchoOf(provider, $"first, {client} {provider}"), sent, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(SdkPairs.All), MemberType = typeof(SdkPairs))]
    public async Task Send_SystemPrompt_ReachesTheProvider(string client, string provider)
    {
        var prompt = $"Speak as {client} to {provider}.";

        await gateway.Open(client, provider, new SdkOptions { SystemPrompt = prompt }).SendAsync(new SdkTurn("hello"));

        Assert.Equal(200, (int?)(await gateway.RequestWithAsync(prompt))["status"]);
    }
}
