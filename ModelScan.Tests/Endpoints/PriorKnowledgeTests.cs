using System.Net;
using System.Net.Sockets;
using System.Text;
using ModelScan.Tests.Support;

namespace ModelScan.Tests.Endpoints;

/// <summary>Clients may begin with HTTP/2, without TLS, on the port that serves HTTP/1.1.</summary>
public sealed class PriorKnowledgeTests
{
    [Theory]
    [InlineData(2, 0)]
    [InlineData(1, 1)]
    public async Task Answer_IsInTheClientsVersion(int major, int minor)
    {
        await using var provider = RawUpstream.Start(ProxyConfig.Ok);
        await using var gateway = await GatewayUnderTest.StartAsync(ProxyConfig.At(provider.Address));
        using var client = new HttpClient { BaseAddress = gateway.Client.BaseAddress, DefaultRequestVersion = new Version(major, minor), DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact };
        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(async _ =>
        {
            using var content = new StringContent(GatewayUnderTest.Chat("hi", "gpt-4o"), Encoding.UTF8, "application/json");
            using var response = await client.PostAsync(new Uri("/v1/chat/completions", UriKind.Relative), content);
            return (response.StatusCode, response.Version, await response.Content.ReadAsStringAsync());
        }));
        Assert.All(answers, answer => Assert.Equal((HttpStatusCode.OK, new Version(major, minor), "{\"ok\":true}"), answer));
    }

    [Fact]
    public async Task Gateway_KnowsThatItIsNotTls()
    {
        await using var gateway = await GatewayUnderTest.StartAsync(ProxyConfig.At(new Uri("http://127.0.0.1:1")));
        using var client = new HttpClient { BaseAddress = gateway.Client.BaseAddress, DefaultRequestVersion = HttpVersion.Version20, DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact };
        Assert.Contains($"{gateway.Client.BaseAddress}v1", await client.GetStringAsync(new Uri("/", UriKind.Relative)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("POST /v1/messages HTTP/1.1\r\nhost: x\r\ncontent-length: 2\r\nconnection: close\r\n\r\n{}", "HTTP/1.1 400")]
    [InlineData("PRI * HTTP/2.1\r\n\r\n", "HTTP/1.1 ")]
    public async Task Connection_WhoseFirstBytesComeOneByOne_IsUnderstood(string request, string expected)
    {
        await using var gateway = await GatewayUnderTest.StartAsync(ProxyConfig.At(new Uri("http://127.0.0.1:1")));
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(IPAddress.Loopback, gateway.Client.BaseAddress!.Port);
        try
        {
            foreach (var letter in request)
                await socket.SendAsync(new[] { (byte)letter });
        }
        catch (SocketException)
        {
            // It answers as soon as it knows that it does not understand, and closes.
        }

        var buffer = new byte[256];
        var read = await socket.ReceiveAsync(buffer).WaitAsync(TimeSpan.FromSeconds(20));
        Assert.StartsWith(expected, Encoding.ASCII.GetString(buffer, 0, read), StringComparison.Ordinal);
    }
}
