using System.Text;
using ModelScan.Tests.Support;

namespace ModelScan.Tests.Endpoints;

/// <summary>What Anthropic's API has got since: passed on to its models, said in the words of others, never a reason not to answer.</summary>
public sealed class NewerMessagesTests
{
    [Theory]
    [InlineData("""{"type":"compaction","content":"We spoke of ports."}""", "messages.content.compaction")]
    [InlineData("""{"type":"fallback","from":{"model":"a"},"to":{"model":"b"}}""", "messages.content.fallback")]
    [InlineData("""{"type":"tool_addition","tools":[{"name":"t"}]}""", "messages.content.tool_addition")]
    [InlineData("""{"type":"encrypted_code_execution_result","encrypted_content":"x"}""", "messages.content.encrypted_code_execution_result")]
    [InlineData("""{"type":"never_heard_of","x":[1]}""", "messages.content.never_heard_of")]
    public async Task History_WithABlockThatOthersDoNotKnow_IsAnsweredAndReported(string block, string dropped)
    {
        await using var rig = await Rig.StartAsync();
        foreach (var role in (string[])["assistant", "user", "system"])
        {
            var body = $$"""{"model":"acme/chat","max_tokens":9,"messages":[{"role":"user","content":"q"},{"role":"{{role}}","content":[{{block}},{"type":"text","text":"and so on"}]},{"role":"user","content":"go on"}]}""";
            var answer = await rig.Gateway.PostAsync("/v1/messages", body, ("anthropic-version", "2026-10-21"));
            Assert.Equal((role, 200), (role, answer.Status));
            Assert.Contains(dropped, answer.Headers["x-modelscan-dropped"], StringComparison.Ordinal);
            Assert.Contains("and so on", rig.Sent, StringComparison.Ordinal);
            Assert.Equal(dropped.EndsWith("compaction", StringComparison.Ordinal) && role != "system", rig.Sent.Contains("We spoke of ports.", StringComparison.Ordinal));
        }
    }

    [Fact]
    public async Task LastTurn_WithABlockThatNobodyKnows_IsRefused()
    {
        await using var rig = await Rig.StartAsync();
        var answer = await rig.Gateway.PostAsync("/v1/messages", """{"model":"acme/chat","max_tokens":9,"messages":[{"role":"user","content":[{"type":"hologram","x":1}]}]}""");
        Assert.Equal(400, answer.Status);
        Assert.Contains("hologram", answer.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("\"thinking\":{\"type\":\"between_tools\"}", "thinking.type")]
    [InlineData("\"thinking\":{\"type\":\"whenever_it_likes\"}", "thinking.type")]
    [InlineData("\"inference_geo\":\"eu\"", "inference_geo")]
    [InlineData("\"diagnostics\":{\"cache\":true}", "diagnostics")]
    [InlineData("\"speed\":\"fast\"", "speed")]
    [InlineData("\"fallbacks\":[{\"model\":\"claude-haiku-4-5\"}]", "fallbacks")]
    [InlineData("\"compaction\":{\"enabled\":true}", "compaction")]
    [InlineData("\"thread\":{\"id\":\"t\"}", "thread")]
    [InlineData("\"user_profile_id\":\"u\"", "user_profile_id")]
    [InlineData("\"of_next_year\":{}", "of_next_year")]
    public async Task Field_ThatOthersDoNotHave_IsReported(string field, string dropped)
    {
        await using var rig = await Rig.StartAsync();
        var answer = await rig.Gateway.PostAsync("/v1/messages", $$"""{"model":"acme/chat","max_tokens":9,{{field}},"messages":[{"role":"user","content":"hi"}]}""");
        Assert.Equal(200, answer.Status);
        Assert.Contains(dropped, answer.Headers["x-modelscan-dropped"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Answer_WithWhatOthersDoNotHave_IsReported()
    {
        await using var rig = await Rig.StartAsync("""
            {"id":"msg_1","type":"message","role":"assistant","model":"m","content":[{"type":"text","text":"hi"}],"stop_reason":"end_turn","stop_sequence":null,"stop_details":{"type":"x"},
             "diagnostics":{"cache_miss_reason":"ttl"},"container":null,"usage":{"input_tokens":1,"output_tokens":1,"inference_geo":"eu"}}
            """);
        var answer = await rig.Gateway.PostAsync("/v1/chat/completions", GatewayUnderTest.Chat("hi", "claude-sonnet-4-20250514"));
        Assert.Equal(200, answer.Status);
        Assert.Equal(
            ["answer.message.diagnostics", "answer.message.stop_details", "answer.usage.inference_geo"],
            answer.Headers["x-modelscan-dropped"].Split(", ").Where(name => name.StartsWith("answer.", StringComparison.Ordinal)).Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("anthropic/claude-sonnet-4-20250514", true)]
    [InlineData("two", false)]
    public async Task ServersOwnFallbacks_ActWhereTheGatewayHasNone(string model, bool passes)
    {
        await using var rig = await Rig.StartAsync(Message);
        var answer = await rig.Gateway.PostAsync("/v1/messages", $$"""{"model":"{{model}}","max_tokens":9,"fallbacks":[{"model":"claude-haiku-4-5"}],"messages":[{"role":"user","content":"hi"}]}""");
        Assert.Equal(200, answer.Status);
        Assert.Equal(passes, rig.Sent.Contains("fallbacks", StringComparison.Ordinal));
        Assert.Equal(!passes, answer.Headers.TryGetValue("x-modelscan-dropped", out var dropped) && dropped == "fallbacks");
    }

    [Fact]
    public async Task AdaptiveThinking_OfAModelThatGoesByABudget_IsABudget()
    {
        await using var rig = await Rig.StartAsync(Message);
        const string Edits = """
            "context_management":{"edits":[{"type":"clear_thinking_20251015","keep":"all"}]}
            """;
        var answer = await rig.Gateway.PostAsync(
            "/v1/messages",
            $$"""{"model":"anthropic/claude-sonnet-4-20250514","max_tokens":32000,"thinking":{"type":"adaptive"},"output_config":{"effort":"high"},{{Edits}},"messages":[{"role":"user","content":"hi"}]}""");
        Assert.Equal((200, "thinking"), (answer.Status, answer.Headers["x-modelscan-dropped"]));
        Assert.Contains($$"""
            "max_tokens":32000,"thinking":{"type":"enabled","budget_tokens":16384},{{Edits}},"messages"
            """, rig.Sent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task VersionAndBetas_PassThrough()
    {
        await using var rig = await Rig.StartAsync(Message);
        const string Betas = "compact-2026-09-04,server-side-fallback-2026-07-01,mid-conversation-tool-changes-2026-07-01";
        await rig.Gateway.PostAsync("/v1/messages", """{"model":"anthropic/claude-sonnet-4-20250514","max_tokens":9,"messages":[{"role":"user","content":"hi"}]}""", ("anthropic-version", "2026-10-21"), ("anthropic-beta", Betas));
        Assert.Contains("anthropic-version: 2026-10-21", rig.Head, StringComparison.OrdinalIgnoreCase);
        Assert.Contains($"anthropic-beta: {Betas}", rig.Head, StringComparison.OrdinalIgnoreCase);
    }

    private const string Message = """{"id":"msg_1","type":"message","role":"assistant","model":"m","content":[{"type":"text","text":"hi"}],"stop_reason":"end_turn","stop_sequence":null,"usage":{"input_tokens":1,"output_tokens":1}}""";

    private sealed class Rig(RawUpstream provider, GatewayUnderTest gateway) : IAsyncDisposable
    {
        public GatewayUnderTest Gateway => gateway;

        public string Head { get; private set; } = "";

        public string Sent { get; private set; } = "";

        public static async Task<Rig> StartAsync(string? message = null)
        {
            Rig? rig = null;
            var provider = RawUpstream.Start(request =>
            {
                (rig!.Head, rig.Sent) = (request.Head, Encoding.UTF8.GetString(request.Body));
                var answer = message ?? FormatWords.Chat.Whole("hi");
                return request.SendAsync($"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {Encoding.UTF8.GetByteCount(answer)}\r\n\r\n{answer}");
            });
            return rig = new Rig(provider, await GatewayUnderTest.StartAsync(TestConfig.Direct
                .Model("acme/chat", provider.Address, more: "provider_interface: openai")
                .Model("anthropic/claude-sonnet-4-20250514", provider.Address)
                .Model("anthropic/claude-opus-4-5", provider.Address, more: "name: two, retry_policy: { fallback_models: [anthropic/claude-sonnet-4-20250514] }")));
        }

        public async ValueTask DisposeAsync()
        {
            await gateway.DisposeAsync();
            await provider.DisposeAsync();
        }
    }
}
