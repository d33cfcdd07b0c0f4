using System.IO.Compression;
using System.Text;
using ModelScan.RoutingApi.Providers;
using ModelScan.Tests.Support;

namespace ModelScan.Tests.Providers;

/// <summary>The configured key never appears in a provider's error that is passed on.</summary>
public sealed class KeyMaskTests
{
    private const string Key = "sk-proj-Zx81fQ77LmNa02pRtY45wVbKcD93";
    private const string Chat = """{"model":"gpt-4o","messages":[{"role":"user","content":"hi"}]}""";
    private const string Streamed = """{"model":"gpt-4o","stream":true,"messages":[{"role":"user","content":"hi"}]}""";
    private const string Messages = """{"model":"gpt-4o","max_tokens":9,"messages":[{"role":"user","content":"hi"}]}""";

    public static TheoryData<string> Echoes => new()
    {
        $"Incorrect API key provided: {Key}.",
        $"Incorrect API key provided: {Key[..14]}...{Key[^4..]}.",
        $"Incorrect API key provided: sk-proj-********************{Key[^4..]}. You can find yours at the site.",
        $"no such key: {Key[8..]}",
        $"tokens {Key[10..24]} and {Key[3..12]}",
    };

    [Theory]
    [MemberData(nameof(Echoes))]
    public void Apply_KeyWholeOrInParts_IsMaskedAtTheSameLength(string text)
    {
        using var request = new HttpRequestMessage();
        request.Headers.TryAddWithoutValidation("Authorization", $"Bearer {Key}");
        var masked = KeyMask.Of(request.Headers).Apply(text);
        Assert.Equal(text.Length, masked.Length);
        AssertNoPart(masked);
        Assert.DoesNotContain(Key[^4..], masked, StringComparison.Ordinal);
    }

    [Fact]
    public void Apply_TextWithoutTheKey_IsUntouched()
    {
        using var request = new HttpRequestMessage();
        request.Headers.TryAddWithoutValidation("x-api-key", Key);
        request.Headers.TryAddWithoutValidation("User-Agent", "an-agent-with-a-long-name/1.0");
        const string Text = "The project an-agent-with-a-long-name/1.0 has no access to model gpt-4o... sk-";
        Assert.Equal(Text, KeyMask.Of(request.Headers).Apply(Text));
    }

    [Theory]
    [MemberData(nameof(Echoes))]
    public async Task Error_OfTheClientsFormat_ShowsNoKeyInBodyAndHeaders(string said)
    {
        await using var provider = RawUpstream.Start(Error(401, said));
        await using var gateway = await StartAsync(provider);
        var answer = await gateway.PostAsync("/v1/chat/completions", Chat);
        Assert.Equal(401, answer.Status);
        AssertNoPart(answer.Text);
        AssertNoPart(answer.Headers["warning"]);
        Assert.StartsWith(said[..6], answer.Json.GetProperty("error").GetProperty("message").GetString(), StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Echoes))]
    public async Task Error_Translated_ShowsNoKey(string said)
    {
        await using var provider = RawUpstream.Start(Error(401, said));
        await using var gateway = await StartAsync(provider);
        var answer = await gateway.PostAsync("/v1/messages", Messages);
        Assert.Equal(401, answer.Status);
        AssertNoPart(answer.Text);
    }

    [Fact]
    public async Task Error_Compressed_ShowsNoKey()
    {
        await using var provider = RawUpstream.Start(async request =>
        {
            using var packed = new MemoryStream();
            await using (var gzip = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true))
                gzip.Write(Encoding.UTF8.GetBytes("{\"error\":{\"message\":\"bad key " + Key + "\"}}"));
            await request.SendAsync((byte[])[.. Encoding.ASCII.GetBytes($"HTTP/1.1 403 No\r\ncontent-type: application/json\r\ncontent-encoding: gzip\r\ncontent-length: {packed.Length}\r\n\r\n"), .. packed.ToArray()]);
        });
        await using var gateway = await StartAsync(provider);
        var answer = await gateway.PostAsync("/v1/chat/completions", Chat, ("Accept-Encoding", "gzip"));
        Assert.Equal((403, "bad key " + new string('*', Key.Length)), (answer.Status, answer.Json.GetProperty("error").GetProperty("message").GetString()));
    }

    [Theory]
    [InlineData("/v1/chat/completions")]
    [InlineData("/v1/messages")]
    public async Task ErrorEvent_OfAStream_ShowsNoKey(string path)
    {
        await using var provider = RawUpstream.Start(
            "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\nconnection: close\r\n\r\n"
            + "data: {\"id\":\"1\",\"object\":\"chat.completion.chunk\",\"created\":1,\"model\":\"gpt-4o\",\"choices\":[{\"index\":0,\"delta\":{\"role\":\"assistant\",\"content\":\"Hel\"}}]}\n\n"
            + $"data: {{\"error\":{{\"message\":\"key {Key} was revoked\",\"type\":\"invalid_request_error\"}}}}\n\n");
        await using var gateway = await StartAsync(provider);
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new StringContent(path.EndsWith("messages", StringComparison.Ordinal) ? Streamed.Replace("\"stream\"", "\"max_tokens\":9,\"stream\"", StringComparison.Ordinal) : Streamed, Encoding.UTF8, "application/json") };
        using var response = await gateway.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        var text = new StringBuilder();
        try
        {
            using var reader = new StreamReader(await response.Content.ReadAsStreamAsync());
            while (await reader.ReadLineAsync() is { } line)
                text.AppendLine(line);
        }
        catch (HttpIOException)
        {
            // A stream that fails breaks off behind its error event.
        }

        Assert.Contains("was revoked", text.ToString(), StringComparison.Ordinal);
        AssertNoPart(text.ToString());
    }

    private static string Error(int status, string said)
    {
        var body = "{\"error\":{\"message\":\"" + said + "\",\"type\":\"invalid_request_error\",\"code\":\"invalid_api_key\"}}";
        return $"HTTP/1.1 {status} No\r\ncontent-type: application/json\r\nwarning: {said}\r\ncontent-length: {body.Length}\r\n\r\n{body}";
    }

    private static Task<GatewayUnderTest> StartAsync(RawUpstream provider) =>
        GatewayUnderTest.StartAsync(TestConfig.Direct.Default("openai/gpt-4o", $"{provider.Address}v1", Key));

    private static void AssertNoPart(string text)
    {
        for (var i = 0; i <= Key.Length - 8; i++)
            Assert.DoesNotContain(Key.Substring(i, 8), text, StringComparison.Ordinal);
    }
}
