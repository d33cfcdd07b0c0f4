using System.Globalization;
using System.Text;
using ModelScan.Tests.Support;

namespace ModelScan.Tests.Integration.Hostile;

/// <summary>More than the memory of the process suffices for: what does not fit is refused, in the client's dialect, and the rest goes on.</summary>
public sealed class MemoryTests
{
    private const string Ok = """{"id":"1","object":"chat.completion","created":1,"model":"m","choices":[{"index":0,"message":{"role":"assistant","content":"x"},"finish_reason":"stop"}],"usage":{"prompt_tokens":1,"completion_tokens":1,"total_tokens":2}}""";

    // 150 MB, as a small container has.
    private static readonly (string, string) SmallHeap = ("DOTNET_GCHeapHardLimit", "0x9600000");

    [Fact]
    public async Task BodiesThatAreOnlyAnnounced_CostNothing()
    {
        await using var provider = RawUpstream.Start(Answer(Ok));
        await using var gateway = await GatewayProcess.StartAsync(Config(provider.Address), SmallHeap);
        var clients = new List<RawClient>();
        try
        {
            for (var i = 0; i < 200; i++)
            {
                clients.Add(await RawClient.ConnectAsync(gateway.Client.BaseAddress!));
                await clients[i].SendAsync("POST /v1/messages HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 5000000\r\n\r\n");
            }

            await Eventually.TrueAsync(async () => await InFlightAsync(gateway) > 0, "the bodies are being read");
            Assert.InRange(await InFlightAsync(gateway), 1, 16 << 20);
            Assert.Equal(200, await AskAsync(gateway, "hi"));
        }
        finally
        {
            clients.ForEach(client => client.Dispose());
        }

        await Eventually.TrueAsync(async () => await InFlightAsync(gateway) == 0, "nothing is under way");
    }

    [Theory]
    [InlineData("/v1/messages")] // is translated
    [InlineData("/v1/chat/completions")]
    public async Task TwoHundredLargeBodiesAtOnce_AreRefusedRatherThanEndTheProcess(string path)
    {
        await using var provider = RawUpstream.Start(Answer(Ok));
        await using var gateway = await GatewayProcess.StartAsync(Config(provider.Address), SmallHeap);
        var body = Encoding.UTF8.GetBytes($$"""{"model":"openai/gpt-4o","max_tokens":1,"messages":[{"role":"user","content":"{{new string('x', 5 << 20)}}"}]}""");

        var statuses = await Task.WhenAll(Enumerable.Range(0, 200).Select(_ => TryAsync()));

        Assert.False(gateway.HasEnded);
        Assert.All(statuses, status => Assert.True(status is 200 or 503, $"{status}"));
        Assert.Contains(503, statuses);
        if (path == "/v1/chat/completions")
            Assert.Contains(200, statuses); // whoever came first needs no more than it has
        await Eventually.TrueAsync(async () => await InFlightAsync(gateway) == 0, "nothing is under way");
        Assert.Equal(200, await AskAsync(gateway, "hi"));
        Assert.Equal(200, await PostAsync(gateway, body, path));
        Assert.Contains("modelscan_memory_refused_total", await gateway.Client.GetStringAsync("/metrics"), StringComparison.Ordinal);

        // Who is refused while it is still sending may find its connection reset before it reads the answer (RFC 9112, 9.6).
        async Task<int> TryAsync()
        {
            try
            {
                return await PostAsync(gateway, body, path);
            }
            catch (HttpRequestException)
            {
                return 503;
            }
        }
    }

    [Fact]
    public async Task BodyThatNeverFits_Is413_AndSaysWhy()
    {
        await using var gateway = await GatewayProcess.StartAsync(Config(new Uri("http://127.0.0.1:1/")), SmallHeap);
        var answer = await RawClient.AskAsync(gateway.Client.BaseAddress!, "POST /v1/messages HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: 60000000\r\n\r\n");
        Assert.Equal(413, answer.Status);
        Assert.Contains("memory of this process", answer.Body, StringComparison.Ordinal);
        Assert.Contains("\"type\":\"request_too_large\"", answer.Body, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/v1/chat/completions", "\"type\":\"server_error\"")]
    [InlineData("/v1/messages", "\"type\":\"overloaded_error\"")]
    [InlineData("/v1/responses", "\"type\":\"server_error\"")]
    [InlineData("/routing/v1/chat/completions", "\"type\":\"server_error\"")]
    [InlineData("/v1/embeddings", "\"type\":\"server_error\"")]
    public async Task NoMemoryLeft_Is503InTheDialect_WithRetryAfter(string path, string type)
    {
        await using var provider = RawUpstream.Start(Answer(Ok));
        await using var gateway = await GatewayUnderTest.StartAsync(Config(provider.Address));
        var budget = (RoutingApi.Resources.MemoryBudget)gateway.Services.GetService(typeof(RoutingApi.Resources.MemoryBudget))!;
        var all = budget.Limit - budget.InFlight;
        Assert.True(budget.TryTake(all));
        var answer = await gateway.PostAsync(path, """{"model":"openai/gpt-4o","max_tokens":1,"messages":[{"role":"user","content":"hi"}],"input":"hi"}""");
        Assert.Equal((503, "1"), (answer.Status, answer.Headers["Retry-After"]));
        Assert.Contains(type, answer.Text, StringComparison.Ordinal);
        Assert.Contains("GatewayBusy", answer.Text, StringComparison.Ordinal);

        budget.GiveBack(all);
        Assert.Equal(200, (await gateway.PostAsync("/v1/messages", """{"model":"openai/gpt-4o","max_tokens":1,"messages":[{"role":"user","content":"hi"}]}""")).Status);
    }

    [Fact]
    public async Task TranslatedAnswer_ForWhichThereIsNoMemory_Is503_AndNotTheProvidersFault()
    {
        await using var provider = RawUpstream.Start(Answer(Ok.Replace("\"x\"", $"\"{new string('x', 1 << 20)}\"", StringComparison.Ordinal)));
        await using var gateway = await GatewayUnderTest.StartAsync(Config(provider.Address));
        var budget = (RoutingApi.Resources.MemoryBudget)gateway.Services.GetService(typeof(RoutingApi.Resources.MemoryBudget))!;
        var most = budget.Limit - budget.InFlight - (1 << 20);
        Assert.True(budget.TryTake(most));

        for (var i = 0; i < 8; i++)
        {
            var answer = await gateway.PostAsync("/v1/messages", """{"model":"openai/gpt-4o","max_tokens":1,"messages":[{"role":"user","content":"hi"}]}""");
            Assert.Equal((503, "1"), (answer.Status, answer.Headers["Retry-After"]));
        }

        Assert.Equal(budget.Limit - (1 << 20), budget.InFlight);
        budget.GiveBack(most);
        Assert.DoesNotContain("left alone", await gateway.Client.GetStringAsync("/admin/providers"), StringComparison.Ordinal);
        Assert.Equal(200, (await gateway.PostAsync("/v1/messages", """{"model":"openai/gpt-4o","max_tokens":1,"messages":[{"role":"user","content":"hi"}]}""")).Status);
    }

    [Fact]
    public async Task LargeAnswers_TheirMemoryGoesBackToTheMachine()
    {
        const int Size = 40 << 20;
        await using var provider = RawUpstream.Start(Answer(Ok.Replace("\"x\"", $"\"{new string('x', Size)}\"", StringComparison.Ordinal)));
        await using var gateway = await GatewayProcess.StartAsync(Config(provider.Address));
        Assert.Equal(400, await PostAsync(gateway, "{"u8.ToArray()));
        var before = gateway.ResidentBytes;

        for (var i = 0; i < 3; i++)
            Assert.Equal(200, await AskAsync(gateway, "hi"));

        // Each of them took several times that; pools of .NET's own let go of theirs later.
        await Eventually.TrueAsync(() => gateway.ResidentBytes - before < 3L * Size, "the memory has gone back");
    }

    private static Task<int> AskAsync(GatewayProcess gateway, string text) =>
        PostAsync(gateway, Encoding.UTF8.GetBytes($$"""{"model":"openai/gpt-4o","max_tokens":1,"messages":[{"role":"user","content":"{{text}}"}]}"""));

    private static async Task<int> PostAsync(GatewayProcess gateway, byte[] body, string path = "/v1/messages")
    {
        using var content = new ByteArrayContent(body);
        content.Headers.ContentType = new("application/json");
        using var answer = await gateway.Client.PostAsync(path, content);
        await answer.Content.CopyToAsync(Stream.Null);
        return (int)answer.StatusCode;
    }

    private static async Task<long> InFlightAsync(GatewayProcess gateway)
    {
        var page = await gateway.Client.GetStringAsync("/metrics");
        var line = page.Split('\n').Single(line => line.StartsWith("modelscan_memory_in_flight", StringComparison.Ordinal));
        return (long)double.Parse(line.AsSpan(line.LastIndexOf(' ') + 1), CultureInfo.InvariantCulture);
    }

    private static string Answer(string json) => $"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {json.Length}\r\n\r\n{json}";

    private static TestConfig Config(Uri upstream) => TestConfig.Direct.Default("openai/gpt-4o", upstream).Routing("max_request_body: 64MB");
}
