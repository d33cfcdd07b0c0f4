using ModelScan.Tests.Endpoints;
using ModelScan.Tests.Support;

namespace ModelScan.Tests.Integration.Hostile;

/// <summary>Clients that get HTTP wrong, or mean harm: a 4xx in the dialect, a closed connection, never a 500.</summary>
public sealed class ClientTests
{
    private const string Chat = """{"model":"gpt-4o","messages":[{"role":"user","content":"hi"}]}""";
    private const string Head = "POST /v1/chat/completions HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n";

    public static TheoryData<string, string> Faults { get; } = new()
    {
        { "a chunk size that overflows", Head + "Transfer-Encoding: chunked\r\n\r\nFFFFFFFFFFFFFFFFF\r\n{}\r\n0\r\n\r\n" },
        { "a chunk size that overflows a little", Head + "Transfer-Encoding: chunked\r\n\r\n80000000\r\n{}\r\n0\r\n\r\n" },
        { "a chunk size of letters", Head + "Transfer-Encoding: chunked\r\n\r\nxyz\r\n{}\r\n0\r\n\r\n" },
        { "a chunk that does not end", Head + "Transfer-Encoding: chunked\r\n\r\n2\r\n{}xx\r\n0\r\n\r\n" },
        { "two lengths", Head + "Content-Length: 2\r\nContent-Length: 3\r\n\r\n{} " },
        { "a negative length", Head + "Content-Length: -1\r\n\r\n{}" },
        { "length and chunks", Head + "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" },
        { "an unknown transfer encoding", Head + "Transfer-Encoding: gzip\r\n\r\n{}" },
        { "a header without a colon", "POST /v1/chat/completions HTTP/1.1\r\nHost: 127.0.0.1\r\nnonsense\r\n\r\n" },
        { "a null in a header", "POST /v1/chat/completions HTTP/1.1\r\nHost: 127.0.0.1\r\nx: \0\r\n\r\n" },
        { "two hosts", "POST /v1/chat/completions HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n" },
        { "no host", "POST /v1/chat/completions HTTP/1.1\r\nContent-Length: 0\r\n\r\n" },
        { "a version that there is not", "POST /v1/chat/completions HTTP/3.7\r\nHost: a\r\n\r\n" },
        { "no JSON", Head + "Content-Length: 5\r\n\r\nhello" },
        { "nothing", Head + "Content-Length: 0\r\n\r\n" },
    };

    [Theory]
    [MemberData(nameof(Faults))]
    public async Task Fault_IsThe4xxOfWhoeverMadeIt(string fault, string request)
    {
        await using var provider = RawUpstream.Start(ProxyConfig.Ok);
        await using var gateway = await GatewayUnderTest.StartAsync(ProxyConfig.At(provider.Address));
        var answer = await RawClient.AskAsync(gateway.Client.BaseAddress!, request);
        Assert.True(answer.Status is >= 400 and < 500 || answer.Status == 505, $"{fault}: {answer.Status} {answer.Body}");
        Assert.Equal(0, provider.Requests);
        Assert.Equal(200, (await RawClient.AskAsync(gateway.Client.BaseAddress!, RawClient.Post("/v1/chat/completions", Chat))).Status);
    }

    [Theory]
    [InlineData("..")]
    [InlineData(".")]
    [InlineData("azure_openai/..")]
    [InlineData("amazon_bedrock/../../admin")]
    [InlineData("azure_openai/./x")]
    public async Task ModelName_ThatClimbsInAPath_Is400(string model)
    {
        await using var provider = RawUpstream.Start(ProxyConfig.Ok);
        await using var gateway = await GatewayUnderTest.StartAsync(TestConfig.Direct
            .Model("azure_openai/*", $"{provider.Address}openai/deployments")
            .Model("amazon_bedrock/*", provider.Address));
        foreach (var path in (string[])["/v1/chat/completions", "/v1/messages", "/v1/responses", "/routing/v1/chat/completions"])
        {
            var answer = await gateway.PostAsync(path, $$"""{"model":"{{model}}","max_tokens":1,"messages":[{"role":"user","content":"hi"}],"input":"hi"}""");
            Assert.Equal((path, 400), (path, answer.Status));
        }

        Assert.Equal(0, provider.Requests);
    }

    [Theory]
    [InlineData("gpt-4.1")]
    [InlineData("us.amazon.nova-pro-v1:0")]
    [InlineData("org/model.v2...x")]
    public async Task ModelName_WithDotsInIt_IsAName(string model)
    {
        await using var provider = RawUpstream.Start(ProxyConfig.Ok);
        await using var gateway = await GatewayUnderTest.StartAsync(TestConfig.Direct.Model("openai/*", provider.Address));
        Assert.Equal(200, (await gateway.PostAsync("/v1/chat/completions", $$"""{"model":"openai/{{model}}","messages":[{"role":"user","content":"hi"}]}""")).Status);
    }

    /// <summary>The server cannot tell it from a client that has gone, and an answer that nobody reads costs money: docs/security.md.</summary>
    [Fact]
    public async Task HalfClose_AfterTheRequest_IsTakenForLeaving()
    {
        var left = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var provider = RawUpstream.Start(async request =>
        {
            await request.WaitForCloseAsync();
            left.SetResult();
        });
        await using var gateway = await GatewayUnderTest.StartAsync(ProxyConfig.At(provider.Address));
        using var client = await RawClient.ConnectAsync(gateway.Client.BaseAddress!);
        await client.SendAsync(RawClient.Post("/v1/chat/completions", Chat));
        await Eventually.TrueAsync(() => provider.Requests > 0, "the provider is asked");
        client.HalfClose();

        await left.Task.WaitAsync(TimeSpan.FromSeconds(10));
        Assert.Equal("", await client.ReadToEndAsync());
    }
}
