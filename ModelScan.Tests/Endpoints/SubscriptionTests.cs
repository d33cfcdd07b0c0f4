using System.Text;
using System.Text.Json;
using ModelScan.Tests.Support;

namespace ModelScan.Tests.Endpoints;

/// <summary>Services that are paid for by subscription: they want to know which client asks, and one of them only streams.</summary>
public sealed class SubscriptionTests
{
    private const string Item = """{"type":"message","id":"msg_1","role":"assistant","status":"completed","content":[{"type":"output_text","text":"Hello there","annotations":[]}]}""";
    private const string Response = """{"id":"resp_1","object":"response","created_at":1,"status":"completed","model":"gpt-5-codex","output":[OUTPUT],"usage":{"input_tokens":7,"output_tokens":3,"total_tokens":10}}""";

    private static readonly string Stream = Event("response.created", """{"type":"response.created","response":{"id":"resp_1","output":[]}}""")
        + Event("response.output_text.delta", """{"type":"response.output_text.delta","delta":"Hello there"}""")
        + Event("response.output_item.done", $$"""{"type":"response.output_item.done","output_index":0,"item":{{Item}}}""")
        + Event("response.completed", $$"""{"type":"response.completed","response":{{Response.Replace("OUTPUT", "", StringComparison.Ordinal)}}}""");

    [Fact]
    public async Task WholeAnswer_OfAProviderThatOnlyStreams_IsPutTogether_I17()
    {
        await using var rig = await Rig.StartAsync(Stream);
        var answer = await rig.Gateway.PostAsync("/v1/responses", """{"model":"chatgpt/gpt-5-codex","input":"hi","stream":false}""", ("accept", "application/json"));
        Assert.Equal((200, "application/json"), (answer.Status, answer.Headers["content-type"]));
        Assert.Equal("Hello there", answer.Json.GetProperty("output")[0].GetProperty("content")[0].GetProperty("text").GetString());
        Assert.Equal(10, answer.Json.GetProperty("usage").GetProperty("total_tokens").GetInt32());
        using var sent = JsonDocument.Parse(rig.Body);
        Assert.Equal((true, false), (sent.RootElement.GetProperty("stream").GetBoolean(), sent.RootElement.GetProperty("store").GetBoolean()));
        Assert.Equal("text/event-stream", rig.Header("accept"));
    }

    [Theory]
    [InlineData("/v1/chat/completions", """{"model":"chatgpt/gpt-5-codex","messages":[{"role":"user","content":"hi"}]}""")]
    [InlineData("/v1/messages", """{"model":"chatgpt/gpt-5-codex","max_tokens":50,"messages":[{"role":"user","content":"hi"}]}""")]
    [InlineData("/v1/responses", """{"model":"mine/gpt-5-codex","input":"hi"}""")]
    public async Task WholeAnswer_ForAnyClientAndName_IsPutTogether(string path, string body)
    {
        await using var rig = await Rig.StartAsync(Stream);
        var answer = await rig.Gateway.PostAsync(path, body);
        Assert.Equal(200, answer.Status);
        Assert.Contains("Hello there", answer.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Stream_OfAProviderThatOnlyStreams_PassesAsItIs_I16()
    {
        await using var rig = await Rig.StartAsync(Stream);
        Assert.Equal(Stream, (await rig.Gateway.PostAsync("/v1/responses", """{"model":"chatgpt/gpt-5-codex","input":"hi","stream":true}""")).Text);
    }

    [Fact]
    public async Task WholeAnswer_StreamIsCut_Is502AndNeverHalfAnAnswer()
    {
        await using var rig = await Rig.StartAsync(Stream[..^200]);
        var answer = await rig.Gateway.PostAsync("/v1/responses", """{"model":"chatgpt/gpt-5-codex","input":"hi"}""");
        Assert.Equal((502, "the provider closed the stream before its end"), (answer.Status, answer.Json.GetProperty("error").GetProperty("message").GetString()));
    }

    [Fact]
    public async Task WholeAnswer_StreamSaysThatItFailed_IsThatError()
    {
        await using var rig = await Rig.StartAsync(Event("response.failed", """{"type":"response.failed","response":{"status":"failed","error":{"code":"rate_limit_exceeded","message":"slow down"}}}"""));
        var answer = await rig.Gateway.PostAsync("/v1/chat/completions", """{"model":"chatgpt/gpt-5-codex","messages":[{"role":"user","content":"hi"}]}""");
        Assert.Equal((429, "chatgpt: slow down"), (answer.Status, answer.Json.GetProperty("error").GetProperty("message").GetString()));
    }

    [Fact]
    public async Task WholeAnswer_ProviderRefuses_IsItsError()
    {
        await using var rig = await Rig.StartAsync(null, ProxyConfig.Error(400));
        var answer = await rig.Gateway.PostAsync("/v1/responses", """{"model":"chatgpt/gpt-5-codex","input":"hi"}""");
        Assert.Equal((400, "no luck"), (answer.Status, answer.Json.GetProperty("error").GetProperty("message").GetString()));
    }

    [Fact]
    public async Task Identity_OfASubscription_IsThatOfItsOwnClient()
    {
        await using var rig = await Rig.StartAsync(Stream, null, "--CHATGPT_ACCOUNT_ID=acc-1");
        await rig.Gateway.PostAsync("/v1/responses", """{"model":"chatgpt/gpt-5-codex","input":"hi"}""", ("user-agent", "OpenAI/Python 1.0"));
        Assert.Equal(("acc-1", "codex_cli_rs", "Bearer k"), (rig.Header("chatgpt-account-id"), rig.Header("originator"), rig.Header("authorization")));
        Assert.StartsWith("codex_cli_rs/", rig.Header("user-agent"), StringComparison.Ordinal);
        Assert.True(Guid.TryParse(rig.Header("session_id"), out _));
    }

    [Fact]
    public async Task Identity_OfAClientThatHasOne_IsKept()
    {
        await using var rig = await Rig.StartAsync(Stream, null, "--CHATGPT_ACCOUNT_ID=acc-1");
        await rig.Gateway.PostAsync(
            "/v1/responses", """{"model":"chatgpt/gpt-5-codex","input":"hi"}""",
            ("originator", "codex_vscode"), ("user-agent", "codex_vscode/2"), ("session_id", "s-1"), ("chatgpt-account-id", "acc-2"));
        Assert.Equal(("acc-2", "codex_vscode", "codex_vscode/2", "s-1"), (rig.Header("chatgpt-account-id"), rig.Header("originator"), rig.Header("user-agent"), rig.Header("session_id")));
    }

    [Fact]
    public async Task Identity_InOneSession_IsTheSameFromTurnToTurn()
    {
        await using var rig = await Rig.StartAsync(Stream, null, "--Routing:Mode=policy");
        var ids = new List<string?>();
        foreach (var session in new[] { "a", "a", "b" })
        {
            await rig.Gateway.PostAsync("/v1/responses", """{"model":"chatgpt/gpt-5-codex","input":"hi"}""", ("x-model-affinity", session));
            ids.Add(rig.Header("session_id"));
        }

        Assert.Equal(ids[0], ids[1]);
        Assert.NotEqual(ids[0], ids[2]);
    }

    [Theory]
    [InlineData("moonshotai/kimi-for-coding", "OpenAI/JS 5", "KimiCLI/1.3")]
    [InlineData("moonshotai/kimi-for-coding", "KimiCLI/2.0", "KimiCLI/2.0")]
    [InlineData("moonshotai/kimi-k2", "OpenAI/JS 5", "OpenAI/JS 5")]
    [InlineData("configured/kimi-for-coding", "OpenAI/JS 5", "mine/1")]
    public async Task Identity_OfKimisCodingModel_IsThatOfACodingAgent(string model, string agent, string expected)
    {
        await using var rig = await Rig.StartAsync(null, ProxyConfig.Ok);
        await rig.Gateway.PostAsync("/v1/chat/completions", GatewayUnderTest.Chat("hi", model), ("user-agent", agent));
        Assert.Equal(expected, rig.Header("user-agent"));
    }

    private static string Event(string name, string data) => $"event: {name}\ndata: {data}\n\n";

    private sealed class Rig(RawUpstream provider, GatewayUnderTest gateway) : IAsyncDisposable
    {
        private RawRequest? _seen;

        public GatewayUnderTest Gateway => gateway;

        public string Body => Encoding.UTF8.GetString(_seen!.Body);

        public static async Task<Rig> StartAsync(string? stream, string? answer = null, params string[] args)
        {
            Rig? rig = null;
            var provider = RawUpstream.Start(async request =>
            {
                rig!._seen = request;
                if (stream is null)
                {
                    await request.SendAsync(answer!);
                    return;
                }

                await request.BeginChunkedAsync();
                await request.SendChunkAsync(stream);
                await request.EndChunkedAsync();
            });
            rig = new Rig(provider, await GatewayUnderTest.StartAsync(
                TestConfig.Direct
                    .Model("chatgpt/gpt-5-codex", provider.Address)
                    .Model("mine/gpt-5-codex", provider.Address, more: "provider_interface: chatgpt")
                    .Model("moonshotai/kimi-for-coding", provider.Address)
                    .Model("moonshotai/kimi-k2", provider.Address)
                    .Model("configured/kimi-for-coding", provider.Address, more: "provider_interface: moonshotai, headers: { User-Agent: mine/1 }"),
                args));
            return rig;
        }

        public string? Header(string name) => _seen!.Head.Split("\r\n")
            .Where(line => line.StartsWith($"{name}: ", StringComparison.OrdinalIgnoreCase))
            .Select(line => line[(name.Length + 2)..])
            .SingleOrDefault();

        public async ValueTask DisposeAsync()
        {
            await gateway.DisposeAsync();
            await provider.DisposeAsync();
        }
    }
}
