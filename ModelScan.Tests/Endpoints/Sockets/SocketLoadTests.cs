using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using ModelScan.Tests.Support;

namespace ModelScan.Tests.Endpoints.Sockets;

/// <summary>Many connections at once lose nothing, and connections that break off anywhere leave nothing behind.</summary>
public sealed class SocketLoadTests
{
    private const string Chat = "groq/llama-3.3-70b";
    private const int Connections = 500;
    private const int Responses = 2000;

    // Half of a connection's responses come on one stream, half on another.
    [Fact]
    public async Task Connections_FiveHundredWithTwoThousandResponses_LoseNone()
    {
        await using var provider = RawUpstream.Start(EchoAsync);
        await using var gateway = await GatewayUnderTest.StartAsync(ResponsesSocketTests.Config(provider.Address));
        var answered = 0;
        await Task.WhenAll(Enumerable.Range(0, Connections).Select(async connection =>
        {
            await using var client = await SocketClient.OpenAsync(gateway);
            const int Each = Responses / Connections;
            for (var i = 0; i < Each; i++)
                await client.SendAsync(ResponsesSocketTests.Create(Chat, $"question {connection}.{i}", stream: i % 2 == 0 ? "even" : "odd"));
            var expected = Enumerable.Range(0, Each).Select(i => $"question {connection}.{i}").ToHashSet(StringComparer.Ordinal);
            while (expected.Count > 0)
            {
                var message = await client.ReadAsync() ?? throw new InvalidOperationException("closed");
                if (!SocketClient.IsLast(message))
                    continue;
                Assert.Equal("response.completed", (string?)message["type"]);
                var text = (string)message["response"]!["output"]![0]!["content"]![0]!["text"]!;
                Assert.True(expected.Remove(text), text);
                Assert.Equal((text[^1] - '0') % 2 == 0 ? "even" : "odd", (string?)message["stream_id"]);
                Interlocked.Increment(ref answered);
            }
        })).WaitAsync(TimeSpan.FromMinutes(3));
        Assert.Equal(Responses, answered);
        await ResponsesSocketTests.NoneLeftAsync(gateway);
    }

    // The gateway's frames of one response are counted; then a client leaves after each of them, by a reset.
    [Fact]
    public async Task Client_ThatIsCutOffAfterAnyFrame_LeavesNothingBehind()
    {
        await using var provider = RawUpstream.Start(EchoAsync);
        await using var gateway = await GatewayUnderTest.StartAsync(ResponsesSocketTests.Config(provider.Address));
        int frames;
        await using (var whole = await SocketClient.OpenAsync(gateway))
            frames = (await whole.AskAsync(ResponsesSocketTests.Create(Chat, "hello"))).Count;
        Assert.True(frames > 5, $"{frames} frames");
        for (var cut = 0; cut <= frames; cut++)
        {
            var client = await SocketClient.OpenAsync(gateway);
            await client.SendAsync(ResponsesSocketTests.Create(Chat, "hello"));
            for (var i = 0; i < cut; i++)
                Assert.NotNull(await client.ReadAsync());
            client.Socket.Abort();
            client.Socket.Dispose();
        }

        await ResponsesSocketTests.NoneLeftAsync(gateway);
        await using var after = await SocketClient.OpenAsync(gateway);
        Assert.Equal("response.completed", (string?)(await after.AskAsync(ResponsesSocketTests.Create(Chat, "hello")))[^1]["type"]);
    }

    // What a client says is cut within the handshake and within its frame, at every byte.
    [Fact]
    public async Task Client_ThatIsCutOffAtAnyByteOfWhatItSays_LeavesNothingBehind()
    {
        await using var provider = RawUpstream.Start(EchoAsync);
        await using var gateway = await GatewayUnderTest.StartAsync(ResponsesSocketTests.Config(provider.Address));
        var handshake = Encoding.ASCII.GetBytes($"GET /v1/responses HTTP/1.1\r\nHost: {gateway.Client.BaseAddress!.Authority}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n");
        var payload = Encoding.UTF8.GetBytes(ResponsesSocketTests.Create(Chat, "hello"));

        // RFC 6455, 5.2: FIN and text, masked with zeros, a length of two bytes more.
        byte[] frame = [0x81, 0x80 | 126, (byte)(payload.Length >> 8), (byte)payload.Length, 0, 0, 0, 0, .. payload];
        byte[] all = [.. handshake, .. frame];
        for (var cut = handshake.Length - 3; cut <= all.Length; cut++)
        {
            using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { LingerState = new LingerOption(true, 0) };
            await socket.ConnectAsync(new IPEndPoint(IPAddress.Loopback, gateway.Client.BaseAddress.Port));
            await socket.SendAsync(all.AsMemory(0, cut));
            if (cut >= handshake.Length)
                Assert.True(await socket.ReceiveAsync(new byte[512]) > 0);
        }

        await ResponsesSocketTests.NoneLeftAsync(gateway);
    }

    private static async Task EchoAsync(RawRequest request)
    {
        var question = JsonNode.Parse(request.Body)!["messages"]!.AsArray()[^1]!["content"]!.GetValue<string>();
        await request.BeginChunkedAsync();
        foreach (var piece in question.Split(' '))
            await request.SendChunkAsync(FormatWords.Chat.Text(piece == question.Split(' ')[0] ? piece : " " + piece));
        await request.SendChunkAsync(FormatWords.Chat.End);
        await request.EndChunkedAsync();
    }
}
