using System.Collections.Concurrent;
using System.IO.Compression;
using System.Net.Http.Headers;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using ModelScan.RoutingApi.Pipeline;
using ModelScan.Tests.Support;

namespace ModelScan.Tests.Endpoints;

/// <summary>Small requests are answered where they arrive; whatever may take long, upon the thread pool.</summary>
public sealed class ThreadChoiceTests
{
    private const string Chat = "/v1/chat/completions";

    private static readonly string Small = GatewayUnderTest.Chat("hi", "gpt-4o");

    [Theory]
    [InlineData(Chat)]
    [InlineData("/v1/messages")]
    public async Task SmallRequest_IsAnsweredWhereItArrives(string path) =>
        Assert.Contains(false, await WereOnPoolAsync(path, () => Text(Small), most: 20));

    [Fact]
    public async Task LargeRequest_IsAnsweredUponThePool() =>
        Assert.True(await AreOnPoolAsync(Chat, () => Text(GatewayUnderTest.Chat(new string('x', 33_000), "gpt-4o"))));

    [Fact]
    public async Task RequestOfUnknownLength_IsAnsweredUponThePool() =>
        Assert.True(await AreOnPoolAsync(Chat, () => Text(Small), isChunked: true));

    [Fact]
    public async Task CompressedRequest_IsAnsweredUponThePool()
    {
        using var compressed = new MemoryStream();
        await using (var gzip = new GZipStream(compressed, CompressionLevel.Fastest, leaveOpen: true))
            await gzip.WriteAsync(Encoding.UTF8.GetBytes(Small));
        Assert.True(await AreOnPoolAsync(Chat, () => new ByteArrayContent(compressed.ToArray()) { Headers = { ContentType = new MediaTypeHeaderValue("application/json"), ContentEncoding = { "gzip" } } }));
    }

    [Fact]
    public async Task RequestWithGuards_IsAnsweredUponThePool() =>
        Assert.True(await AreOnPoolAsync(Chat, () => Text(Small), more: "guards: { input: [{ type: pii }] }"));

    [Fact]
    public async Task RequestWhoseTurnIsKept_IsAnsweredUponThePool() =>
        Assert.True(await AreOnPoolAsync("/v1/responses", () => Text("""{"model":"gpt-4o","input":"hi"}""")));

    [Fact]
    public async Task Door_IsAnsweredUponThePool() =>
        Assert.True(await AreOnPoolAsync("/v1/embeddings", () => Text("""{"model":"gpt-4o","input":"hi"}""")));

    private static StringContent Text(string body) => new(body, Encoding.UTF8, "application/json");

    private static async Task<bool> AreOnPoolAsync(string path, Func<HttpContent> content, bool isChunked = false, string more = "") =>
        (await WereOnPoolAsync(path, content, most: 5, isChunked, more)).All(wasOnPool => wasOnPool);

    // The first request of a connection may have come before anybody waited for it; so it goes on until one was waited for.
    private static async Task<IReadOnlyCollection<bool>> WereOnPoolAsync(string path, Func<HttpContent> content, int most, bool isChunked = false, string more = "")
    {
        var probe = new ThreadProbe();
        await using var gateway = await GatewayUnderTest.StartAsync(
            TestConfig.Direct.Default("openai/gpt-4o", "http://127.0.0.1:9").Yaml("responses_state: { store: memory }").Yaml(more),
            services => services.AddSingleton<IRequestStage>(probe));
        for (var i = 0; i < most && !probe.WereOnPool.Contains(false); i++)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = content() };
            request.Headers.TransferEncodingChunked = isChunked;
            using var response = await gateway.Client.SendAsync(request);
        }

        return probe.WereOnPool;
    }

    private sealed class ThreadProbe : IRequestStage
    {
        public ConcurrentQueue<bool> WereOnPool { get; } = new();

        public bool Concerns(ClientRequest request)
        {
            WereOnPool.Enqueue(Thread.CurrentThread.IsThreadPoolThread);
            return false;
        }

        public ValueTask<RouteResult> RunAsync(ClientRequest request, ClientResponse response, string mode, RouteNext next) => next(request, response);
    }
}
