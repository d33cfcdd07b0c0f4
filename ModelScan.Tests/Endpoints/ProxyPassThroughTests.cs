using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using ModelScan.Tests.Support;

namespace ModelScan.Tests.Endpoints;

/// <summary>Client and provider speak the same format: what passes between them passes to the byte.</summary>
public sealed class ProxyPassThroughTests
{
    [Fact]
    [Trait("Complaint", "22")]
    public async Task Request_SameFormat_OnlyTheModelChanges_22()
    {
        await using var rig = await Rig.StartAsync();
        await rig.Gateway.PostAsync(
            "/v1/chat/completions", "{ \"model\":\t\"fast\" ,\r\n \"messages\":[{\"role\":\"user\",\"content\":\"h\\u00e9 é\"}],  \"unknown_field\" : {\"deep\":[1, 2.50]}, \"routing_preferences\": [] }");
        Assert.Equal(
            "{ \"model\":\t\"gpt-4o-mini\" ,\r\n \"messages\":[{\"role\":\"user\",\"content\":\"h\\u00e9 é\"}],  \"unknown_field\" : {\"deep\":[1, 2.50]} }",
            (await rig.ReceivedAsync()).GetProperty("body").GetString());
    }

    [Fact]
    [Trait("Complaint", "22")]
    public async Task Request_BetaHeadersVersionAndQuery_ArePassedOn_22()
    {
        await using var rig = await Rig.StartAsync();
        await rig.Gateway.PostAsync(
            "/v1/messages?beta=true", Messages, ("anthropic-version", "2026-10-21"), ("anthropic-beta", "a-1,b-2"), ("x-app", "cli"), ("x-custom", "1"), ("x-stainless-os", "Linux"));
        var received = await rig.ReceivedAsync();
        Assert.Equal("/v1/messages?beta=true", received.GetProperty("path").GetString());
        Assert.Equal(
            ["2026-10-21", "a-1,b-2", "cli", "Linux"],
            new[] { "anthropic-version", "anthropic-beta", "x-app", "x-stainless-os" }.Select(name => received.GetProperty("headers").GetProperty(name).GetString()));
        Assert.False(received.GetProperty("headers").TryGetProperty("x-custom", out _), "nobody documents it");
    }

    [Fact]
    public async Task Request_ClientsCredential_DoesNotReachTheProvider_P05()
    {
        await using var rig = await Rig.StartAsync();
        await rig.Gateway.PostAsync("/v1/messages", Messages, ("authorization", "Bearer oauth-token"), ("x-api-key", "client-key"), ("cookie", "session=1"), ("x-forwarded-for", "10.0.0.1"));
        var headers = (await rig.ReceivedAsync()).GetProperty("headers");
        Assert.Equal("sk-anthropic", headers.GetProperty("x-api-key").GetString());
        Assert.Equal("2023-06-01", headers.GetProperty("anthropic-version").GetString());
        Assert.All(["authorization", "cookie", "x-forwarded-for"], name => Assert.False(headers.TryGetProperty(name, out _), name));
    }

    [Fact]
    public async Task Request_PassthroughAuth_CarriesTheClientsCredential()
    {
        string? head = null;
        await using var provider = RawUpstream.Start(request =>
        {
            head = request.Head;
            return request.SendAsync(ProxyConfig.Ok);
        });
        await using var gateway = await GatewayUnderTest.StartAsync(ProxyConfig.At(provider.Address));
        await gateway.PostAsync("/v1/chat/completions", Chat("llama-3.3-70b"), ("x-api-key", "clients-own"));
        Assert.Contains("Authorization: Bearer clients-own", head, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task Request_HopByHopHeaders_StayBehind()
    {
        string? head = null;
        await using var provider = RawUpstream.Start(request =>
        {
            head = request.Head;
            return request.SendAsync(ProxyConfig.Ok);
        });
        await using var gateway = await GatewayUnderTest.StartAsync(ProxyConfig.At(provider.Address));
        await gateway.PostAsync("/v1/chat/completions", Chat("gpt-4o"), ("connection", "x-private"), ("x-private", "1"), ("te", "trailers"), ("x-modelscan-explain", "1"));
        Assert.DoesNotContain("x-private", head, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("trailers", head, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("x-modelscan-explain", head, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task Answer_ErrorStatusHeadersAndBody_ComeBackUnchanged_P06()
    {
        await using var provider = RawUpstream.Start(ProxyConfig.Error(429, "retry-after: 7\r\nrequest-id: req_1\r\nanthropic-ratelimit-requests-remaining: 0\r\nalt-svc: h3=\":443\"\r\n"));
        await using var gateway = await GatewayUnderTest.StartAsync(ProxyConfig.At(provider.Address));
        var answer = await gateway.PostAsync("/v1/messages", Messages);
        Assert.Equal((429, "{\"error\":{\"message\":\"no luck\"}}"), (answer.Status, answer.Text));
        Assert.Equal(("7", "req_1", "0"), (answer.Headers["retry-after"], answer.Headers["request-id"], answer.Headers["anthropic-ratelimit-requests-remaining"]));
        Assert.False(answer.Headers.ContainsKey("alt-svc"));
    }

    [Fact]
    public async Task Answer_EveryRequest_SaysWhatTheGatewayDid()
    {
        await using var rig = await Rig.StartAsync();
        var answer = await rig.Gateway.PostAsync("/v1/chat/completions", Chat("fast"), ("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"));
        Assert.Equal(
            ("direct", "openai/gpt-4o-mini", "openai", "1", "0af7651916cd43dd8448eb211c80319c"),
            (answer.Headers["x-modelscan-mode"], answer.Headers["x-modelscan-model"], answer.Headers["x-modelscan-provider"], answer.Headers["x-modelscan-attempts"], answer.Headers["x-modelscan-trace-id"]));
        Assert.StartsWith("00-0af7651916cd43dd8448eb211c80319c-", (await rig.ReceivedAsync()).GetProperty("headers").GetProperty("traceparent").GetString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"messages":[{"role":"user","content":"hi"}]}""")]
    [InlineData("""{"model":"none","messages":[{"role":"user","content":"hi"}]}""")]
    public async Task Request_WithoutModel_GoesToTheDefault(string body)
    {
        await using var rig = await Rig.StartAsync();
        Assert.Equal("openai/gpt-4o", (await rig.Gateway.PostAsync("/v1/chat/completions", body)).Headers["x-modelscan-model"]);
    }

    [Fact]
    public async Task CountTokens_AnthropicModel_IsAskedOfTheProvider_C02()
    {
        await using var rig = await Rig.StartAsync();
        var answer = await rig.Gateway.PostAsync("/v1/messages/count_tokens", Messages);
        Assert.Equal(200, answer.Status);
        Assert.True(answer.Json.GetProperty("input_tokens").GetInt32() > 0);
        Assert.Equal("/v1/messages/count_tokens", (await rig.ReceivedAsync()).GetProperty("path").GetString());
    }

    [Fact]
    public async Task Responses_OpenAiModel_PassThrough()
    {
        await using var rig = await Rig.StartAsync();
        var answer = await rig.Gateway.PostAsync("/v1/responses", """{"model":"gpt-4o","input":"hi"}""");
        Assert.Equal("response", answer.Json.GetProperty("object").GetString());
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("br")]
    public async Task Answer_Compressed_IsNotTouched(string encoding)
    {
        byte[] body = [0x1f, 0x8b, 0, 255, 13, 10, 13, 10, 1];
        string? head = null;
        await using var provider = RawUpstream.Start(async request =>
        {
            head = request.Head;
            await request.SendAsync($"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-encoding: {encoding}\r\ncontent-length: {body.Length}\r\n\r\n");
            await request.SendAsync(body);
        });
        await using var gateway = await GatewayUnderTest.StartAsync(ProxyConfig.At(provider.Address));
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/chat/completions") { Content = new StringContent(Chat("gpt-4o"), null, "application/json") };
        request.Headers.AcceptEncoding.Add(new StringWithQualityHeaderValue(encoding));
        using var response = await gateway.Client.SendAsync(request);
        Assert.Equal(encoding, Assert.Single(response.Content.Headers.ContentEncoding));
        Assert.Equal(body, await response.Content.ReadAsByteArrayAsync());
        Assert.Contains($"Accept-Encoding: {encoding}", head, StringComparison.OrdinalIgnoreCase);
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("br")]
    public async Task Stream_Compressed_IsPassedOnAsItComes(string encoding)
    {
        byte[][] pieces = [[0x1f, 0x8b, 8, 0], [13, 10, 13, 10, 255], [0, 1]];
        using var next = new SemaphoreSlim(0);
        await using var provider = RawUpstream.Start(async request =>
        {
            await request.BeginChunkedAsync("text/event-stream", $"content-encoding: {encoding}\r\n");
            foreach (var piece in pieces)
            {
                await request.SendChunkAsync(piece);
                await next.WaitAsync(request.TestOver);
            }

            await request.EndChunkedAsync();
        });
        await using var gateway = await GatewayUnderTest.StartAsync(ProxyConfig.At(provider.Address));
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/chat/completions") { Content = new StringContent("""{"model":"gpt-4o","stream":true}""", null, "application/json") };
        request.Headers.AcceptEncoding.Add(new StringWithQualityHeaderValue(encoding));
        using var response = await gateway.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        await using var stream = await response.Content.ReadAsStreamAsync();
        Assert.Equal(encoding, Assert.Single(response.Content.Headers.ContentEncoding));
        foreach (var piece in pieces)
        {
            // The provider goes on only when its last bytes have arrived here.
            var arrived = new byte[piece.Length];
            using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
            await stream.ReadExactlyAsync(arrived, patience.Token);
            Assert.Equal(piece, arrived);
            next.Release();
        }

        Assert.Equal(0, await stream.ReadAsync(new byte[1]));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Answer_Large_ArrivesWhole(bool chunked)
    {
        var body = Encoding.UTF8.GetBytes($"\"{new string('x', 3_000_000)}\"");
        await using var provider = RawUpstream.Start(async request =>
        {
            if (chunked)
            {
                await request.BeginChunkedAsync("application/json");
                await request.SendChunkAsync(body);
                await request.EndChunkedAsync();
                return;
            }

            await request.SendAsync($"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {body.Length}\r\n\r\n");
            await request.SendAsync(body);
        });
        await using var gateway = await GatewayUnderTest.StartAsync(ProxyConfig.At(provider.Address));
        using var response = await gateway.Client.PostAsync("/v1/chat/completions", new StringContent(Chat("gpt-4o"), null, "application/json"));
        Assert.Equal(body, await response.Content.ReadAsByteArrayAsync());
        Assert.Equal(chunked, response.Headers.TransferEncodingChunked == true);
    }

    [Fact]
    public async Task Redirect_OfAProvider_IsNeitherFollowedNorShown()
    {
        await using var provider = RawUpstream.Start("HTTP/1.1 302 Found\r\nlocation: http://127.0.0.1:1/\r\ncontent-length: 0\r\n\r\n");
        await using var gateway = await GatewayUnderTest.StartAsync(ProxyConfig.At(provider.Address));
        using var handler = new SocketsHttpHandler { AllowAutoRedirect = false };
        using var client = new HttpClient(handler) { BaseAddress = gateway.Client.BaseAddress };
        using var response = await client.PostAsync("/v1/chat/completions", new StringContent(Chat("gpt-4o"), null, "application/json"));
        Assert.Equal((HttpStatusCode.BadGateway, null), (response.StatusCode, response.Headers.Location));
    }

    [Fact]
    public async Task MockProviders_ProviderWithoutKey_IsPlayedByTheMock()
    {
        await using var mock = await RunningMock.StartAsync();
        await using var gateway = await GatewayUnderTest.StartAsync(
            TestConfig.Direct.Model("openai/gpt-4o", key: null), "--MockProviders=http://some-mock", $"--services:some-mock:http:0={mock.Address}");
        Assert.Equal(200, (await gateway.PostAsync("/v1/chat/completions", Chat("gpt-4o"))).Status);
    }

    private const string Messages = """{"model":"claude-sonnet-4-20250514","max_tokens":50,"messages":[{"role":"user","content":"hi"}]}""";

    private static string Chat(string model) => GatewayUnderTest.Chat("hi", model);

    private sealed class Rig(RunningMock mock, GatewayUnderTest gateway) : IAsyncDisposable
    {
        public GatewayUnderTest Gateway => gateway;

        public static async Task<Rig> StartAsync()
        {
            var mock = await RunningMock.StartAsync();

            // What a proxy passes on is not of this machine, and needs a key or this.
            return new Rig(mock, await GatewayUnderTest.StartAsync($"{ProxyConfig.At(mock.Address)}\ngovernance: {{ anonymous: allow }}\n"));
        }

        /// <summary>The one request that reached the provider.</summary>
        public async Task<JsonElement> ReceivedAsync()
        {
            using var requests = JsonDocument.Parse(await mock.Client.GetStringAsync("/requests"));
            return Assert.Single(requests.RootElement.EnumerateArray()).Clone();
        }

        public async ValueTask DisposeAsync()
        {
            await gateway.DisposeAsync();
            await mock.DisposeAsync();
        }
    }
}
