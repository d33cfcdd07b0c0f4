using System.Net;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using ModelScan.RoutingApi.Endpoints.Sockets;
using ModelScan.Tests.Support;

namespace ModelScan.Tests.Endpoints.Sockets;

/// <summary>The WebSocket mode of <c>/v1/responses</c>: as over HTTP, message by message.</summary>
public sealed class ResponsesSocketTests
{
    private const string OpenAi = "openai/gpt-4o";
    private const string Chat = "groq/llama-3.3-70b";
    private const string Claude = "anthropic/claude-sonnet-4-20250514";

    private static readonly string[] Formats = [Chat, Claude, OpenAi];

    public static TheoryData<string> Models => [.. Formats];

    [Theory]
    [MemberData(nameof(Models))]
    public async Task Create_IsAnsweredInEvents_AndTheNextOneGoesOn_ThoughNothingIsStored(string model)
    {
        await using var provider = new TalkingProvider();
        await using var gateway = await GatewayUnderTest.StartAsync(Config(provider.Address));
        await using var client = await SocketClient.OpenAsync(gateway);
        var first = await client.AskAsync(Create(model, "question 0"));
        Assert.Equal(("response.created", "response.completed"), ((string?)first[0]["type"], (string?)first[^1]["type"]));
        Assert.Equal("answer 0", (string?)first[^1]["response"]!["output"]![0]!["content"]![0]!["text"]);
        Assert.All(first, item => Assert.Null(item["stream_id"]));
        foreach (var next in Formats)
        {
            var answer = await client.AskAsync(Create(next, "and now?", SocketClient.IdOf(first)));
            Assert.Equal("response.completed", (string?)answer[^1]["type"]);
            foreach (var part in (string[])["question 0", "answer 0", "and now?"])
                Assert.Contains(part, provider.Last, StringComparison.Ordinal);
            Assert.DoesNotContain("previous_response_id", provider.Last, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Create_PassesWhatIsSaid_ButWhatIsOfTheConnection()
    {
        var seen = new TaskCompletionSource<(string Head, string Body)>();
        await using var provider = RawUpstream.Start(request =>
        {
            seen.TrySetResult((request.Head, Encoding.UTF8.GetString(request.Body)));
            return request.SendAsync(ProxyConfig.Ok);
        });
        await using var gateway = await GatewayUnderTest.StartAsync(Config(provider.Address));
        await using var client = await SocketClient.OpenAsync(gateway, ("x-client-request-id", "1"), ("openai-beta", "responses_websockets=2026-02-06"));
        await client.SendAsync("""{"type":"response.create","stream_id":"s","model":"gpt-4o","store":true,"input":"hi","x":[1, 2]}""");
        var (head, body) = await seen.Task.WaitAsync(TimeSpan.FromSeconds(30));
        Assert.Equal("""{"stream":true,"model":"gpt-4o","store":true,"input":"hi","x":[1, 2]}""", body);
        Assert.Contains("x-client-request-id: 1", head, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotMatch("(?i)sec-websocket|upgrade", head);
    }

    [Fact]
    public async Task Streams_AreAnsweredAtTheSameTime_EachInItsOrder()
    {
        var gate = new TaskCompletionSource();
        await using var provider = RawUpstream.Start(async request =>
        {
            var body = Encoding.UTF8.GetString(request.Body);
            if (body.Contains("slow", StringComparison.Ordinal))
                await gate.Task;
            var text = FormatWords.Chat.Text(JsonNode.Parse(body)!["messages"]![0]!["content"]!.GetValue<string>());
            await request.BeginChunkedAsync();
            await request.SendChunkAsync(text + FormatWords.Chat.End);
            await request.EndChunkedAsync();
        });
        await using var gateway = await GatewayUnderTest.StartAsync(Config(provider.Address));
        await using var client = await SocketClient.OpenAsync(gateway);
        await client.SendAsync(Create(Chat, "slow a1", stream: "a"));
        await client.SendAsync(Create(Chat, "a2", stream: "a"));
        await client.SendAsync(Create(Chat, "b1", stream: "b"));
        await client.SendAsync(Create(Chat, "c1"));
        var finished = new List<string>();
        for (var i = 0; i < 2; i++)
            finished.Add(await NextAsync());
        Assert.Equal(["b1", "c1"], finished.Order(StringComparer.Ordinal));
        gate.SetResult();
        Assert.Equal("slow a1", await NextAsync());
        Assert.Equal("a2", await NextAsync());

        async Task<string> NextAsync()
        {
            while (await client.ReadAsync() is { } message)
            {
                if (!SocketClient.IsLast(message))
                    continue;
                var text = (string)message["response"]!["output"]![0]!["content"]![0]!["text"]!;
                Assert.Equal(text[^2] == 'c' ? null : text[^2].ToString(), (string?)message["stream_id"]);
                return text;
            }

            throw new InvalidOperationException("closed");
        }
    }

    [Fact]
    public async Task WarmUp_IsACompleteResponseThatTheNextOneGoesOnFrom()
    {
        await using var provider = new TalkingProvider();
        await using var gateway = await GatewayUnderTest.StartAsync(Config(provider.Address));
        await using var client = await SocketClient.OpenAsync(gateway);
        var warm = await client.AskAsync("""{"type":"response.create","model":"x","store":false,"generate":false,"stream_id":"s","input":[{"role":"user","content":"what came before"}]}""");
        Assert.Equal(0, provider.Count);
        Assert.Equal("s", (string?)warm[^1]["stream_id"]);
        var answer = await client.AskAsync(Create(Chat, "question", SocketClient.IdOf(warm)));
        Assert.Equal("response.completed", (string?)answer[^1]["type"]);
        Assert.Contains("what came before", provider.Last, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("not json", 400, "InvalidRequest", null)]
    [InlineData("", 400, "InvalidRequest", null)]
    [InlineData("[]", 400, "InvalidRequest", null)]
    [InlineData("""{"model":"x"}""", 400, "InvalidRequest", null)]
    [InlineData("""{"type":"response.of.tomorrow","stream_id":"s"}""", 400, "InvalidRequest", "s")]
    [InlineData("""{"type":"response.create","stream_id":"s","model":"gpt-4o","input":"hi","background":true}""", 400, "InvalidRequest", "s")]
    [InlineData("""{"type":"response.create","model":"nobody/knows","input":"hi"}""", 404, "model_not_found", null)]
    [InlineData("""{"type":"response.create","model":1,"input":"hi"}""", 400, "InvalidRequest", null)]
    [InlineData("""{"type":"response.create","model":"groq/llama-3.3-70b","stream_id":"s","input":"hi","previous_response_id":"resp_unknown"}""", 404, "previous_response_not_found", "s")]
    [InlineData("""{"type":"response.create","model":"x","generate":false,"input":"hi","previous_response_id":"resp_unknown"}""", 404, "previous_response_not_found", null)]
    [InlineData("""{"type":"response.create","model":"groq/llama-3.3-70b","input":3}""", 400, "InvalidRequest", null)]
    public async Task Message_ThatIsWrong_IsAnErrorEvent_AndTheConnectionGoesOn(string message, int status, string code, string? stream)
    {
        await using var provider = new TalkingProvider();
        await using var gateway = await GatewayUnderTest.StartAsync(Config(provider.Address));
        await using var client = await SocketClient.OpenAsync(gateway);
        var error = Assert.Single(await client.AskAsync(message));
        Assert.Equal(("error", status, code, stream), ((string?)error["type"], (int)error["status"]!, (string?)error["error"]!["code"], (string?)error["stream_id"]));
        Assert.Equal("response.completed", (string?)(await client.AskAsync(Create(Chat, "hi")))[^1]["type"]);
    }

    [Theory]
    [MemberData(nameof(Models))]
    public async Task Provider_ThatRefuses_IsAnErrorEventWithWhatHttpWouldSay(string model)
    {
        await using var provider = RawUpstream.Start(ProxyConfig.Error(429, "retry-after: 7\r\n"));
        await using var gateway = await GatewayUnderTest.StartAsync(Config(provider.Address));
        await using var client = await SocketClient.OpenAsync(gateway);
        var error = Assert.Single(await client.AskAsync(Create(model, "hi", stream: "s")));
        Assert.Equal((429, "7", "s"), ((int)error["status"]!, (string?)error["headers"]!["retry-after"], (string?)error["stream_id"]));
        Assert.Contains("no luck", (string?)error["error"]!["message"], StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Models))]
    public async Task Provider_ThatBreaksOff_EndsTheResponse_AndTheConnectionGoesOn(string model)
    {
        var asked = 0;
        var words = model == Chat ? FormatWords.Chat : model == Claude ? FormatWords.Messages : FormatWords.Responses;
        await using var provider = RawUpstream.Start(async request =>
        {
            await request.BeginChunkedAsync();
            await request.SendChunkAsync(words.Begin + words.Text("half"));
            if (Interlocked.Increment(ref asked) == 1)
            {
                request.Close();
                return;
            }

            await request.SendChunkAsync(words.End);
            await request.EndChunkedAsync();
        });
        await using var gateway = await GatewayUnderTest.StartAsync(Config(provider.Address));
        await using var client = await SocketClient.OpenAsync(gateway);
        var broken = await client.AskAsync(Create(model, "hi"));
        Assert.DoesNotContain(broken, item => (string?)item["type"] == "response.completed");
        Assert.Contains("connection lost", broken[^1].ToJsonString(), StringComparison.Ordinal);
        var rest = await client.AskAsync(Create(model, "hi"));
        if ((string?)broken[^1]["type"] == "error" && (string?)rest[0]["type"] == "response.failed")
            rest = await client.ReadResponseAsync(); // a translated stream says both
        Assert.Equal("response.completed", (string?)rest[^1]["type"]);
    }

    // A turn that is refused takes what it went on from with it; a provider that has too much to do does not.
    [Theory]
    [InlineData(400, "previous_response_not_found")]
    [InlineData(429, null)]
    [InlineData(503, null)]
    public async Task Turn_ThatFails_LeavesWhatItWentOnFrom_UnlessItWasRefused(int status, string? code)
    {
        await using var provider = RawUpstream.Start(async request =>
        {
            if (Encoding.UTF8.GetString(request.Body).Contains("\"again\"", StringComparison.Ordinal))
            {
                await request.SendAsync(ProxyConfig.Error(status));
                return;
            }

            await request.BeginChunkedAsync();
            await request.SendChunkAsync(FormatWords.Chat.Text("hello") + FormatWords.Chat.End);
            await request.EndChunkedAsync();
        });
        await using var gateway = await GatewayUnderTest.StartAsync(Config(provider.Address));
        await using var client = await SocketClient.OpenAsync(gateway);
        var first = SocketClient.IdOf(await client.AskAsync(Create(Chat, "hi")));
        Assert.Equal("error", (string?)(await client.AskAsync(Create(Chat, "again", first)))[^1]["type"]);
        var last = (await client.AskAsync(Create(Chat, "and again", first)))[^1];
        Assert.Equal(code, (string?)last["error"]?["code"]);
    }

    [Fact]
    public async Task Client_ThatLeaves_EndsWhatIsBeingAnswered()
    {
        var left = new TaskCompletionSource();
        await using var provider = RawUpstream.Start(async request =>
        {
            await request.BeginChunkedAsync();
            await request.SendChunkAsync(FormatWords.Chat.Text("half"));
            await request.WaitForCloseAsync();
            left.TrySetResult();
        });
        await using var gateway = await GatewayUnderTest.StartAsync(Config(provider.Address));
        var client = await SocketClient.OpenAsync(gateway);
        await client.SendAsync(Create(Chat, "hi"));
        Assert.NotNull(await client.ReadAsync());
        client.Socket.Abort();
        await left.Task.WaitAsync(TimeSpan.FromSeconds(30));
        await NoneLeftAsync(gateway);
    }

    [Fact]
    public async Task Client_ThatSaysGoodbye_IsAnswered()
    {
        await using var provider = new TalkingProvider();
        await using var gateway = await GatewayUnderTest.StartAsync(Config(provider.Address));
        await using var client = await SocketClient.OpenAsync(gateway);
        await client.AskAsync(Create(Chat, "hi"));
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        await client.Socket.CloseAsync(WebSocketCloseStatus.NormalClosure, "done", limit.Token);
        Assert.Equal((WebSocketState.Closed, WebSocketCloseStatus.NormalClosure), (client.Socket.State, client.Socket.CloseStatus));
        await NoneLeftAsync(gateway);
    }

    [Fact]
    public async Task Message_TooLargeOrBinary_ClosesTheConnection()
    {
        await using var provider = new TalkingProvider();
        await using var gateway = await GatewayUnderTest.StartAsync(Config(provider.Address, "max_request_body: 2KB"));
        await using var large = await SocketClient.OpenAsync(gateway);
        await large.SendAsync(Create(Chat, new string('x', 5000)));
        Assert.Null(await large.ReadAsync());
        Assert.Equal(WebSocketCloseStatus.MessageTooBig, large.Socket.CloseStatus);
        await using var binary = await SocketClient.OpenAsync(gateway);
        await binary.SendAsync(Create(Chat, "hi"), isText: false);
        Assert.Null(await binary.ReadAsync());
        Assert.Equal(WebSocketCloseStatus.InvalidMessageType, binary.Socket.CloseStatus);
        await large.DisposeAsync();
        await binary.DisposeAsync();
        await NoneLeftAsync(gateway);
    }

    [Theory]
    [InlineData("idle_timeout: 300ms", "idle")]
    [InlineData("lifetime: 300ms", "limit of time")]
    public async Task Connection_BeyondItsTime_IsClosed(string setting, string why)
    {
        await using var provider = new TalkingProvider();
        await using var gateway = await GatewayUnderTest.StartAsync(Config(provider.Address, $"websocket: {{ {setting} }}"));
        await using var client = await SocketClient.OpenAsync(gateway);
        Assert.Null(await client.ReadAsync());
        Assert.Equal(WebSocketCloseStatus.NormalClosure, client.Socket.CloseStatus);
        Assert.Contains(why, client.Socket.CloseStatusDescription, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Gateway_ThatStops_SaysSo()
    {
        await using var provider = new TalkingProvider();
        var gateway = await GatewayUnderTest.StartAsync(Config(provider.Address));
        await using var client = await SocketClient.OpenAsync(gateway);
        await client.AskAsync(Create(Chat, "hi"));
        var reading = client.ReadAsync();
        var stopping = gateway.Services.GetRequiredService<Microsoft.Extensions.Hosting.IHostApplicationLifetime>();
        stopping.StopApplication();
        Assert.Null(await reading);
        Assert.Equal(WebSocketCloseStatus.EndpointUnavailable, client.Socket.CloseStatus);
        await gateway.DisposeAsync();
    }

    [Fact]
    public async Task Handshake_WhereItIsSwitchedOff_OrTooMany_OrNone()
    {
        await using var provider = new TalkingProvider();
        await using var off = await GatewayUnderTest.StartAsync(Config(provider.Address, "websocket: { enabled: false }"));
        Assert.Equal(HttpStatusCode.UpgradeRequired, await StatusAsync(off));
        await using var one = await GatewayUnderTest.StartAsync(Config(provider.Address, "websocket: { max_connections: 1 }"));
        await using (await SocketClient.OpenAsync(one))
            Assert.Equal(HttpStatusCode.ServiceUnavailable, await StatusAsync(one));
        await NoneLeftAsync(one);
        await using var again = await SocketClient.OpenAsync(one);
        Assert.Equal(HttpStatusCode.MethodNotAllowed, (await one.Client.GetAsync(new Uri("/v1/responses", UriKind.Relative))).StatusCode);
    }

    [Fact]
    public async Task Streams_MoreThanThereMayBe_AreRefused()
    {
        var gate = new TaskCompletionSource();
        await using var provider = RawUpstream.Start(async request =>
        {
            await gate.Task.WaitAsync(request.TestOver);
            await request.SendAsync(ProxyConfig.Error(400));
        });
        await using var gateway = await GatewayUnderTest.StartAsync(Config(provider.Address));
        await using var client = await SocketClient.OpenAsync(gateway);
        for (var i = 0; i <= ResponsesSocket.MostStreams; i++)
            await client.SendAsync(Create(Chat, "hi", stream: $"s{i}"));
        var refused = (await client.ReadAsync())!;
        Assert.Equal(("websocket_stream_limit_reached", $"s{ResponsesSocket.MostStreams}"), ((string?)refused["error"]!["code"], (string?)refused["stream_id"]));
        gate.SetResult();
        for (var i = 0; i < ResponsesSocket.MostStreams; i++)
            Assert.Equal(400, (int)(await client.ReadAsync())!["status"]!);
        await client.SendAsync(Create(Chat, "hi", stream: "new"));
        Assert.Equal("new", (string?)(await client.ReadAsync())!["stream_id"]);
    }

    internal static async Task NoneLeftAsync(GatewayUnderTest gateway) =>
        await Eventually.TrueAsync(() => gateway.Services.GetRequiredService<ResponsesSocketEndpoint>().Connections == 0, "no connection is left");

    internal static string Create(string model, string input, string? previous = null, string? stream = null)
    {
        var message = new JsonObject { ["type"] = "response.create", ["model"] = model, ["store"] = false, ["input"] = input };
        if (previous is not null)
            message["previous_response_id"] = previous;
        if (stream is not null)
            message["stream_id"] = stream;
        return message.ToJsonString();
    }

    internal static string Config(Uri upstream, string routing = "fallback: false") => TestConfig.Direct
        .Default(OpenAi, upstream)
        .Model(Claude, upstream)
        .Model(Chat, $"{upstream}v1")
        .Routing(routing);

    private static async Task<HttpStatusCode> StatusAsync(GatewayUnderTest gateway)
    {
        using var socket = new ClientWebSocket();
        socket.Options.CollectHttpResponseDetails = true;
        await Assert.ThrowsAsync<WebSocketException>(() => socket.ConnectAsync(new UriBuilder(gateway.Client.BaseAddress!) { Scheme = "ws", Path = "/v1/responses" }.Uri, CancellationToken.None));
        return socket.HttpStatusCode;
    }
}
