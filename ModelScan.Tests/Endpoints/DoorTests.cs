using System.Net;
using System.Net.Http.Headers;
using System.Text;
using ModelScan.Tests.Support;

namespace ModelScan.Tests.Endpoints;

/// <summary>What is asked beside the answers of models passes to the byte.</summary>
public sealed class DoorTests
{
    [Theory]
    [InlineData("/v1/embeddings", "embeddings")]
    [InlineData("/v1/completions", "completions")]
    [InlineData("/v1/images/generations", "images/generations")]
    [InlineData("/v1/audio/speech", "audio/speech")]
    [InlineData("/v1/moderations", "moderations")]
    [InlineData("/v1/rerank", "rerank")]
    [InlineData("/embeddings", "embeddings")]
    [InlineData("/v1/v1/embeddings", "embeddings")]
    public async Task Request_OnlyTheModelChanges(string path, string expected)
    {
        await using var rig = await Rig.StartAsync();
        var answer = await rig.Gateway.PostAsync($"{path}?after=%20a&order", "{ \"input\" :[\"h\\u00e9 é\"],\t\"model\": \"embedder\" , \"unknown\": 1.50 }", ("x-stainless-os", "1"), ("authorization", "Bearer client"));
        Assert.Equal(200, answer.Status);
        Assert.Equal("{ \"input\" :[\"h\\u00e9 é\"],\t\"model\": \"text-embedding-3-small\" , \"unknown\": 1.50 }", rig.Text);
        Assert.StartsWith($"POST /v1/{expected}?after=%20a&order HTTP/1.1", rig.Head, StringComparison.Ordinal);
        Assert.Contains("Authorization: Bearer sk-acme", rig.Head, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("x-stainless-os: 1", rig.Head, StringComparison.OrdinalIgnoreCase);
        Assert.Equal(
            ("direct", "acme/text-embedding-3-small", "acme", "1"),
            (answer.Headers["x-modelscan-mode"], answer.Headers["x-modelscan-model"], answer.Headers["x-modelscan-provider"], answer.Headers["x-modelscan-attempts"]));
    }

    [Theory]
    [InlineData("policy")]
    [InlineData("plano_proxy, proxy: { base_url: \"http://127.0.0.1:1\", retry_count: 0 }")]
    public async Task Request_WhateverTheMode_GoesToItsProvider(string mode)
    {
        await using var rig = await Rig.StartAsync(mode);
        Assert.Equal(200, (await rig.Gateway.PostAsync("/v1/embeddings", """{"model":"embedder","input":"x"}""")).Status);
    }

    [Theory]
    [InlineData("{\"model\":\"text-embedding-3-small\",\"input\":\"x\"}")]
    [InlineData("{\"input\":\"x\"}")]
    [InlineData("{\"model\":\"none\",\"input\":\"x\"}")]
    public async Task Request_WithNothingToReplace_IsTheClients(string body)
    {
        await using var rig = await Rig.StartAsync();
        Assert.Equal(200, (await rig.Gateway.PostAsync("/v1/embeddings", body)).Status);
        Assert.Equal(body, rig.Text);
    }

    [Fact]
    public async Task Answer_OfAnyKind_ComesBackAsItIs()
    {
        var sound = Enumerable.Range(0, 300_000).Select(number => (byte)(number * 7)).ToArray();
        await using var rig = await Rig.StartAsync(answer: async request =>
        {
            await request.SendAsync($"HTTP/1.1 200 OK\r\ncontent-type: audio/mpeg\r\nx-ratelimit-remaining: 3\r\nx-request-id: r1\r\ncontent-length: {sound.Length}\r\n\r\n");
            await request.SendAsync(sound);
        });
        using var content = new StringContent("""{"model":"embedder","input":"x"}""", Encoding.UTF8, "application/json");
        using var response = await rig.Gateway.Client.PostAsync(new Uri("/v1/audio/speech", UriKind.Relative), content);
        Assert.Equal(("3", "r1", "audio/mpeg"), (response.Headers.GetValues("x-ratelimit-remaining").Single(), response.Headers.GetValues("x-request-id").Single(), response.Content.Headers.ContentType?.MediaType));
        Assert.Equal(sound, await response.Content.ReadAsByteArrayAsync());
    }

    [Fact]
    public async Task Refusal_OfTheProvider_IsTheClientsToKnow()
    {
        await using var rig = await Rig.StartAsync(answer: request => request.SendAsync(ProxyConfig.Error(400)));
        var answer = await rig.Gateway.PostAsync("/v1/completions", """{"model":"embedder","prompt":"x","temperature":1}""");
        Assert.Equal((400, "{\"error\":{\"message\":\"no luck\"}}", 1), (answer.Status, answer.Text, rig.Requests));
    }

    [Fact]
    public async Task Stream_OfCompletions_PassesAsItComes()
    {
        const string Events = "data: {\"choices\":[{\"text\":\"a\"}]}\n\n: comment\n\ndata: [DONE]\n\n";
        await using var rig = await Rig.StartAsync(answer: async request =>
        {
            await request.BeginChunkedAsync();
            foreach (var piece in Events.Chunk(9))
                await request.SendChunkAsync(new string(piece));
            await request.EndChunkedAsync();
        });
        var answer = await rig.Gateway.PostAsync("/v1/completions", """{"model":"embedder","prompt":"x","stream":true}""");
        Assert.Equal((Events, false), (answer.Text, answer.IsCut));
    }

    [Theory]
    [InlineData(true, 1_000, false)]
    [InlineData(false, 1_000, false)]
    [InlineData(true, 3_000_000, false)]
    [InlineData(false, 3_000_000, false)]
    [InlineData(false, 3_000_000, true)]
    public async Task Form_WithItsModelAnywhere_PassesToTheByte(bool isModelFirst, int size, bool isChunked)
    {
        await using var rig = await Rig.StartAsync();
        var sound = Enumerable.Range(0, size).Select(number => (byte)(number % 251)).ToArray();
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/audio/transcriptions") { Content = Form("embedder", isModelFirst, sound) };
        request.Headers.TransferEncodingChunked = isChunked;
        using var response = await rig.Gateway.Client.SendAsync(request);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        using var expected = Form("text-embedding-3-small", isModelFirst, sound);
        Assert.True((await expected.ReadAsByteArrayAsync()).AsSpan().SequenceEqual(rig.Body));
        Assert.Equal(isChunked, rig.Head.Contains("chunked", StringComparison.OrdinalIgnoreCase));
        Assert.Contains("Content-Type: multipart/form-data; boundary=", rig.Head, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task Form_WithMoreBeforeItsModelThanABodyMayHave_Is413AndSaysAWayOut()
    {
        await using var rig = await Rig.StartAsync("direct, max_request_body: 1MB");
        using var late = Form("embedder", isModelFirst: false, new byte[2 << 20]);
        using var refused = await rig.Gateway.Client.PostAsync(new Uri("/v1/audio/transcriptions", UriKind.Relative), late);
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, refused.StatusCode);
        Assert.Contains("x-modelscan-provider", await refused.Content.ReadAsStringAsync(), StringComparison.Ordinal);

        // It streams: what stands behind the model has no limit, and neither has a form whose provider is named beside it.
        using var early = Form("embedder", isModelFirst: true, new byte[2 << 20]);
        using var passed = await rig.Gateway.Client.PostAsync(new Uri("/v1/audio/transcriptions", UriKind.Relative), early);
        Assert.Equal(HttpStatusCode.OK, passed.StatusCode);
        using var named = Form("embedder", isModelFirst: false, new byte[2 << 20]);
        using var alsoPassed = await rig.Gateway.Client.PostAsync(new Uri("/v1/audio/transcriptions?provider=acme", UriKind.Relative), named);
        Assert.Equal(HttpStatusCode.OK, alsoPassed.StatusCode);
        using var untouched = Form("embedder", isModelFirst: false, new byte[2 << 20]);
        Assert.True((await untouched.ReadAsByteArrayAsync()).AsSpan().SequenceEqual(rig.Body));
    }

    [Theory]
    [InlineData("multipart/form-data", 400)]
    [InlineData("application/json", 400)]
    [InlineData("text/plain", 400)]
    public async Task Body_ThatIsNeitherFormNorJson_Is400(string type, int status)
    {
        await using var rig = await Rig.StartAsync();
        using var content = new StringContent("neither");
        content.Headers.ContentType = MediaTypeHeaderValue.Parse(type);
        using var response = await rig.Gateway.Client.PostAsync(new Uri("/v1/audio/transcriptions", UriKind.Relative), content);
        Assert.Equal((status, 0), ((int)response.StatusCode, rig.Requests));
    }

    [Theory]
    [InlineData("GET", "/v1/files?limit=2", "", "GET /v1/files?limit=2 ", "sk-acme")]
    [InlineData("GET", "/v1/files?provider=other&limit=2", "", "GET /v1/files?limit=2 ", "sk-other")]
    [InlineData("GET", "/v1/files/file-1/content?provider=other", "", "GET /v1/files/file-1/content ", "sk-other")]
    [InlineData("GET", "/files/a%2Fb", "other", "GET /v1/files/a%2Fb ", "sk-other")]
    [InlineData("DELETE", "/v1/files/file-1", "other/big", "DELETE /v1/files/file-1 ", "sk-other")]
    [InlineData("GET", "/v1/batches/b1", "big", "GET /v1/batches/b1 ", "sk-other")]
    [InlineData("POST", "/v1/batches/b1/cancel", "other", "POST /v1/batches/b1/cancel ", "sk-other")]
    public async Task FilesAndBatches_GoToTheProviderThatIsNamedOrTheDefault(string method, string path, string header, string line, string key)
    {
        await using var rig = await Rig.StartAsync();
        using var request = new HttpRequestMessage(HttpMethod.Parse(method), path);
        if (header.Length > 0)
            request.Headers.Add("x-modelscan-provider", header);
        using var response = await rig.Gateway.Client.SendAsync(request);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.StartsWith(line, rig.Head, StringComparison.Ordinal);
        Assert.Contains(key, rig.Head, StringComparison.Ordinal);
        Assert.DoesNotContain("x-modelscan-provider", rig.Head, StringComparison.OrdinalIgnoreCase);
        Assert.EndsWith("/*", response.Headers.GetValues("x-modelscan-model").Single(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Batch_WithoutModel_PassesAsItIs()
    {
        await using var rig = await Rig.StartAsync();
        const string Body = """{"input_file_id":"file-1","endpoint":"/v1/chat/completions","completion_window":"24h"}""";
        Assert.Equal(200, (await rig.Gateway.PostAsync("/v1/batches?provider=other", Body)).Status);
        Assert.Equal(Body, rig.Text);
    }

    [Theory]
    [InlineData("/v1/embeddings", "")]
    [InlineData("/v1/files", "x-modelscan-provider")]
    public async Task UnknownModelOrProvider_Is404(string path, string header)
    {
        await using var rig = await Rig.StartAsync();
        var answer = await rig.Gateway.PostAsync(path, """{"model":"nobody/knows"}""", header.Length > 0 ? [(header, "nobody")] : []);
        Assert.Equal((404, "model_not_found", 0), (answer.Status, answer.Json.GetProperty("error").GetProperty("code").GetString(), rig.Requests));
    }

    [Fact]
    public async Task ProviderWithoutThatDoor_Is501AndSaysAWayOut()
    {
        await using var gateway = await GatewayUnderTest.StartAsync(TestConfig.Direct.Model("cerebras/*").Model("mistral/*"));
        var answer = await gateway.PostAsync("/v1/embeddings", """{"model":"cerebras/gpt-oss-120b","input":"x"}""");
        Assert.Equal((501, "cerebras"), (answer.Status, answer.Headers["x-modelscan-provider"]));
        var message = answer.Json.GetProperty("error").GetProperty("message").GetString();
        Assert.Equal("cerebras has no /v1/embeddings: name a model of mistral, or say so with doors: [embeddings] in its entry of model_providers if it has", message);
        Assert.Equal(501, (await gateway.PostAsync("/v1/rerank", """{"documents":[]}""")).Status);
    }

    [Fact]
    public async Task ProviderThatIsSaidToHaveADoor_IsAsked()
    {
        string? line = null;
        await using var provider = RawUpstream.Start(request =>
        {
            line = request.Head;
            return request.SendAsync(ProxyConfig.Ok);
        });
        await using var gateway = await GatewayUnderTest.StartAsync(
            TestConfig.Direct.Model("acme/small", $"{provider.Address}v2", more: "provider_interface: openai, doors: [rerank]"));
        Assert.Equal(200, (await gateway.PostAsync("/v1/rerank", """{"model":"acme/small"}""")).Status);
        Assert.StartsWith("POST /v2/rerank ", line, StringComparison.Ordinal);
        Assert.Equal(501, (await gateway.PostAsync("/v1/embeddings", """{"model":"acme/small"}""")).Status);
    }

    [Fact]
    public async Task ProviderThatIsNotThere_Is502()
    {
        await using var gateway = await GatewayUnderTest.StartAsync(ProxyConfig.At(new Uri("http://127.0.0.1:1")));
        var answer = await gateway.PostAsync("/v1/embeddings", """{"model":"gpt-4o","input":"x"}""");
        Assert.Equal((502, "openai: connection refused"), (answer.Status, answer.Json.GetProperty("error").GetProperty("message").GetString()));
    }

    [Fact]
    public async Task Metrics_CountTheRequestAndItsTokens()
    {
        await using var rig = await Rig.StartAsync(answer: request =>
        {
            const string Answer = """{"object":"list","model":"m","data":[],"usage":{"prompt_tokens":17,"total_tokens":17}}""";
            return request.SendAsync($"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {Answer.Length}\r\n\r\n{Answer}");
        });
        await rig.Gateway.PostAsync("/v1/embeddings", """{"model":"embedder","input":"x"}""");
        var metrics = await rig.Gateway.Client.GetStringAsync(new Uri("/metrics", UriKind.Relative));
        Assert.Matches("""(?m)^\S*tokens_total\{[^}]*acme/text-embedding-3-small[^}]*\} 17""", metrics);
        Assert.Contains("handler=\"embeddings\"", metrics, StringComparison.Ordinal);
    }

    private static MultipartFormDataContent Form(string model, bool isModelFirst, byte[] file)
    {
        var form = new MultipartFormDataContent("the-boundary");
        var sound = new ByteArrayContent(file);
        sound.Headers.ContentType = new MediaTypeHeaderValue("audio/wav");
        if (isModelFirst)
            form.Add(new StringContent(model), "model");
        form.Add(sound, "file", "model.wav");
        if (!isModelFirst)
            form.Add(new StringContent(model), "model");
        form.Add(new StringContent("json"), "response_format");
        return form;
    }

    private sealed class Rig(RawUpstream provider, GatewayUnderTest gateway) : IAsyncDisposable
    {
        public GatewayUnderTest Gateway => gateway;

        public int Requests => provider.Requests;

        public string Head { get; private set; } = "";

        public byte[] Body { get; private set; } = [];

        public string Text => Encoding.UTF8.GetString(Body);

        public static async Task<Rig> StartAsync(string mode = "direct", Func<RawRequest, Task>? answer = null)
        {
            Rig? rig = null;
            var provider = RawUpstream.Start(request =>
            {
                (rig!.Head, rig.Body) = (request.Head, request.Body);
                return answer?.Invoke(request) ?? request.SendAsync(ProxyConfig.Ok);
            });
            return rig = new Rig(provider, await GatewayUnderTest.StartAsync(TestConfig.Empty
                .Default("acme/text-embedding-3-small", provider.Address, "sk-acme", "provider_interface: openai")
                .Model("other/big", provider.Address, "sk-other", "name: big, provider_interface: openai")
                .Alias("embedder", "acme/text-embedding-3-small")
                .Routing($"mode: {mode}")));
        }

        public async ValueTask DisposeAsync()
        {
            await gateway.DisposeAsync();
            await provider.DisposeAsync();
        }
    }
}
