using System.Diagnostics;
using System.Net.Sockets;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using ModelScan.RoutingApi.Configuration;
using ModelScan.Tests.Support;

namespace ModelScan.Tests.Endpoints;

/// <summary>Streams between a client and a provider of the same format, and everything that goes wrong with them.</summary>
public sealed class ProxyStreamTests
{
    private const string Chat = "/v1/chat/completions";
    private const string StreamedChat = """{"model":"gpt-4o","stream":true,"messages":[]}""";
    private const string StreamedMessages = """{"model":"claude-sonnet-4-20250514","stream":true,"messages":[]}""";
    private const string StreamedResponse = """{"model":"gpt-4o","stream":true,"input":"x"}""";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task Stream_EventNamesCommentsAndBlankLines_ArriveAsTheyAreAndWhenTheyAre_P07()
    {
        string[] chunks = ["event: ping\ndata: {\"type\": \"ping\"}\n\n", ": note\n\n", "event: message_stop\r\ndata: {\"type\":\"message_stop\"}\r\n\r\n"];
        using var next = new SemaphoreSlim(0);
        await using var provider = RawUpstream.Start(async request =>
        {
            await request.BeginChunkedAsync();
            foreach (var chunk in chunks)
            {
                await request.SendChunkAsync(chunk);
                await next.WaitAsync(request.TestOver);
            }

            await request.EndChunkedAsync();
        });
        await using var gateway = await GatewayUnderTest.StartAsync(ProxyConfig.At(provider.Address));
        using var response = await SendAsync(gateway, "/v1/messages", StreamedMessages);
        await using var stream = await response.Content.ReadAsStreamAsync();
        foreach (var chunk in chunks)
        {
            // The provider goes on only when its last words have arrived here.
            Assert.Equal(chunk, await ReadAsync(stream, chunk.Length));
            next.Release();
        }

        Assert.Equal("", await ReadAsync(stream, 1));
    }

    [Fact]
    public async Task Stream_OneLineOf2MB_Passes_P08()
    {
        var line = $"data: {new string('x', 2 << 20)}\n\n";
        await using var provider = RawUpstream.Start(request => AnswerAsync(request, line));
        await using var gateway = await GatewayUnderTest.StartAsync(ProxyConfig.At(provider.Address));
        Assert.Equal(line, (await gateway.PostAsync(Chat, StreamedChat)).Text);
    }

    [Fact]
    [Trait("Complaint", "9")]
    public async Task Stream_CharactersSplitAcrossReads_ArriveWhole_9()
    {
        var text = "data: {\"delta\":\"naïve 日本 🙂\"}\n\n";
        await using var provider = RawUpstream.Start(async request =>
        {
            await request.BeginChunkedAsync();
            foreach (var value in Encoding.UTF8.GetBytes(text))
                await request.SendChunkAsync([value]);
            await request.EndChunkedAsync();
        });
        await using var gateway = await GatewayUnderTest.StartAsync(ProxyConfig.At(provider.Address));
        Assert.Equal(text, (await gateway.PostAsync(Chat, StreamedChat)).Text);
    }

    [Fact]
    [Trait("Complaint", "5")]
    public async Task ClientLeaves_TheProvidersRequestEnds_5()
    {
        var closed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var provider = RawUpstream.Start(async request =>
        {
            await request.BeginChunkedAsync();
            await request.SendChunkAsync("data: {}\n\n");
            await request.WaitForCloseAsync();
            closed.SetResult();
        });
        await using var gateway = await GatewayUnderTest.StartAsync(ProxyConfig.At(provider.Address));
        using (var response = await SendAsync(gateway, Chat, StreamedChat))
        {
            await using var stream = await response.Content.ReadAsStreamAsync();
            await ReadAsync(stream, 10);
        }

        await closed.Task.WaitAsync(Patience);
    }

    [Fact]
    [Trait("Complaint", "5")]
    public async Task ClientLeavesBeforeTheFirstByte_TheProvidersRequestEnds_5()
    {
        var (asked, closed) = (new TaskCompletionSource(), new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        await using var provider = RawUpstream.Start(async request =>
        {
            asked.SetResult();
            await request.WaitForCloseAsync();
            closed.SetResult();
        });
        await using var gateway = await GatewayUnderTest.StartAsync(ProxyConfig.At(provider.Address));
        using (var leaving = new CancellationTokenSource())
        {
            var pending = gateway.Client.PostAsync(Chat, new StringContent(StreamedChat, null, "application/json"), leaving.Token);
            await asked.Task.WaitAsync(Patience);
            await leaving.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => pending);
        }

        await closed.Task.WaitAsync(Patience);
    }

    [Theory]
    [Trait("Complaint", "10")]
    [InlineData(Chat, StreamedChat)]
    [InlineData("/v1/messages", StreamedMessages)]
    [InlineData("/v1/responses", StreamedResponse)]
    public async Task ProviderBreaksOffBetweenEvents_ClientsConnectionBreaksOffWithoutAWordOfOurs_10(string path, string body)
    {
        await using var provider = RawUpstream.Start(request => BreakOffAsync(request, "data: {}\n\n"));
        await using var gateway = await GatewayUnderTest.StartAsync(ProxyConfig.At(provider.Address));
        var answer = await gateway.PostAsync(path, body);
        Assert.Equal(("data: {}\n\n", true), (answer.Text, answer.IsCut));
    }

    [Theory]
    [Trait("Complaint", "10")]
    [InlineData(Chat, StreamedChat, "data: {\"error\":{\"message\":\"openai: connection lost\"")]
    [InlineData("/v1/messages", StreamedMessages, "event: error\ndata: {\"type\":\"error\",\"error\":{\"message\":\"anthropic: connection lost\"")]
    [InlineData("/v1/responses", StreamedResponse, "event: error\ndata: {\"type\":\"error\",\"code\":\"UpstreamUnavailable\",\"message\":\"openai: connection lost\"")]
    public async Task ProviderBreaksOffBetweenEvents_EventsConfigured_AnErrorEventComesFirst_10(string path, string body, string expected)
    {
        await using var provider = RawUpstream.Start(request => BreakOffAsync(request, "data: {}\n\n"));
        await using var gateway = await GatewayUnderTest.StartAsync(ProxyConfig.At(provider.Address, "mode: direct, broken_streams: event"));
        var answer = await gateway.PostAsync(path, body);
        Assert.StartsWith($"data: {{}}\n\n{expected}", answer.Text, StringComparison.Ordinal);
        Assert.EndsWith("\n\n", answer.Text, StringComparison.Ordinal);
        Assert.True(answer.IsCut);
    }

    [Theory]
    [Trait("Complaint", "10")]
    [InlineData("text/event-stream", "data: {\"half\":", "")]
    [InlineData("application/json", "{\"half\":", "")]
    [InlineData("text/event-stream", "data: {}\n\n", "content-encoding: gzip\r\n")]
    public async Task ProviderBreaksOffElsewhere_ClientsConnectionBreaksToo_10(string contentType, string said, string header)
    {
        await using var provider = RawUpstream.Start(async request =>
        {
            await request.BeginChunkedAsync(contentType, header);
            await request.SendChunkAsync(said);
            request.Close();
        });
        await using var gateway = await GatewayUnderTest.StartAsync(ProxyConfig.At(provider.Address));
        var answer = await gateway.PostAsync(Chat, StreamedChat);
        Assert.Equal((said, true), (answer.Text, answer.IsCut));
    }

    [Fact]
    public async Task ProviderBreaksOffBeforeItsContentLength_ClientsConnectionBreaksToo()
    {
        await using var provider = RawUpstream.Start(async request =>
        {
            await request.SendAsync("HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n{\"half\":");
            request.Close();
        });
        await using var gateway = await GatewayUnderTest.StartAsync(ProxyConfig.At(provider.Address));
        await Assert.ThrowsAnyAsync<HttpRequestException>(() => gateway.Client.PostAsync(Chat, new StringContent(StreamedChat, null, "application/json")));
    }

    [Fact]
    public async Task ProviderWithoutFraming_EndingWithinAnEvent_IsACut()
    {
        await using var provider = RawUpstream.Start(async request =>
        {
            await request.SendAsync("HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\nconnection: close\r\n\r\ndata: {\"half\":");
            request.Close();
        });
        await using var gateway = await GatewayUnderTest.StartAsync(ProxyConfig.At(provider.Address));
        await Assert.ThrowsAnyAsync<HttpRequestException>(() => gateway.Client.PostAsync(Chat, new StringContent(StreamedChat, null, "application/json")));
    }

    [Fact]
    [Trait("Complaint", "8")]
    public async Task ProviderFallsSilentWithinAStream_ClientsConnectionBreaksOffAfterTheIdleLimit_8()
    {
        await using var provider = RawUpstream.Start(async request =>
        {
            await request.BeginChunkedAsync();
            await request.SendChunkAsync("data: {}\n\n");
            await request.WaitForCloseAsync();
        });
        await using var gateway = await GatewayUnderTest.StartAsync(ProxyConfig.At(provider.Address, "mode: direct, timeouts: { idle: 200ms }"));
        var clock = Stopwatch.StartNew();
        var answer = await gateway.PostAsync(Chat, StreamedChat);
        Assert.Equal(("data: {}\n\n", true), (answer.Text, answer.IsCut));
        Assert.True(clock.Elapsed < TimeSpan.FromSeconds(15), "the limit did not hold");
    }

    [Fact]
    [Trait("Complaint", "8")]
    public async Task ProviderNeverEnds_ClientsConnectionBreaksOffAfterTheTotalLimit_8()
    {
        var clock = new FakeTimeProvider();
        using var next = new SemaphoreSlim(0);
        await using var provider = RawUpstream.Start(async request =>
        {
            await request.BeginChunkedAsync();
            while (true)
            {
                await request.SendChunkAsync("data: {}\n\n");
                await next.WaitAsync(request.TestOver);
            }
        });
        await using var gateway = await GatewayUnderTest.StartAsync(
            ProxyConfig.At(provider.Address, "mode: direct, timeouts: { total: 40s }"), services => services.AddSingleton<TimeProvider>(clock));
        using var response = await SendAsync(gateway, Chat, StreamedChat);
        await using var stream = await response.Content.ReadAsStreamAsync();
        for (var i = 0; i < 4; i++)
        {
            Assert.Equal("data: {}\n\n", await ReadAsync(stream, 10));
            clock.Advance(TimeSpan.FromSeconds(10));
            next.Release();
        }

        Assert.True((await Answer.ReadTextAsync(response).WaitAsync(Patience)).IsCut);
    }

    [Fact]
    public async Task SlowClient_SlowsTheProviderDown()
    {
        // More than all buffers on the way can hold; a gateway that collected it would let the provider finish.
        const int Total = 256 << 20;
        long sent = 0;
        await using var provider = RawUpstream.Start(async request =>
        {
            await request.BeginChunkedAsync();
            var piece = Encoding.ASCII.GetBytes($"data: {new string('x', 65_000)}\n\n");
            while (Interlocked.Read(ref sent) < Total)
            {
                await request.SendChunkAsync(piece);
                Interlocked.Add(ref sent, piece.Length);
            }
        });
        await using var gateway = await GatewayUnderTest.StartAsync(ProxyConfig.At(provider.Address));
        using var client = new TcpClient { ReceiveBufferSize = 16 * 1024 };
        await client.ConnectAsync("127.0.0.1", gateway.Client.BaseAddress!.Port);
        await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes($"POST {Chat} HTTP/1.1\r\nhost: x\r\ncontent-length: {StreamedChat.Length}\r\n\r\n{StreamedChat}"));
        await StandsStillAsync(() => Interlocked.Read(ref sent));
        Assert.InRange(Interlocked.Read(ref sent), 1, 64 << 20);
    }

    [Fact]
    [Trait("Complaint", "7")]
    public async Task KeepAlive_WhileTheProviderThinks_CommentsArriveBetweenEvents_7()
    {
        var clock = new SilenceClock(TimeSpan.FromSeconds(7));
        var half = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var goOn = new SemaphoreSlim(0);
        await using var provider = RawUpstream.Start(async request =>
        {
            await goOn.WaitAsync(request.TestOver);
            await request.BeginChunkedAsync();
            await request.SendChunkAsync("data: {\"half\":");
            half.SetResult();
            await goOn.WaitAsync(request.TestOver);
            await request.SendChunkAsync("1}\n\n");
            await request.EndChunkedAsync();
        });
        await using var gateway = await GatewayUnderTest.StartAsync(
            ProxyConfig.At(provider.Address, "mode: direct, keep_alive: 7s"), services => services.AddSingleton<TimeProvider>(clock));
        var sending = SendAsync(gateway, Chat, StreamedChat);
        await Eventually.TrueAsync(() => clock.Silences > 0, "the gateway waits for the provider");
        await clock.PassAsync();
        using var response = await sending;
        Assert.Equal(("text/event-stream", "openai/gpt-4o"), (response.Content.Headers.ContentType!.MediaType, response.Headers.GetValues("x-modelscan-model").Single()));
        await using var stream = await response.Content.ReadAsStreamAsync();
        Assert.Equal(": keep-alive\n\n", await ReadAsync(stream, 14));
        goOn.Release();
        await half.Task.WaitAsync(Patience);
        for (var i = 0; i < 3; i++)
            await clock.PassAsync();
        goOn.Release();
        using var reader = new StreamReader(stream);
        Assert.EndsWith("data: {\"half\":1}\n\n", await reader.ReadToEndAsync().WaitAsync(Patience), StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Complaint", "7")]
    public async Task KeepAlive_ProviderRefusesAfterwards_ClientGetsAnErrorEvent_7()
    {
        using var goOn = new SemaphoreSlim(0);
        await using var provider = RawUpstream.Start(async request =>
        {
            await goOn.WaitAsync(request.TestOver);
            await request.SendAsync(ProxyConfig.Error(429));
        });
        await using var gateway = await GatewayUnderTest.StartAsync(ProxyConfig.At(provider.Address, "mode: direct, keep_alive: 50ms"));
        using var response = await SendAsync(gateway, "/v1/messages", StreamedMessages);
        goOn.Release();
        var (text, isCut) = await Answer.ReadTextAsync(response).WaitAsync(Patience);
        Assert.Contains("event: error\ndata: {\"type\":\"error\"", text, StringComparison.Ordinal);
        Assert.True(isCut);
    }

    [Fact]
    [Trait("Complaint", "7")]
    public async Task KeepAlive_NotConfigured_NothingIsAdded_7()
    {
        await using var provider = RawUpstream.Start(request => AnswerAsync(request, "data: {}\n\n"));
        await using var gateway = await GatewayUnderTest.StartAsync(ProxyConfig.At(provider.Address));
        Assert.Equal("data: {}\n\n", (await gateway.PostAsync(Chat, StreamedChat)).Text);
    }

    [Fact]
    public void Timeouts_Configured_AreRead()
    {
        var config = Configuration.ConfigText.Read("routing: { timeouts: { connect: 1s, first_byte: 2s, idle: 3s, total: 4m }, keep_alive: 15s }");
        Assert.Equal(new TimeoutsConfig { Connect = Seconds(1), FirstByte = Seconds(2), Idle = Seconds(3), Total = Seconds(240) }, config.Timeouts);
        Assert.Equal(Seconds(15), config.KeepAlive);
        Assert.Equal((Seconds(5), Seconds(120), Seconds(120), TimeSpan.FromMinutes(30), null), Defaults(Configuration.ConfigText.Read("routing: { mode: direct }")));

        static TimeSpan Seconds(double seconds) => TimeSpan.FromSeconds(seconds);
        static (TimeSpan Connect, TimeSpan FirstByte, TimeSpan Idle, TimeSpan Total, TimeSpan? KeepAlive) Defaults(RoutingConfig config) =>
            (config.Timeouts.Connect, config.Timeouts.FirstByte, config.Timeouts.Idle, config.Timeouts.Total, config.KeepAlive);
    }

    [Theory]
    [InlineData("timeouts: { idle: 0 }", "routing.timeouts.idle")]
    [InlineData("timeouts: { total: 40d }", "routing.timeouts.total")]
    [InlineData("timeouts: { first: 1s }", "routing.timeouts.first")]
    [InlineData("keep_alive: 0s", "routing.keep_alive")]
    public void Timeouts_Wrong_NameThePath(string routing, string path) =>
        Assert.Equal(path, Assert.Single(Configuration.ConfigText.Errors($"routing: {{ {routing} }}")).Path);

    private static async Task AnswerAsync(RawRequest request, string events)
    {
        await request.BeginChunkedAsync();
        await request.SendChunkAsync(events);
        await request.EndChunkedAsync();
    }

    private static async Task BreakOffAsync(RawRequest request, string events)
    {
        await request.BeginChunkedAsync();
        await request.SendChunkAsync(events);
        request.Close();
    }

    private static async Task<HttpResponseMessage> SendAsync(GatewayUnderTest gateway, string path, string body)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new StringContent(body, null, "application/json") };
        return await gateway.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
    }

    private static async Task<string> ReadAsync(Stream stream, int length)
    {
        var buffer = new byte[length];
        using var patience = new CancellationTokenSource(Patience);
        var read = await stream.ReadAtLeastAsync(buffer, length, throwOnEndOfStream: false, patience.Token);
        return Encoding.UTF8.GetString(buffer, 0, read);
    }

    // Until a number has not grown for half a second: then whoever drives it is being held back.
    internal static async Task StandsStillAsync(Func<long> number)
    {
        var clock = Stopwatch.StartNew();
        var (last, since) = (number(), clock.Elapsed);
        while (last == 0 || clock.Elapsed - since < TimeSpan.FromMilliseconds(500))
        {
            Assert.True(clock.Elapsed < Patience, "it never stood still");
            await Task.Delay(20);
            if (number() is var now && now != last)
                (last, since) = (now, clock.Elapsed);
        }
    }

    /// <summary>A clock that stands still until it is moved, and counts how often somebody has begun to wait for a silence of a length that nobody else waits for.</summary>
    private sealed class SilenceClock(TimeSpan silence) : FakeTimeProvider
    {
        private int _silences;

        public int Silences => Volatile.Read(ref _silences);

        /// <summary>Lets a silence pass, until somebody waits for the next.</summary>
        public async Task PassAsync()
        {
            var begun = Silences;
            Advance(silence);
            await Eventually.TrueAsync(() => Silences > begun, "the next silence");
        }

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            var timer = base.CreateTimer(callback, state, dueTime, period);
            if (dueTime == silence)
                Interlocked.Increment(ref _silences);
            return timer;
        }
    }
}
