using ModelScan.Tests.Support;

namespace ModelScan.Tests.Routing.Attempts;

/// <summary>Connections that are kept for the next request, and that their provider closes just when it comes.</summary>
public sealed class KeptConnectionTests
{
    private const string Body = """{"model":"openai/gpt-4o","messages":[{"role":"user","content":"hi"}]}""";
    private const string Ok = """{"id":"1","object":"chat.completion","created":1,"model":"m","choices":[{"index":0,"message":{"role":"assistant","content":"x"},"finish_reason":"stop"}]}""";

    [Fact]
    public async Task ClosedInsteadOfAnAnswer_TheRequestGoesOutOnceMore()
    {
        var asked = 0;
        await using var provider = RawUpstream.Start(async request =>
        {
            if (Interlocked.Increment(ref asked) == 2)
                request.Close();
            else
                await request.SendAsync($"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {Ok.Length}\r\n\r\n{Ok}");
        });
        await using var gateway = await GatewayUnderTest.StartAsync(Config(provider.Address));

        Assert.Equal(200, (await gateway.PostAsync("/v1/chat/completions", Body)).Status);
        var second = await gateway.PostAsync("/v1/chat/completions", Body);

        Assert.Equal((200, Ok, 3), (second.Status, second.Text, provider.Requests));
    }

    [Fact]
    public async Task ClosedAgain_IsTheProvidersFault()
    {
        var asked = 0;
        await using var provider = RawUpstream.Start(async request =>
        {
            if (Interlocked.Increment(ref asked) > 1)
                request.Close();
            else
                await request.SendAsync($"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {Ok.Length}\r\n\r\n{Ok}");
        });
        await using var gateway = await GatewayUnderTest.StartAsync(Config(provider.Address));

        Assert.Equal(200, (await gateway.PostAsync("/v1/chat/completions", Body)).Status);
        Assert.Equal(502, (await gateway.PostAsync("/v1/chat/completions", Body)).Status);
        Assert.Equal(3, provider.Requests);
    }

    [Fact]
    public async Task NewConnection_ClosedInsteadOfAnAnswer_IsNotAskedAgain()
    {
        await using var provider = RawUpstream.Start(request =>
        {
            request.Close();
            return Task.CompletedTask;
        });
        await using var gateway = await GatewayUnderTest.StartAsync(Config(provider.Address));

        Assert.Equal((502, 1), ((await gateway.PostAsync("/v1/chat/completions", Body)).Status, provider.Requests));
    }

    private static TestConfig Config(Uri upstream) => TestConfig.Direct.Default("openai/gpt-4o", upstream);
}
