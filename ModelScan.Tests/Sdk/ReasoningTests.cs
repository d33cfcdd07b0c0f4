using System.Text;
using System.Text.Json.Nodes;
using ModelScan.Tests.Support;

namespace ModelScan.Tests.Sdk;

/// <summary>
/// A model that thinks, behind providers of each format, through the vendors' clients: thoughts are shown where the client has a place for
/// them, and in the second round, with the results of the tools, the provider gets its own state back as it was.
/// </summary>
[Trait("Complaint", "13")]
public sealed class ReasoningTests
{
    private const string Thought = "Let me see.";

    public static TheoryData<string, string, bool> WholeAndStreamed => SdkPairs.WholeAndStreamed;

    [Theory]
    [MemberData(nameof(WholeAndStreamed))]
    public async Task TwoRounds_ThoughtIsShownAndGoesBackAsItCame(string client, string provider, bool streamed)
    {
        await using var thinker = Thinker.Start(provider);
        await using var gateway = await GatewayUnderTest.StartAsync(thinker.Config);
        var conversation = SdkGateway.Open(gateway.Client.BaseAddress!, client, thinker.Model, new SdkOptions { Tools = true, Reasoning = true });

        var first = await TakeAsync(conversation, new SdkTurn("Tell me."), streamed);
        var second = await TakeAsync(conversation, SdkTurn.ResultsOf(first, _ => "sunny"), streamed);

        Assert.Equal((SdkFinish.ToolCalls, SdkFinish.Complete), (first.Finish, second.Finish));
        Assert.Equal("It is sunny.", second.Text);

        // OpenAI's client on Chat Completions knows no thoughts: it neither shows them nor sends them back.
        if (client == SdkPairs.OpenAiChat)
            return;
        Assert.Equal(Thought, first.Thought);
        Assert.Equal(thinker.Expected, ThoughtIn(provider, JsonNode.Parse(thinker.LastBody)!));
    }

    // What stands before the call in the request of the second round.
    private static string ThoughtIn(string provider, JsonNode body) => provider switch
    {
        SdkPairs.Chat => (string?)Assistant(body)["reasoning_content"] ?? "",
        SdkPairs.Messages => Assistant(body)["content"]!.AsArray().First(block => (string?)block!["type"] == "thinking")!.ToJsonString(),
        _ => (string?)body["input"]!.AsArray().First(item => (string?)item!["type"] == "reasoning")!["encrypted_content"] ?? "",
    };

    private static JsonNode Assistant(JsonNode body) => body["messages"]!.AsArray().First(message => (string?)message!["role"] == "assistant")!;

    private static Task<SdkAnswer> TakeAsync(ISdkConversation conversation, SdkTurn turn, bool streamed) =>
        streamed ? conversation.StreamAsync(turn) : conversation.SendAsync(turn);

    /// <summary>A provider of one format, down to the bytes, that thinks, calls a tool and, given its result, answers.</summary>
    private sealed class Thinker(RawUpstream upstream, string provider, Func<string> lastBody) : IAsyncDisposable
    {
        private const string Signature = "EqoBCkgIARABGAIiQL8";

        public string LastBody => lastBody();

        public string Model => provider switch
        {
            SdkPairs.Chat => "deepseek/deepseek-reasoner",
            SdkPairs.Messages => "anthropic/claude-sonnet-4-20250514",
            _ => "thinker/o3",
        };

        /// <summary>The thought as the provider wants it back.</summary>
        public string Expected => provider switch
        {
            SdkPairs.Chat => Thought,
            SdkPairs.Messages => $$"""{"type":"thinking","thinking":"{{Thought}}","signature":"{{Signature}}"}""",
            _ => Signature,
        };

        public TestConfig Config => TestConfig.Direct.Model(Model, upstream.Address, more: provider == SdkPairs.Responses ? "provider_interface: chatgpt" : "");

        public static Thinker Start(string provider)
        {
            var body = "";
            var upstream = RawUpstream.Start(request =>
            {
                body = Encoding.UTF8.GetString(request.Body);
                var json = JsonNode.Parse(body)!;
                var isStream = (bool?)json["stream"] == true;
                var hasResult = body.Contains("sunny", StringComparison.Ordinal);
                var answer = provider switch
                {
                    SdkPairs.Chat => Chat(hasResult, isStream),
                    SdkPairs.Messages => Messages(hasResult, isStream),
                    _ => Responses(hasResult, isStream),
                };
                return request.SendAsync($"HTTP/1.1 200 OK\r\ncontent-type: {(isStream ? "text/event-stream" : "application/json")}\r\ncontent-length: {Encoding.UTF8.GetByteCount(answer)}\r\n\r\n{answer}");
            });
            return new Thinker(upstream, provider, () => body);
        }

        public ValueTask DisposeAsync() => upstream.DisposeAsync();

        private static string Chat(bool hasResult, bool isStream)
        {
            const string Usage = "\"usage\":{\"prompt_tokens\":3,\"completion_tokens\":5,\"total_tokens\":8}";
            const string Call = "\"tool_calls\":[{\"index\":0,\"id\":\"call_1\",\"type\":\"function\",\"function\":{\"name\":\"weather\",\"arguments\":\"{\\\"city\\\":\\\"Oslo\\\"}\"}}]";
            var said = hasResult ? "\"content\":\"It is sunny.\"" : $"\"reasoning_content\":\"{Thought}\",\"content\":null,{Call}";
            var finish = hasResult ? "stop" : "tool_calls";
            if (!isStream)
                return $$$"""{"id":"c1","object":"chat.completion","created":1,"model":"x","choices":[{"index":0,"message":{"role":"assistant",{{{said}}}},"finish_reason":"{{{finish}}}"}],{{{Usage}}}}""";
            var head = """{"id":"c1","object":"chat.completion.chunk","created":1,"model":"x",""";
            var deltas = hasResult ? [said] : new[] { $"\"reasoning_content\":\"{Thought[..5]}\"", $"\"reasoning_content\":\"{Thought[5..]}\"", Call };
            return string.Concat(deltas.Select(delta => $$$"""data: {{{head}}}"choices":[{"index":0,"delta":{{{{delta}}}},"finish_reason":null}]}""" + "\n\n"))
                + $$$"""data: {{{head}}}"choices":[{"index":0,"delta":{},"finish_reason":"{{{finish}}}"}]}""" + "\n\n" + $$"""data: {{head}}"choices":[],{{Usage}}}""" + "\n\ndata: [DONE]\n\n";
        }

        private static string Messages(bool hasResult, bool isStream)
        {
            JsonObject[] blocks = hasResult
                ? [Block("""{"type":"text","text":"It is sunny."}""")]
                : [Block($$"""{"type":"thinking","thinking":"{{Thought}}","signature":"{{Signature}}"}"""), Block("""{"type":"tool_use","id":"toolu_1","name":"weather","input":{"city":"Oslo"},"caller":{"type":"direct"}}""")];
            var stop = hasResult ? "end_turn" : "tool_use";
            const string Usage = """{"input_tokens":3,"output_tokens":5,"cache_creation_input_tokens":0,"cache_read_input_tokens":0}""";
            var message = (JsonObject)JsonNode.Parse($$"""{"id":"msg_1","type":"message","role":"assistant","model":"x","content":[],"stop_reason":null,"stop_sequence":null,"usage":{{Usage}}}""")!;
            if (!isStream)
            {
                message["content"] = new JsonArray([.. blocks]);
                message["stop_reason"] = stop;
                return message.ToJsonString();
            }

            var events = new StringBuilder();
            Add(new JsonObject { ["type"] = "message_start", ["message"] = message });
            for (var i = 0; i < blocks.Length; i++)
            {
                var start = (JsonObject)blocks[i].DeepClone();
                var deltas = new List<JsonObject>();
                foreach (var (field, delta, name) in (ReadOnlySpan<(string, string, string)>)[("text", "text_delta", "text"), ("thinking", "thinking_delta", "thinking"), ("signature", "signature_delta", "signature")])
                {
                    if ((string?)start[field] is not { } text)
                        continue;
                    start[field] = "";
                    deltas.Add(new JsonObject { ["type"] = delta, [name] = text });
                }

                if (start["input"] is { } input)
                {
                    start["input"] = new JsonObject();
                    deltas.Add(new JsonObject { ["type"] = "input_json_delta", ["partial_json"] = input.ToJsonString() });
                }

                Add(new JsonObject { ["type"] = "content_block_start", ["index"] = i, ["content_block"] = start });
                foreach (var delta in deltas)
                    Add(new JsonObject { ["type"] = "content_block_delta", ["index"] = i, ["delta"] = delta });
                Add(new JsonObject { ["type"] = "content_block_stop", ["index"] = i });
            }

            Add(new JsonObject { ["type"] = "message_delta", ["delta"] = new JsonObject { ["stop_reason"] = stop, ["stop_sequence"] = null }, ["usage"] = JsonNode.Parse(Usage) });
            Add(new JsonObject { ["type"] = "message_stop" });
            return events.ToString();

            void Add(JsonObject data) => events.Append("event: ").Append((string)data["type"]!).Append("\ndata: ").Append(data.ToJsonString()).Append("\n\n");
        }

        private static string Responses(bool hasResult, bool isStream)
        {
            JsonObject[] items = hasResult
                ? [Block("""{"type":"message","id":"msg_1","status":"completed","role":"assistant","content":[{"type":"output_text","text":"It is sunny.","annotations":[],"logprobs":[]}]}""")]
                : [Block($$"""{"type":"reasoning","id":"rs_1","summary":[{"type":"summary_text","text":"{{Thought}}"}],"encrypted_content":"{{Signature}}"}"""), Block("""{"type":"function_call","id":"fc_1","call_id":"call_1","name":"weather","arguments":"{\"city\":\"Oslo\"}","status":"completed"}""")];
            var response = (JsonObject)JsonNode.Parse("""{"id":"resp_1","object":"response","created_at":1,"status":"completed","error":null,"incomplete_details":null,"instructions":null,"metadata":{},"model":"x","output":[],"parallel_tool_calls":true,"temperature":1,"tool_choice":"auto","tools":[],"top_p":1,"usage":{"input_tokens":3,"input_tokens_details":{"cached_tokens":0},"output_tokens":5,"output_tokens_details":{"reasoning_tokens":0},"total_tokens":8}}""")!;
            var number = 0;
            var events = new StringBuilder();
            var created = (JsonObject)response.DeepClone();
            created["status"] = "in_progress";
            Add("response.created", new JsonObject { ["response"] = created });
            response["output"] = new JsonArray([.. items]);
            if (!isStream)
                return response.ToJsonString();
            for (var i = 0; i < items.Length; i++)
            {
                Add("response.output_item.added", new JsonObject { ["output_index"] = i, ["item"] = Begun(items[i]) });
                var id = (string)items[i]["id"]!;
                if ((string?)items[i]["arguments"] is { } arguments)
                    Add("response.function_call_arguments.delta", new JsonObject { ["item_id"] = id, ["output_index"] = i, ["delta"] = arguments });
                if ((string?)items[i]["content"]?[0]?["text"] is { } text)
                    Add("response.output_text.delta", new JsonObject { ["item_id"] = id, ["output_index"] = i, ["content_index"] = 0, ["delta"] = text });
                if (items[i]["summary"] is JsonArray { Count: > 0 })
                    Add("response.reasoning_summary_text.delta", new JsonObject { ["item_id"] = id, ["output_index"] = i, ["summary_index"] = 0, ["delta"] = Thought });
                Add("response.output_item.done", new JsonObject { ["output_index"] = i, ["item"] = items[i].DeepClone() });
            }

            Add("response.completed", new JsonObject { ["response"] = response });
            return events.ToString();

            void Add(string type, JsonObject data)
            {
                data.Insert(0, "type", type);
                data["sequence_number"] = number++;
                events.Append("event: ").Append(type).Append("\ndata: ").Append(data.ToJsonString()).Append("\n\n");
            }
        }

        private static JsonObject Begun(JsonObject item)
        {
            var begun = (JsonObject)item.DeepClone();
            if (begun["arguments"] is not null)
                begun["arguments"] = "";
            if (begun["content"] is not null)
                begun["content"] = new JsonArray();
            if (begun["summary"] is not null)
                begun["summary"] = new JsonArray();
            return begun;
        }

        private static JsonObject Block(string json) => (JsonObject)JsonNode.Parse(json)!;
    }
}
