using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using ModelScan.Tests.Support;

namespace ModelScan.Tests.Endpoints;

/// <summary>
/// An answer that breaks off ends for the client so that nobody can take it for a whole one, and everything that was said before arrives,
/// however slowly the client reads.
/// </summary>
public sealed class BrokenAnswerTests
{
    private const string Chat = """{"model":"gpt-4o","stream":true,"messages":[{"role":"user","content":"hi"}]}""";
    private const string Messages = """{"model":"gpt-4o","stream":true,"max_tokens":9,"messages":[{"role":"user","content":"hi"}]}""";
    private const string Begin = "data: {\"id\":\"c\",\"choices\":[{\"index\":0,\"delta\":{\"role\":\"assistant\",\"content\":\"Hello\"}}]}\n\n";

    [Fact]
    public async Task Http1_PassThrough_NoLastChunkAndNoReset()
    {
        await using var provider = RawUpstream.Start(BreakOffAsync);
        await using var gateway = await GatewayUnderTest.StartAsync(ProxyConfig.At(provider.Address));
        var (raw, isReset) = await ReadRawAsync(gateway, "/v1/chat/completions", Chat);
        Assert.False(isReset);
        Assert.EndsWith($"{Begin}\r\n", raw, StringComparison.Ordinal);
        Assert.DoesNotContain("\r\n0\r\n", raw, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Http1_Translated_ErrorEventThenNoLastChunkAndNoReset()
    {
        await using var provider = RawUpstream.Start(BreakOffAsync);
        await using var gateway = await GatewayUnderTest.StartAsync(ProxyConfig.At(provider.Address));
        var (raw, isReset) = await ReadRawAsync(gateway, "/v1/messages", Messages);
        Assert.False(isReset);
        Assert.Contains("event: error\n", raw, StringComparison.Ordinal);
        Assert.Contains("connection lost", raw, StringComparison.Ordinal);
        Assert.DoesNotContain("\r\n0\r\n", raw, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Http1_Translated_ProvidersOwnErrorWithinTheStream_NoLastChunkEither()
    {
        using var begun = new SemaphoreSlim(0);
        await using var provider = RawUpstream.Start(async request =>
        {
            await request.BeginChunkedAsync();
            await request.SendChunkAsync(Begin);
            await begun.WaitAsync(request.TestOver);
            await request.SendChunkAsync("data: {\"error\":{\"message\":\"overloaded\",\"code\":503}}\n\n");
            await request.EndChunkedAsync();
        });
        await using var gateway = await GatewayUnderTest.StartAsync(ProxyConfig.At(provider.Address));
        var (raw, isReset) = await ReadRawAsync(gateway, "/v1/messages", Messages, begun: begun);
        Assert.False(isReset);
        Assert.Contains("event: error\n", raw, StringComparison.Ordinal);
        Assert.DoesNotContain("\r\n0\r\n", raw, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Http1_CleanEnd_HasItsLastChunk()
    {
        await using var provider = RawUpstream.Start(async request =>
        {
            await request.BeginChunkedAsync();
            await request.SendChunkAsync(Begin);
            await request.EndChunkedAsync();
        });
        await using var gateway = await GatewayUnderTest.StartAsync(ProxyConfig.At(provider.Address));
        var (raw, _) = await ReadRawAsync(gateway, "/v1/chat/completions", Chat, "connection: close\r\n");
        Assert.EndsWith("\r\n0\r\n\r\n", raw, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Http1_SlowReader_GetsEverythingThatWasSaidBeforeTheBreak()
    {
        // More than the sockets' buffers hold, so that much of it lies in the gateway when the provider breaks off.
        const int Pieces = 60;
        var piece = $"data: {new string('x', 50_000)}\n\n";
        var broken = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var provider = RawUpstream.Start(async request =>
        {
            await request.BeginChunkedAsync();
            for (var i = 0; i < Pieces; i++)
                await request.SendChunkAsync(piece);
            request.Close();
            broken.TrySetResult();
        });
        await using var gateway = await GatewayUnderTest.StartAsync(ProxyConfig.At(provider.Address));
        using var client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { ReceiveBufferSize = 8 * 1024 };
        await client.ConnectAsync(gateway.Client.BaseAddress!.Host, gateway.Client.BaseAddress.Port);
        await client.SendAsync(Request("/v1/chat/completions", Chat));
        long total = 0;
        var tail = new byte[16];
        var buffer = new byte[1500];
        while (true)
        {
            // Small reads: the gateway is through with the provider long before the client has read to the end.
            var read = await client.ReceiveAsync(buffer).WaitAsync(TimeSpan.FromSeconds(30));
            if (read == 0)
                break;
            total += read;
            var kept = Math.Min(read, tail.Length);
            tail = [.. tail[kept..], .. buffer[(read - kept)..read]];
        }

        await broken.Task.WaitAsync(TimeSpan.FromSeconds(30));
        Assert.InRange(total, (long)Pieces * piece.Length, long.MaxValue);
        Assert.DoesNotContain("\r\n0\r\n", Encoding.ASCII.GetString(tail), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/v1/chat/completions", Chat)]
    [InlineData("/v1/messages", Messages)]
    public async Task Http2_TheStreamIsReset(string path, string body)
    {
        await using var provider = RawUpstream.Start(BreakOffAsync);
        await using var gateway = await GatewayUnderTest.StartAsync(
            ProxyConfig.At(provider.Address), services => services.Configure<KestrelServerOptions>(kestrel => kestrel.ConfigureEndpointDefaults(listen => listen.Protocols = HttpProtocols.Http2)));
        using var client = new HttpClient { BaseAddress = gateway.Client.BaseAddress, DefaultRequestVersion = HttpVersion.Version20, DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact };
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new StringContent(body, null, "application/json"), Version = HttpVersion.Version20, VersionPolicy = HttpVersionPolicy.RequestVersionExact };
        using var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        await using var stream = await response.Content.ReadAsStreamAsync();
        var buffer = new byte[4096];
        var exception = await Assert.ThrowsAsync<HttpProtocolException>(async () =>
        {
            while (await stream.ReadAsync(buffer) > 0)
            {
                // Whether its stack still hands out what came before a reset is the client's own business.
            }
        });
        Assert.Equal(0x2, exception.ErrorCode);
    }

    private static async Task BreakOffAsync(RawRequest request)
    {
        await request.BeginChunkedAsync();
        await request.SendChunkAsync(Begin);
        request.Close();
    }

    private static byte[] Request(string path, string body, string headers = "") =>
        Encoding.UTF8.GetBytes($"POST {path} HTTP/1.1\r\nhost: gateway\r\ncontent-type: application/json\r\n{headers}content-length: {Encoding.UTF8.GetByteCount(body)}\r\n\r\n{body}");

    private static async Task<(string Text, bool IsReset)> ReadRawAsync(GatewayUnderTest gateway, string path, string body, string headers = "", SemaphoreSlim? begun = null)
    {
        using var client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await client.ConnectAsync(gateway.Client.BaseAddress!.Host, gateway.Client.BaseAddress.Port);
        await client.SendAsync(Request(path, body, headers));
        var text = new StringBuilder();
        var buffer = new byte[8192];
        try
        {
            while (await client.ReceiveAsync(buffer).WaitAsync(TimeSpan.FromSeconds(30)) is var read and > 0)
            {
                text.Append(Encoding.UTF8.GetString(buffer, 0, read));
                begun?.Release();
            }
        }
        catch (SocketException)
        {
            return (text.ToString(), true);
        }

        return (text.ToString(), false);
    }
}
