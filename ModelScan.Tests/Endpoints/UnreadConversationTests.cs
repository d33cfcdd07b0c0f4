using ModelScan.Tests.Support;

namespace ModelScan.Tests.Endpoints;

/// <summary>In policy mode a conversation is read by whoever has something to decide; what nobody reads the provider judges.</summary>
public sealed class UnreadConversationTests
{
    private const string NoConversation = """{"model":"openai/gpt-4o"}""";

    [Fact]
    public async Task PolicyMode_NothingToDecideAndNoCache_LeavesTheConversationToTheProvider()
    {
        await using var provider = RawUpstream.Start(ProxyConfig.Ok);
        await using var gateway = await GatewayUnderTest.StartAsync(ProxyConfig.At(provider.Address, "mode: policy"));
        var answer = await gateway.PostAsync("/v1/chat/completions", NoConversation, ("x-plano-cache", "off"));
        Assert.Equal((200, "none", 1), (answer.Status, answer.Headers["x-modelscan-decided-by"], provider.Requests));
    }

    [Fact]
    public async Task PolicyMode_InASession_RefusesARequestWithoutConversation()
    {
        await using var provider = RawUpstream.Start(ProxyConfig.Ok);
        await using var gateway = await GatewayUnderTest.StartAsync(ProxyConfig.At(provider.Address, "mode: policy"));
        Assert.Equal(400, (await gateway.PostAsync("/v1/chat/completions", NoConversation, ("x-model-affinity", "s1"))).Status);
        Assert.Equal(0, provider.Requests);
    }
}
