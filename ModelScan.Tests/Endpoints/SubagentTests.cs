using System.Text;
using System.Text.Json.Nodes;
using ModelScan.Tests.Support;

namespace ModelScan.Tests.Endpoints;

/// <summary>Coding agents through the gateway: the main conversation as it is, its subagents on other models.</summary>
public sealed class SubagentTests
{
    private const string Reviewer = "You are a senior code reviewer.\nLook for what is wrong with the code and say it plainly.";

    private static readonly string[] Agent = ["x-claude-code-agent-id"];

    [Fact]
    public async Task Subagent_ByItsDefinition_IsAnsweredByAnotherModel_AndTheMainOneToTheByte()
    {
        await using var rig = await Rig.StartAsync("mappings: { code-reviewer: \"archgw:gemini-2.0-flash-exp\" }");
        rig.Define("code-reviewer.md", $"---\nname: code-reviewer\nmodel: haiku\n---\n\n{Reviewer}\n");
        await rig.ReloadAsync();

        var main = ClaudeCode("You are Claude Code, the official CLI.");
        var answered = await rig.Gateway.PostAsync("/v1/messages?beta=true", main, ("anthropic-version", "2023-06-01"));
        Assert.Equal((200, "anthropic/claude-opus-5-5", main), (answered.Status, answered.Headers["x-modelscan-model"], rig.Text));
        Assert.False(answered.Headers.ContainsKey("x-modelscan-route"));

        var sub = await rig.Gateway.PostAsync("/v1/messages?beta=true", ClaudeCode(Reviewer), ("anthropic-version", "2023-06-01"), (Agent[0], "a1"), ("x-claude-code-session-id", "s1"));
        Assert.Equal(200, sub.Status);
        Assert.Equal(
            ("archgw/gemini-2.0-flash-exp", "subagents/code-reviewer", "subagents"),
            (sub.Headers["x-modelscan-model"], sub.Headers["x-modelscan-route"], sub.Headers["x-modelscan-decided-by"]));
        Assert.StartsWith("POST /v1/chat/completions ", rig.Head, StringComparison.Ordinal);
        Assert.Equal("gemini-2.0-flash-exp", JsonNode.Parse(rig.Text)!["model"]!.GetValue<string>());

        // The same agent later, when its prompt has been summarised away; and another one, who is not it.
        var later = await rig.Gateway.PostAsync("/v1/messages", ClaudeCode("(a summary)"), (Agent[0], "a1"), ("x-claude-code-session-id", "s1"));
        Assert.Equal("subagents/code-reviewer", later.Headers["x-modelscan-route"]);
        var other = await rig.Gateway.PostAsync("/v1/messages", ClaudeCode("(a summary)"), (Agent[0], "a2"), ("x-claude-code-session-id", "s1"));
        Assert.False(other.Headers.ContainsKey("x-modelscan-route"));
    }

    [Fact]
    public async Task Definition_ThatIsWrittenLater_CountsWithoutAReload()
    {
        await using var rig = await Rig.StartAsync("mappings: { code-reviewer: \"archgw:gemini-2.0-flash-exp\" }");
        rig.Define("code-reviewer.md", Reviewer);
        await Eventually.TrueAsync(
            async () => (await rig.Gateway.PostAsync("/v1/messages", ClaudeCode(Reviewer))).Headers.ContainsKey("x-modelscan-route"), "the definition is read");
    }

    [Theory]
    [InlineData("x-modelscan-agent", "Code-Reviewer")]
    [InlineData("x-openai-subagent", "code-reviewer")]
    public async Task Subagent_ThatItsClientNames_NeedsNoDefinition(string header, string value)
    {
        await using var rig = await Rig.StartAsync("mappings: { code-reviewer: fast }");
        var answer = await rig.Gateway.PostAsync("/v1/chat/completions", GatewayUnderTest.Chat("hi", "claude-opus-5-5"), (header, value));
        Assert.Equal(("archgw/fast-one", "subagents/code-reviewer"), (answer.Headers["x-modelscan-model"], answer.Headers["x-modelscan-route"]));
    }

    [Theory]
    [InlineData("compaction", "x-claude-code-request-class", "compaction")]
    [InlineData("compaction", "x-codex-turn-metadata", """{"request_kind":"compaction","thread_source":"user"}""")]
    [InlineData("subagent", "x-claude-code-agent-id", "anything")]
    [InlineData("subagent", "x-openai-subagent", "collab_spawn")]
    [InlineData("subagent", "x-codex-parent-thread-id", "t")]
    [InlineData("subagent", "x-claude-code-request-class", "Subagent")]
    [InlineData("workflow", "x-claude-code-request-class", "workflow")]
    [InlineData("auxiliary", "x-claude-code-request-class", "auxiliary")]
    [InlineData("main", "x-claude-code-request-class", "main")]
    [InlineData("main", "x-codex-turn-metadata", "{not json")]
    public async Task Class_OfTheRequest_IsWhatTheClientSays(string expected, string header, string value)
    {
        await using var rig = await Rig.StartAsync("rules: [{ when: subagent, model: fast }, { when: compaction, model: fast }, { when: workflow, model: fast }, { when: auxiliary, model: fast }]");
        var answer = await rig.Gateway.PostAsync("/v1/messages", ClaudeCode("main"), (header, value));
        Assert.Equal(expected == "main" ? null : $"subagents/{expected}", answer.Headers.GetValueOrDefault("x-modelscan-route"));
        Assert.Equal(expected == "main" ? "anthropic/claude-opus-5-5" : "archgw/fast-one", answer.Headers["x-modelscan-model"]);
    }

    [Theory]
    [InlineData("/v1/messages", """{"model":"claude-haiku-4-5","max_tokens":9,"messages":[{"role":"user","content":"hi"}]}""", "background")]
    [InlineData("/v1/chat/completions", """{"model":"archgw/gpt-5-mini","messages":[{"role":"user","content":"hi"}]}""", "background")]
    [InlineData("/v1/messages", """{"model":"claude-opus-5-5","max_tokens":9,"thinking":{"type":"adaptive"},"messages":[{"role":"user","content":"hi"}]}""", "thinking")]
    [InlineData("/v1/messages", """{"model":"claude-opus-5-5","max_tokens":9,"thinking":{"type":"disabled"},"messages":[{"role":"user","content":"hi"}]}""", null)]
    [InlineData("/v1/chat/completions", """{"model":"claude-opus-5-5","reasoning_effort":"high","messages":[{"role":"user","content":"hi"}]}""", "thinking")]
    [InlineData("/v1/responses", """{"model":"claude-opus-5-5","reasoning":{"effort":"medium"},"input":"hi"}""", "thinking")]
    [InlineData("/v1/responses", """{"model":"claude-opus-5-5","reasoning":{"effort":"none"},"input":"hi"}""", null)]
    [InlineData("/v1/messages", """{"model":"claude-opus-5-5","max_tokens":9,"tools":[{"type":"web_search_20250305","name":"web_search"}],"messages":[{"role":"user","content":"hi"}]}""", "web_search")]
    [InlineData("/v1/messages", """{"model":"claude-opus-5-5","max_tokens":9,"tools":[{"name":"web_search","input_schema":{"type":"object","properties":{"type":{"type":"web_search"}}}}],"messages":[{"role":"user","content":"hi"}]}""", null)]
    [InlineData("/v1/chat/completions", """{"model":"claude-opus-5-5","web_search_options":{},"messages":[{"role":"user","content":"hi"}]}""", "web_search")]
    [InlineData("/v1/messages", """{"model":"claude-opus-5-5","max_tokens":9,"messages":[{"role":"user","content":[{"type":"image","source":{"type":"base64","media_type":"image/png","data":"iVBORw0KGgo="}}]}]}""", "images")]
    [InlineData("/v1/messages", """{"model":"claude-opus-5-5","max_tokens":9,"messages":[{"role":"user","content":"plain"}]}""", null)]
    public async Task Facts_OfTheRequest_ChooseTheModel(string path, string body, string? expected)
    {
        await using var rig = await Rig.StartAsync(
            "rules: [{ when: background, model: fast }, { when: thinking, model: fast }, { when: long_context, above: 2000, model: fast }, { when: web_search, model: fast }, { when: images, model: fast }]");
        var answer = await rig.Gateway.PostAsync($"/routing{path}?explain=1", body);
        Assert.Equal(200, answer.Status);
        if (expected is null)
        {
            Assert.NotEqual("subagents", answer.Route?.Split('/')[0]);
            return;
        }

        Assert.Equal($"subagents/{expected}", answer.Route);
        Assert.Equal(["fast"], answer.Models);
        Assert.NotEmpty(answer.Json.GetProperty("explanation").GetProperty("notes")[0].GetString()!);
    }

    [Theory]
    [InlineData(9000, false, true)]
    [InlineData(7000, false, false)]
    [InlineData(50_000, true, false)]
    public async Task LongContext_IsOfTextsAlone(int length, bool isImage, bool fires)
    {
        await using var rig = await Rig.StartAsync("rules: [{ when: long_context, above: 2000, model: fast }]");
        var content = isImage
            ? $$$"""[{"type":"image","source":{"type":"base64","media_type":"image/png","data":"{{{new string('A', length)}}}"}}]"""
            : $"\"{new string('x', length)}\"";
        var answer = await rig.Gateway.PostAsync("/routing/v1/messages", $$"""{"model":"claude-opus-5-5","messages":[{"role":"user","content":{{content}}}]}""");
        Assert.Equal(fires ? "subagents/long_context" : null, answer.Route);
    }

    [Fact]
    public async Task Rules_TheFirstInTheFileWins_AndSignalsComeBeforeFacts()
    {
        await using var rig = await Rig.StartAsync("""
            rules:
              - { when: thinking, model: fast }
              - { when: background, model: archgw/other }
              - { when: subagent, model: archgw/for-agents }
            """);
        const string Body = """{"model":"claude-haiku-4-5","max_tokens":9,"thinking":{"type":"adaptive"},"messages":[{"role":"user","content":"hi"}]}""";
        Assert.Equal("subagents/thinking", (await rig.Gateway.PostAsync("/routing/v1/messages", Body)).Route);
        Assert.Equal("subagents/subagent", (await rig.Gateway.PostAsync("/routing/v1/messages", Body, (Agent[0], "a"))).Route);
    }

    [Fact]
    public async Task Rule_MayNameARoute_WhoseModelsAreRanked()
    {
        await using var rig = await Rig.StartAsync("rules: [{ when: subagent, model: code }]");
        var answer = await rig.Gateway.PostAsync("/routing/v1/messages?explain=1", ClaudeCode("x"), (Agent[0], "a"));
        Assert.Equal(["archgw/first", "archgw/second"], answer.Models);
        Assert.Equal(2, answer.Json.GetProperty("explanation").GetProperty("ranking").GetArrayLength());
    }

    [Fact]
    public async Task Rule_MayNameAVirtualModel()
    {
        await using var rig = await Rig.StartAsync("rules: [{ when: subagent, model: modelscan/budget }]");
        var answer = await rig.Gateway.PostAsync("/routing/v1/messages?explain=1", ClaudeCode("x"), (Agent[0], "a"));
        Assert.Equal("subagents/subagent", answer.Route);
        Assert.NotEmpty(answer.Json.GetProperty("explanation").GetProperty("ranking").EnumerateArray());
    }

    [Fact]
    public async Task Rules_SwitchedOff_DoNothing()
    {
        await using var rig = await Rig.StartAsync("enable: false\nrules: [{ when: subagent, model: fast }]");
        Assert.Null((await rig.Gateway.PostAsync("/routing/v1/messages", ClaudeCode("x"), (Agent[0], "a"))).Route);
    }

    // As Claude Code writes it: an attribution line that is never the same, its identity, what the agent is.
    private static string ClaudeCode(string agent) => new JsonObject
    {
        ["model"] = "claude-opus-5-5",
        ["max_tokens"] = 32000,
        ["system"] = new JsonArray(
            Block($"x-anthropic-billing-header: cc_version=2.1.332.abc; nonce={Guid.NewGuid()}"), Block("You are a Claude agent, built on Anthropic's Claude Agent SDK."), Block($"{agent}\n\nNotes:\n- Agent threads always have their cwd reset.")),
        ["messages"] = new JsonArray(new JsonObject { ["role"] = "user", ["content"] = "What is the capital of France?" }),
    }.ToJsonString();

    private static JsonObject Block(string text) => new() { ["type"] = "text", ["text"] = text, ["cache_control"] = new JsonObject { ["type"] = "ephemeral" } };

    private sealed class Rig(RawUpstream provider, GatewayUnderTest gateway, DirectoryInfo folder) : IAsyncDisposable
    {
        public GatewayUnderTest Gateway => gateway;

        public string Head { get; private set; } = "";

        public string Text { get; private set; } = "";

        public static async Task<Rig> StartAsync(string subagents)
        {
            Rig? rig = null;
            var folder = Directory.CreateTempSubdirectory("modelscan-agents-");
            var provider = RawUpstream.Start(request =>
            {
                (rig!.Head, rig.Text) = (request.Head, Encoding.UTF8.GetString(request.Body));
                var answer = request.Head.Contains("/messages", StringComparison.Ordinal) ? FormatWords.Messages.Whole("hi") : FormatWords.Chat.Whole("hi");
                return request.SendAsync($"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {Encoding.UTF8.GetByteCount(answer)}\r\n\r\n{answer}");
            });
            return rig = new Rig(provider, await GatewayUnderTest.StartAsync($$"""
                version: v0.4.0
                providers:
                  archgw: { base_url: "{{provider.Address}}", format: openai }
                  anthropic: { base_url: "{{provider.Address}}", format: anthropic, api_key: k }
                model_aliases: { fast: { target: archgw/fast-one } }
                routing_preferences: [{ name: code, description: "generating new code, writing functions", models: [archgw/first, archgw/second] }]
                subagents:
                  folders: ["{{folder.FullName}}"]
                  {{subagents.ReplaceLineEndings("\n  ")}}
                """), folder);
        }

        public void Define(string file, string text) => File.WriteAllText(Path.Join(folder.FullName, file), text);

        public Task ReloadAsync() => Microsoft.Extensions.DependencyInjection.ServiceProviderServiceExtensions
            .GetRequiredService<RoutingApi.Decisions.Subagents.AgentFolders>(gateway.Services).RefreshAsync(CancellationToken.None);

        public async ValueTask DisposeAsync()
        {
            await gateway.DisposeAsync();
            await provider.DisposeAsync();
            folder.Delete(recursive: true);
        }
    }
}
