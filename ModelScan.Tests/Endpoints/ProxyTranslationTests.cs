using System.IO.Compression;
using System.Text;
using ModelScan.Tests.Dialects.Translation;
using ModelScan.Tests.Support;

namespace ModelScan.Tests.Endpoints;

/// <summary>What the proxy does around a translation; the translations themselves have tests of their own.</summary>
public sealed class ProxyTranslationTests
{
    private const string Path = "/v1/messages";
    private const string Completion = """{"id":"c","choices":[{"index":0,"message":{"role":"assistant","content":"Hello"},"finish_reason":"stop"}]}""";
    private const string Whole = """{"model":"fast","messages":[{"role":"user","content":"hi"}]}""";
    private const string Streamed = """{"model":"fast","stream":true,"messages":[{"role":"user","content":"hi"}]}""";

    [Fact]
    public async Task Request_OtherFormat_IsTranslatedAndSaysWhatWasDropped()
    {
        RawRequest? seen = null;
        await using var provider = RawUpstream.Start(request =>
        {
            seen = request;
            return request.SendAsync($"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {Completion.Length}\r\n\r\n{Completion}");
        });
        await using var gateway = await StartAsync(provider);
        var body = Whole.Replace("\"messages\"", "\"top_k\":1,\"context_management\":{},\"messages\"", StringComparison.Ordinal);
        var answer = await gateway.PostAsync(Path, body, ("accept-encoding", "gzip"), ("anthropic-version", "2023-06-01"));
        Assert.Equal((200, "Hello", "top_k, context_management", "application/json"), (answer.Status, TextOf(answer), answer.Headers["x-modelscan-dropped"], answer.Headers["content-type"]));
        Assert.StartsWith("POST /v1/chat/completions ", seen!.Head, StringComparison.Ordinal);
        Assert.DoesNotContain("anthropic-version", seen.Head, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("accept-encoding", seen.Head, StringComparison.OrdinalIgnoreCase);
        Assert.Equal("{\"model\":\"gpt-4o-mini\",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}", Encoding.UTF8.GetString(seen.Body));
    }

    [Fact]
    public async Task Answer_WithWhatTheClientsFormatLacks_SaysWhatWasLeftOut()
    {
        const string Answer = """{"id":"c","choices":[{"index":0,"message":{"content":"a","audio":{"id":"x","data":""}},"finish_reason":"stop"}]}""";
        await using var provider = RawUpstream.Start($"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {Answer.Length}\r\n\r\n{Answer}");
        await using var gateway = await GatewayUnderTest.StartAsync(ProxyConfig.At(provider.Address));
        var answer = await gateway.PostAsync(Path, """{"model":"fast","max_tokens":9,"messages":[{"role":"user","content":"hi"}]}""");
        Assert.Equal((200, "answer.message.audio"), (answer.Status, answer.Headers.GetValueOrDefault("x-modelscan-dropped")));
    }

    [Fact]
    public async Task Answer_CompressedAgainstOurWish_IsDecodedFirst()
    {
        using var memory = new MemoryStream();
        await using (var brotli = new BrotliStream(memory, CompressionLevel.Fastest, leaveOpen: true))
            await brotli.WriteAsync(Encoding.UTF8.GetBytes(Completion));
        await using var provider = RawUpstream.Start(async request =>
        {
            await request.SendAsync($"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-encoding: br\r\ncontent-length: {memory.Length}\r\n\r\n");
            await request.SendAsync(memory.ToArray());
        });
        await using var gateway = await StartAsync(provider);
        Assert.Equal("Hello", TextOf(await gateway.PostAsync(Path, Whole)));
    }

    [Fact]
    public async Task Stream_OtherFormat_IsTranslatedAsItArrives()
    {
        using var goOn = new SemaphoreSlim(0);
        await using var provider = RawUpstream.Start(async request =>
        {
            await request.BeginChunkedAsync();
            await request.SendChunkAsync(Chunk("a", "null"));
            await goOn.WaitAsync(request.TestOver);
            await request.SendChunkAsync(Chunk("b", "\"stop\"") + "data: [DONE]\n\n");
            await request.EndChunkedAsync();
        });
        await using var gateway = await StartAsync(provider);
        using var message = new HttpRequestMessage(HttpMethod.Post, Path) { Content = new StringContent(Streamed, null, "application/json") };
        using var response = await gateway.Client.SendAsync(message, HttpCompletionOption.ResponseHeadersRead);
        Assert.Equal("text/event-stream", response.Content.Headers.ContentType!.MediaType);
        goOn.Release();
        var events = PairRun.Events(await response.Content.ReadAsByteArrayAsync()).Select(item => (string?)item["delta"]?["text"] ?? (string?)item["type"]);
        Assert.Equal(["message_start", "content_block_start", "a", "b", "content_block_stop", "message_delta", "message_stop"], events);
    }

    [Fact]
    [Trait("Complaint", "10")]
    public async Task Stream_ProviderBreaksOff_TheTranslationTellsTheClient_10()
    {
        await using var provider = RawUpstream.Start(async request =>
        {
            await request.BeginChunkedAsync();
            await request.SendChunkAsync(Chunk("a", "null"));
            request.Close();
        });
        await using var gateway = await StartAsync(provider);
        Assert.Contains("event: error\ndata: {\"type\":\"error\"", (await gateway.PostAsync(Path, Streamed)).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Error_OfTheProvider_IsToldInTheClientsDialect_E03()
    {
        await using var provider = RawUpstream.Start(ProxyConfig.Error(429, "retry-after: 12\r\n"));
        await using var gateway = await StartAsync(provider);
        var answer = await gateway.PostAsync(Path, Whole);
        var error = answer.Json.GetProperty("error");
        Assert.Equal((429, "12", "rate_limit_error", "openai: no luck"), (answer.Status, answer.Headers["retry-after"], error.GetProperty("type").GetString(), error.GetProperty("message").GetString()));
    }

    [Fact]
    public async Task Error_WithoutJson_NamesStatusAndType_E06()
    {
        await using var provider = RawUpstream.Start("HTTP/1.1 502 Bad\r\ncontent-type: text/html\r\ncontent-length: 6\r\n\r\n<html>");
        await using var gateway = await StartAsync(provider);
        var answer = await gateway.PostAsync(Path, Whole);
        Assert.Equal((502, "openai: HTTP 502 (text/html body)"), (answer.Status, answer.Json.GetProperty("error").GetProperty("message").GetString()));
    }

    [Theory]
    [InlineData("not-json", Whole, "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 2\r\n\r\nno", 502)]
    [InlineData("stream-unasked", Whole, "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ncontent-length: 9\r\n\r\ndata: {}\n", 502)]
    [InlineData("no-stream", Streamed, ProxyConfig.Ok, 502)]
    public async Task Answer_ThatIsNotWhatItShouldBe_IsAProvidersFault(string id, string body, string answer, int status)
    {
        await using var provider = RawUpstream.Start(answer);
        await using var gateway = await StartAsync(provider);
        Assert.Equal((id, status), (id, (await gateway.PostAsync(Path, body)).Status));
    }

    [Fact]
    public async Task Request_ThatCannotBeTranslated_Is400AndNamesTheField()
    {
        await using var provider = RawUpstream.Start(ProxyConfig.Ok);
        await using var gateway = await StartAsync(provider);
        var answer = await gateway.PostAsync(Path, Whole.Replace("\"messages\"", "\"container\":\"c\",\"messages\"", StringComparison.Ordinal));
        Assert.Equal((400, 0), (answer.Status, provider.Requests));
    }

    [Fact]
    public async Task Request_WithoutConversation_IsRefusedBeforeTranslation_E12()
    {
        await using var provider = RawUpstream.Start(ProxyConfig.Ok);
        await using var gateway = await StartAsync(provider);
        Assert.Equal(400, (await gateway.PostAsync(Path, """{"model":"fast","messages":[]}""")).Status);
    }

    private static string Chunk(string text, string reason) => "data: {\"id\":\"c\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\"" + text + "\"},\"finish_reason\":" + reason + "}]}\n\n";

    private static string? TextOf(Answer answer) => answer.Json.GetProperty("content")[0].GetProperty("text").GetString();

    private static Task<GatewayUnderTest> StartAsync(RawUpstream provider) => GatewayUnderTest.StartAsync(ProxyConfig.At(provider.Address));
}
