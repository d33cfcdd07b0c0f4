using System.IO.Compression;
using System.Net;
using System.Text;
using ModelScan.Tests.Support;
using ZstdSharp;

namespace ModelScan.Tests.Endpoints;

/// <summary>Clients may compress what they send, as Codex does.</summary>
public sealed class CompressedRequestTests
{
    private const int Limit = 256 * 1024;

    [Theory]
    [InlineData("gzip", "chat")]
    [InlineData("x-gzip", "messages")]
    [InlineData("GZIP", "responses")]
    [InlineData("deflate", "messages")]
    [InlineData("br", "chat")]
    [InlineData("zstd", "responses")]
    [InlineData("identity", "chat")]
    public async Task Body_InAKnownEncoding_ReachesTheProviderDecoded(string encoding, string client)
    {
        var words = FormatWords.Of(client);
        var body = words.Ask(client == "messages" ? "claude-sonnet-4-20250514" : "gpt-4o", stream: false);
        await using var rig = await Rig.StartAsync();
        var answer = await rig.PostAsync(words.Path, Encoded(Encoding.UTF8.GetBytes(body), encoding), encoding);
        Assert.Equal(200, answer.Status);
        Assert.Equal(body, rig.Received);
        Assert.DoesNotContain("content-encoding", rig.Head, StringComparison.OrdinalIgnoreCase);
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("zstd")]
    public async Task Body_SentInChunks_IsReadToItsEnd(string encoding)
    {
        var body = GatewayUnderTest.Chat(new string('x', 100_000), "gpt-4o");
        await using var rig = await Rig.StartAsync();
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/chat/completions") { Content = new ByteArrayContent(Encoded(Encoding.UTF8.GetBytes(body), encoding)) };
        request.Content.Headers.ContentEncoding.Add(encoding);
        request.Headers.TransferEncodingChunked = true;
        using var response = await rig.Gateway.Client.SendAsync(request);
        Assert.Equal((HttpStatusCode.OK, body), (response.StatusCode, rig.Received));
    }

    [Theory]
    [InlineData("compress", "/v1/chat/completions", "\"invalid_request_error\"")]
    [InlineData("gzip, br", "/v1/messages", "\"type\":\"error\"")]
    [InlineData("nonsense", "/v1/responses", "nonsense")]
    [InlineData("nonsense", "/routing/v1/responses", "nonsense")]
    public async Task Body_InAnotherEncoding_Is415AndSaysWhichThereAre(string encoding, string path, string expected)
    {
        await using var rig = await Rig.StartAsync();
        var answer = await rig.PostAsync(path, "{}"u8.ToArray(), encoding);
        Assert.Equal((415, "gzip, deflate, br, zstd", "0"), (answer.Status, answer.Headers["accept-encoding"], answer.Headers["x-modelscan-attempts"]));
        Assert.Contains(expected, answer.Text, StringComparison.Ordinal);
        Assert.Equal("", rig.Received);
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("deflate")]
    [InlineData("br")]
    [InlineData("zstd")]
    public async Task Body_ThatGrowsBeyondTheLimit_Is413(string encoding)
    {
        await using var rig = await Rig.StartAsync();
        var bomb = Encoded(Encoding.UTF8.GetBytes(GatewayUnderTest.Chat(new string('x', 100 * Limit), "gpt-4o")), encoding);
        Assert.True(bomb.Length < Limit);
        Assert.Equal(413, (await rig.PostAsync("/v1/chat/completions", bomb, encoding)).Status);
        Assert.Equal("", rig.Received);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Body_LargerThanTheLimitBeforeItIsDecoded_Is413(bool isAnnounced)
    {
        // Members that decode to nothing, one after the other (RFC 1952, 2.2).
        byte[] nothing = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0];
        var body = Enumerable.Repeat(nothing, (Limit / nothing.Length) + 2).SelectMany(bytes => bytes).ToArray();
        await using var rig = await Rig.StartAsync();
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/chat/completions") { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentEncoding.Add("gzip");
        request.Headers.TransferEncodingChunked = !isAnnounced;
        using var response = await rig.Gateway.Client.SendAsync(request);
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, response.StatusCode);
        Assert.Contains("\"error\"", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("deflate")]
    [InlineData("br")]
    [InlineData("zstd")]
    public async Task Body_NotEncodedAsItSays_Is400(string encoding)
    {
        await using var rig = await Rig.StartAsync();
        var answer = await rig.PostAsync("/v1/chat/completions", Encoding.UTF8.GetBytes(GatewayUnderTest.Chat("hi", "gpt-4o")), encoding);
        Assert.Equal((400, ""), (answer.Status, rig.Received));
        Assert.Contains(encoding, answer.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("deflate")]
    [InlineData("br")]
    [InlineData("zstd")]
    public async Task Body_CutOff_Is400(string encoding)
    {
        await using var rig = await Rig.StartAsync();
        var whole = Encoded(Encoding.UTF8.GetBytes(GatewayUnderTest.Chat("hello there, a text of some length", "gpt-4o")), encoding);
        var answer = await rig.PostAsync("/v1/chat/completions", whole[..(whole.Length / 2)], encoding);
        Assert.Equal((400, ""), (answer.Status, rig.Received));
    }

    [Fact]
    public async Task ZstdFrame_WithAWindowBeyond8MB_Is400()
    {
        using var compressor = new Compressor();
        compressor.SetParameter(ZstdSharp.Unsafe.ZSTD_cParameter.ZSTD_c_windowLog, 27);
        using var stream = new MemoryStream();
        await using (var zstd = new CompressionStream(stream, compressor, leaveOpen: true))
            await zstd.WriteAsync(Encoding.UTF8.GetBytes(GatewayUnderTest.Chat("hi", "gpt-4o")));
        await using var rig = await Rig.StartAsync();
        Assert.Equal(400, (await rig.PostAsync("/v1/chat/completions", stream.ToArray(), "zstd")).Status);
    }

    private static byte[] Encoded(byte[] bytes, string encoding)
    {
        using var memory = new MemoryStream();
        using (var stream = Encoder(memory, encoding))
            stream.Write(bytes);
        return memory.ToArray();
    }

    private static Stream Encoder(Stream stream, string encoding) => encoding switch
    {
        "deflate" => new ZLibStream(stream, CompressionLevel.Optimal, leaveOpen: true),
        "br" => new BrotliStream(stream, CompressionLevel.Fastest, leaveOpen: true),
        "zstd" => new CompressionStream(stream, leaveOpen: true),
        "identity" => new BufferedStream(stream, 1),
        _ => new GZipStream(stream, CompressionLevel.Optimal, leaveOpen: true),
    };

    private sealed class Rig(RawUpstream provider, GatewayUnderTest gateway) : IAsyncDisposable
    {
        public GatewayUnderTest Gateway => gateway;

        public string Head { get; private set; } = "";

        public string Received { get; private set; } = "";

        public static async Task<Rig> StartAsync()
        {
            Rig? rig = null;
            var provider = RawUpstream.Start(request =>
            {
                (rig!.Head, rig.Received) = (request.Head, Encoding.UTF8.GetString(request.Body));
                return request.SendAsync(ProxyConfig.Ok);
            });
            return rig = new Rig(provider, await GatewayUnderTest.StartAsync(ProxyConfig.At(provider.Address, $"mode: direct, max_request_body: {Limit}")));
        }

        public async Task<Answer> PostAsync(string path, byte[] body, string encoding)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new ByteArrayContent(body) };
            request.Content.Headers.TryAddWithoutValidation("content-type", "application/json");
            request.Content.Headers.TryAddWithoutValidation("content-encoding", encoding);
            using var response = await gateway.Client.SendAsync(request);
            return await Answer.ReadAsync(response);
        }

        public async ValueTask DisposeAsync()
        {
            await gateway.DisposeAsync();
            await provider.DisposeAsync();
        }
    }
}
