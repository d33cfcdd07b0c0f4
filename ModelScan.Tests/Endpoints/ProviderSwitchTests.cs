using System.Text;
using System.Text.Json.Nodes;
using ModelScan.Tests.Support;

namespace ModelScan.Tests.Endpoints;

/// <summary>
/// A conversation moves to a provider of another format, or back: what only the provider before could read stays behind and is reported, and
/// what the next one can read arrives as it was.
/// </summary>
[Trait("Complaint", "13")]
public sealed class ProviderSwitchTests
{
    private const string Thought = """{"id":"msg_1","type":"message","role":"assistant","model":"x","content":[{"type":"thinking","thinking":"hm","signature":"EqoBsig"},{"type":"text","text":"a"}],"stop_reason":"end_turn","stop_sequence":null,"usage":{"input_tokens":1,"output_tokens":2}}""";
    private const string ChatThought = """{"id":"c1","object":"chat.completion","choices":[{"index":0,"message":{"role":"assistant","reasoning_content":"hm","content":"a"},"finish_reason":"stop"}]}""";
    private const string ResponseThought = """{"id":"resp_1","object":"response","status":"completed","output":[{"type":"reasoning","id":"rs_1","summary":[{"type":"summary_text","text":"hm"}],"encrypted_content":"gAAAsealed"},{"type":"message","id":"msg_1","status":"completed","role":"assistant","content":[{"type":"output_text","text":"a","annotations":[]}]}],"usage":{"input_tokens":1,"output_tokens":2,"total_tokens":3}}""";

    private static readonly string[] Families = ["gAAAsealed", "EqoBsig", "ms1."];

    [Theory]
    [InlineData("chat", "messages", "thinking, messages.content.thinking")]
    [InlineData("responses", "messages", "thinking, messages.content.thinking")]
    [InlineData("messages", "responses", "messages.content.thinking")]
    [InlineData("chat", "responses", "messages.content.thinking")]
    public async Task MessagesClient_GoesToAnotherFamily_ThoughtStaysBehindAndIsReported(string from, string to, string dropped)
    {
        await using var rig = await Rig.StartAsync();
        var content = (await rig.AskMessagesAsync(from)).Json.GetProperty("content").GetRawText();

        var answer = await rig.AskMessagesAsync(to, content);

        Assert.Equal((200, dropped), (answer.Status, answer.Headers.GetValueOrDefault("x-modelscan-dropped")));
        Assert.All(Families, mark => Assert.DoesNotContain(mark, rig.LastBody, StringComparison.Ordinal));
        Assert.Contains("\"a\"", rig.LastBody, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("chat", "responses")]
    [InlineData("messages", "responses")]
    [InlineData("responses", "messages")]
    [InlineData("chat", "messages")]
    public async Task ResponsesClient_GoesToAnotherFamily_ThoughtStaysBehindAndIsReported(string from, string to)
    {
        await using var rig = await Rig.StartAsync();
        var output = (await rig.AskResponsesAsync(from)).Json.GetProperty("output").GetRawText();

        var answer = await rig.AskResponsesAsync(to, output);

        Assert.Equal((200, "input.reasoning"), (answer.Status, answer.Headers.GetValueOrDefault("x-modelscan-dropped")));
        Assert.All(Families, mark => Assert.DoesNotContain(mark, rig.LastBody, StringComparison.Ordinal));
        Assert.Contains("\"a\"", rig.LastBody, StringComparison.Ordinal);
    }

    // Two providers of one format: their thoughts look alike, and only the provider can tell whose they are.
    [Theory]
    [InlineData("/v1/messages", "anthropic/claude-sonnet-4-5", """{"model":"MODEL","max_tokens":9,"thinking":{"type":"enabled","budget_tokens":2000},"context_management":{"edits":[{"type":"clear_thinking_20251015","keep":"all"}]},"messages":[{"role":"user","content":"q"},{"role":"assistant","content":[{"type":"thinking","thinking":"hm","signature":"foreign"},{"type":"tool_use","id":"t","name":"f","input":{}}]},{"role":"user","content":[{"type":"tool_result","tool_use_id":"t","content":"r"}]}]}""", """{"type":"error","error":{"type":"invalid_request_error","message":"messages.1.content.0: Invalid `signature` in `thinking` block"}}""", "thinking, context_management.edits, messages.content.thinking")]
    [InlineData("/v1/messages", "anthropic/claude-sonnet-4-5", """{"model":"MODEL","max_tokens":9,"messages":[{"role":"user","content":"q"},{"role":"assistant","content":[{"type":"thinking","thinking":"hm","signature":"foreign"},{"type":"text","text":"a"}]},{"role":"user","content":"r"}]}""", """{"type":"error","error":{"type":"invalid_request_error","message":"messages.1.content.0: Invalid `signature` in `thinking` block"}}""", "messages.content.thinking")]
    [InlineData("/v1/responses", "openai/gpt-5", """{"model":"MODEL","store":false,"input":[{"role":"user","content":"q"},{"type":"reasoning","summary":[],"encrypted_content":"foreign"},{"role":"assistant","content":"a"},{"role":"user","content":"r"}]}""", """{"error":{"message":"The encrypted content could not be verified.","type":"invalid_request_error","param":null,"code":"invalid_encrypted_content"}}""", "input.reasoning")]
    [InlineData("/v1/chat/completions", "groq/llama-3.3-70b", """{"model":"MODEL","messages":[{"role":"user","content":"q"},{"role":"assistant","content":"a","reasoning_content":"foreign"},{"role":"user","content":"r"}]}""", """{"error":{"message":"'messages.1' : for 'role:assistant' the following must be satisfied[('messages.1' : property 'reasoning_content' is unsupported)]","type":"invalid_request_error"}}""", "messages.reasoning_content")]
    public async Task Provider_ThatRefusesThoughtsOfAnother_IsAskedOnceMoreWithoutThem(string path, string model, string body, string error, string dropped)
    {
        var seen = new List<string>();
        await using var provider = RawUpstream.Start(async request =>
        {
            var text = Encoding.UTF8.GetString(request.Body);
            seen.Add(text);
            var (status, answer) = text.Contains("foreign", StringComparison.Ordinal) ? ("400 Bad Request", error) : ("200 OK", "{}");
            await request.SendAsync($"HTTP/1.1 {status}\r\ncontent-type: application/json\r\ncontent-length: {answer.Length}\r\n\r\n{answer}");
        });
        await using var gateway = await GatewayUnderTest.StartAsync(TestConfig.Empty.Model(model, provider.Address).Routing("mode: direct"));
        var answer = await gateway.PostAsync(path, body.Replace("MODEL", model, StringComparison.Ordinal));
        Assert.Equal((200, dropped), (answer.Status, answer.Headers.GetValueOrDefault("x-modelscan-dropped")));
        Assert.Equal(2, seen.Count);
        Assert.DoesNotContain("\"thinking\"", seen[1], StringComparison.Ordinal);
        Assert.Contains("\"r\"", seen[1], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("messages", "EqoBsig")]
    [InlineData("responses", "gAAAsealed")]
    public async Task MessagesClient_AwayAndBack_FirstProviderGetsItsOwnThoughtAgain(string first, string mark)
    {
        await using var rig = await Rig.StartAsync();
        var own = (await rig.AskMessagesAsync(first)).Json.GetProperty("content").GetRawText();
        var foreign = (await rig.AskMessagesAsync("chat", own)).Json.GetProperty("content").GetRawText();

        await rig.AskMessagesAsync(first, own, foreign);

        Assert.Contains(mark, rig.LastBody, StringComparison.Ordinal);
        Assert.DoesNotContain("ms1.", rig.LastBody, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("messages", "EqoBsig")]
    [InlineData("responses", "gAAAsealed")]
    public async Task ResponsesClient_AwayAndBack_FirstProviderGetsItsOwnThoughtAgain(string first, string mark)
    {
        await using var rig = await Rig.StartAsync();
        var own = (await rig.AskResponsesAsync(first)).Json.GetProperty("output").GetRawText();
        var foreign = (await rig.AskResponsesAsync("chat", own)).Json.GetProperty("output").GetRawText();

        await rig.AskResponsesAsync(first, own, foreign);

        Assert.Contains(mark, rig.LastBody, StringComparison.Ordinal);
        Assert.DoesNotContain("ms1.", rig.LastBody, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Complaint", "14")]
    public async Task ResponsesClient_LeavesGeminiWithinAToolLoop_CallIdIsThePlainOneForTheNextAndWholeForGemini()
    {
        const string Signed = """{"id":"c1","choices":[{"index":0,"message":{"role":"assistant","content":null,"tool_calls":[{"id":"call_1","type":"function","function":{"name":"f","arguments":"{}"},"extra_content":{"google":{"thought_signature":"sig"}}}]},"finish_reason":"tool_calls"}]}""";
        await using var rig = await Rig.StartAsync(Signed);
        var called = await rig.AskResponsesAsync("chat");
        var id = called.Json.GetProperty("output")[0].GetProperty("call_id").GetString();
        var output = called.Json.GetProperty("output").GetRawText();
        var result = $$"""[{"type":"function_call_output","call_id":"{{id}}","output":"ok"}]""";

        await rig.AskResponsesAsync("responses", output, result);
        var elsewhere = JsonNode.Parse(rig.LastBody)!["input"]!.AsArray();
        await rig.AskResponsesAsync("chat", output, result);
        var back = JsonNode.Parse(rig.LastBody)!["messages"]!.AsArray();

        Assert.Equal(["call_1", "call_1"], elsewhere.Select(item => (string?)item!["call_id"]).OfType<string>());
        Assert.Equal("sig", (string?)back.Single(message => message!["tool_calls"] is not null)!["tool_calls"]![0]!["extra_content"]!["google"]!["thought_signature"]);
    }

    /// <summary>A gateway in front of a provider of each format, all of which think.</summary>
    private sealed class Rig(GatewayUnderTest gateway, RawUpstream upstream, Func<string> lastBody) : IAsyncDisposable
    {
        public string LastBody => lastBody();

        public static async Task<Rig> StartAsync(string chatAnswer = ChatThought)
        {
            var body = "";
            var upstream = RawUpstream.Start(async request =>
            {
                body = Encoding.UTF8.GetString(request.Body);
                var answer = request.Head.Contains("/v1/messages", StringComparison.Ordinal) ? Thought
                    : request.Head.Contains("/v1/responses", StringComparison.Ordinal) ? ResponseThought
                    : chatAnswer;
                var isStream = body.Contains("\"stream\":true", StringComparison.Ordinal);
                if (isStream)
                    answer = Events(JsonNode.Parse(answer)!);
                await request.SendAsync($"HTTP/1.1 200 OK\r\ncontent-type: {(isStream ? "text/event-stream" : "application/json")}\r\ncontent-length: {Encoding.UTF8.GetByteCount(answer)}\r\n\r\n{answer}");
            });
            var gateway = await GatewayUnderTest.StartAsync(TestConfig.Direct
                .Model("chat/deepseek-reasoner", upstream.Address, more: "provider_interface: openrouter")
                .Model("messages/claude-x", upstream.Address, more: "provider_interface: anthropic")
                .Model("responses/gpt-5", upstream.Address, more: "provider_interface: chatgpt"));
            return new Rig(gateway, upstream, () => body);
        }

        public Task<Answer> AskMessagesAsync(string provider, params string[] contents)
        {
            var turns = string.Concat(contents.Select(content => $$""",{"role":"assistant","content":{{content}}},{"role":"user","content":"on"}"""));
            return gateway.PostAsync("/v1/messages", $$"""{"model":"{{ModelOf(provider)}}","max_tokens":4000,"thinking":{"type":"enabled","budget_tokens":1024},"messages":[{"role":"user","content":"q"}{{turns}}]}""");
        }

        public Task<Answer> AskResponsesAsync(string provider, params string[] outputs)
        {
            var items = string.Concat(outputs.Select(output => $$""",{{output[1..^1]}},{"role":"user","content":"on"}"""));
            return gateway.PostAsync(
                "/v1/responses",
                $$$$"""{"model":"{{{{ModelOf(provider)}}}}","store":false,"include":["reasoning.encrypted_content"],"reasoning":{"effort":"low","summary":"auto"},"tools":[{"type":"function","name":"f","parameters":{"type":"object","properties":{}}}],"input":[{"role":"user","content":"q"}{{{{items}}}}]}""");
        }

        public async ValueTask DisposeAsync()
        {
            await gateway.DisposeAsync();
            await upstream.DisposeAsync();
        }

        // A response as a stream, for a provider that is asked for nothing else.
        private static string Events(JsonNode response)
        {
            var events = new StringBuilder();
            Add(new JsonObject { ["type"] = "response.created", ["response"] = new JsonObject { ["id"] = "resp_1", ["status"] = "in_progress" } });
            var items = response["output"]!.AsArray();
            for (var i = 0; i < items.Count; i++)
            {
                Add(new JsonObject { ["type"] = "response.output_item.added", ["output_index"] = i, ["item"] = items[i]!.DeepClone() });
                if ((string?)items[i]!["content"]?[0]?["text"] is { } text)
                    Add(new JsonObject { ["type"] = "response.output_text.delta", ["output_index"] = i, ["content_index"] = 0, ["delta"] = text });
                Add(new JsonObject { ["type"] = "response.output_item.done", ["output_index"] = i, ["item"] = items[i]!.DeepClone() });
            }

            Add(new JsonObject { ["type"] = "response.completed", ["response"] = response.DeepClone() });
            return events.ToString();

            void Add(JsonObject data) => events.Append("event: ").Append((string)data["type"]!).Append("\ndata: ").Append(data.ToJsonString()).Append("\n\n");
        }

        private static string ModelOf(string provider) => provider switch
        {
            "chat" => "chat/deepseek-reasoner",
            "messages" => "messages/claude-x",
            _ => "responses/gpt-5",
        };
    }
}
