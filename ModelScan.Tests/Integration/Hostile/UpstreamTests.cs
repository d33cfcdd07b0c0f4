using ModelScan.Tests.Endpoints;
using ModelScan.Tests.Support;

namespace ModelScan.Tests.Integration.Hostile;

/// <summary>Providers that get HTTP wrong: the client is told that the provider is at fault, and never by a 500.</summary>
public sealed class UpstreamTests
{
    private const string Chat = """{"model":"gpt-4o","messages":[{"role":"user","content":"hi"}]}""";
    private const string MessagesToChat = """{"model":"gpt-4o","max_tokens":5,"messages":[{"role":"user","content":"hi"}]}""";

    public static TheoryData<string, string> Faults { get; } = new()
    {
        { "no content with a length", "HTTP/1.1 204 No Content\r\ncontent-length: 5\r\n\r\nhello" },
        { "two lengths", "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 2\r\ncontent-length: 11\r\n\r\n{\"ok\":true}" },
        { "a length of letters", "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: two\r\n\r\n{}" },
        { "a negative length", "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: -2\r\n\r\n{}" },
        { "length and chunks", "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 5\r\ntransfer-encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n" },
        { "an unasked upgrade", "HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\nconnection: upgrade\r\n\r\n" },
        { "300", "HTTP/1.1 300 Choices\r\nlocation: http://inner.corp/\r\ncontent-length: 0\r\n\r\n" },
        { "301", "HTTP/1.1 301 Moved\r\nlocation: http://inner.corp/\r\ncontent-length: 0\r\n\r\n" },
        { "304", "HTTP/1.1 304 Not Modified\r\netag: x\r\n\r\n" },
        { "307", "HTTP/1.1 307 Temporary Redirect\r\nlocation: //inner.corp/v1\r\ncontent-length: 2\r\n\r\n{}" },
        { "no status line", "hello\r\n\r\n" },
        { "a status of letters", "HTTP/1.1 abc OK\r\ncontent-length: 2\r\n\r\n{}" },
        { "a header without a colon", "HTTP/1.1 200 OK\r\nnonsense\r\ncontent-length: 2\r\n\r\n{}" },
        { "a head without end", "HTTP/1.1 200 OK\r\nx: " + new string('y', 100_000) },
        { "a chunk size that overflows", "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\nFFFFFFFFFFFFFFFFF\r\n{}\r\n" },
        { "a chunk size of letters", "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\nxyz\r\n{}\r\n" },
        { "nothing", "" },
    };

    [Theory]
    [MemberData(nameof(Faults))]
    public async Task Fault_InTheSameFormatOrTranslated_IsA502(string fault, string answer)
    {
        await using var provider = RawUpstream.Start(async request =>
        {
            await request.SendAsync(answer);
            request.Close();
        });
        await using var gateway = await GatewayUnderTest.StartAsync(ProxyConfig.At(provider.Address));
        foreach (var (path, body) in ((string, string)[])[("/v1/chat/completions", Chat), ("/v1/messages", MessagesToChat), ("/v1/responses", """{"model":"gpt-4o","input":"hi"}""")])
        {
            var seen = await RawClient.AskAsync(gateway.Client.BaseAddress!, RawClient.Post(path, body));
            Assert.Equal((fault, path, 502, true), (fault, path, seen.Status, seen.IsWhole));
            Assert.DoesNotContain("inner.corp", seen.Head + seen.Body, StringComparison.Ordinal);
            Assert.DoesNotContain("   at ", seen.Body, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("HTTP/1.1 307 Temporary Redirect\r\nlocation: http://inner.corp/\r\ncontent-length: 2\r\n\r\n{}")]
    [InlineData("HTTP/1.1 304 Not Modified\r\netag: x\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 2\r\ncontent-length: 11\r\n\r\n{\"ok\":true}")]
    public async Task Fault_WhereAKeptResponseIsAskedFor_IsA502(string fault)
    {
        const string Kept = """{"id":"resp_1","object":"response","status":"completed","store":true,"output":[{"type":"message","id":"m","role":"assistant","content":[{"type":"output_text","text":"x"}]}]}""";
        await using var provider = RawUpstream.Start(request => request.SendAsync(
            request.Head.StartsWith("POST", StringComparison.Ordinal) ? $"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {Kept.Length}\r\n\r\n{Kept}" : fault));
        await using var gateway = await GatewayUnderTest.StartAsync($"{ProxyConfig.At(provider.Address)}\nresponses_state: {{ store: memory }}");
        Assert.Equal(200, (await gateway.PostAsync("/v1/responses", """{"model":"gpt-4o","input":"hi"}""", ("authorization", "Bearer own"))).Status);

        var seen = await RawClient.AskAsync(gateway.Client.BaseAddress!, "GET /v1/responses/resp_1 HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer own\r\n\r\n");

        Assert.Equal((502, true, 2), (seen.Status, seen.IsWhole, provider.Requests));
        Assert.DoesNotContain("inner.corp", seen.Head + seen.Body, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("HTTP/1.1 204 No Content\r\n\r\n", 204)]
    [InlineData("HTTP/1.1 204 No Content\r\ncontent-length: 0\r\n\r\n", 204)]
    [InlineData("HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 2\r\ncontent-length: 2\r\n\r\n{}", 200)]
    public async Task OddButRight_Passes(string answer, int status)
    {
        await using var provider = RawUpstream.Start(answer);
        await using var gateway = await GatewayUnderTest.StartAsync(ProxyConfig.At(provider.Address));
        Assert.Equal(status, (await RawClient.AskAsync(gateway.Client.BaseAddress!, RawClient.Post("/v1/chat/completions", Chat))).Status);
    }
}
