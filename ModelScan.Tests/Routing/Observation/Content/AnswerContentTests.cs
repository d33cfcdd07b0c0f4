using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using ModelScan.RoutingApi.Routing.Observation.Content;
using ModelScan.Tests.Support;

namespace ModelScan.Tests.Routing.Observation.Content;

public sealed class AnswerContentTests
{
    private const string ToolCall = """{"type":"tool_call","id":"c1","name":"f","arguments":{"a":1}}""";

    [Theory]
    [InlineData("chat", ApiFormat.ChatCompletions, """{"choices":[{"index":0,"message":{"role":"assistant","reasoning_content":"hm","content":"Hello","tool_calls":[{"id":"c1","type":"function","function":{"name":"f","arguments":"{\"a\":1}"}}]},"finish_reason":"tool_calls"}]}""",
        """[{"role":"assistant","parts":[{"type":"reasoning","content":"hm"},{"type":"text","content":"Hello"},CALL],"finish_reason":"tool_calls"}]""")]
    [InlineData("chat-choices", ApiFormat.ChatCompletions, """{"choices":[{"index":1,"message":{"content":"B"}},{"index":0,"message":{"content":"A"}}]}""",
        """[{"role":"assistant","parts":[{"type":"text","content":"A"}]},{"role":"assistant","parts":[{"type":"text","content":"B"}]}]""")]
    [InlineData("messages", ApiFormat.Messages, """{"content":[{"type":"thinking","thinking":"hm","signature":"s"},{"type":"text","text":"Hello"},{"type":"tool_use","id":"c1","name":"f","input":{"a":1}}],"stop_reason":"tool_use"}""",
        """[{"role":"assistant","parts":[{"type":"reasoning","content":"hm"},{"type":"text","content":"Hello"},CALL],"finish_reason":"tool_use"}]""")]
    [InlineData("responses", ApiFormat.Responses, """{"status":"completed","output":[{"type":"reasoning","summary":[{"type":"summary_text","text":"hm"}]},{"type":"message","content":[{"type":"output_text","text":"Hello"}]},{"type":"function_call","call_id":"c1","name":"f","arguments":"{\"a\":1}"},{"type":"web_search_call","id":"w"}]}""",
        """[{"role":"assistant","parts":[{"type":"reasoning","content":"hm"},{"type":"text","content":"Hello"},CALL,{"type":"web_search_call"}],"finish_reason":"completed"}]""")]
    [InlineData("converse", ApiFormat.Converse, """{"output":{"message":{"role":"assistant","content":[{"reasoningContent":{"reasoningText":{"text":"hm"}}},{"text":"Hello"},{"toolUse":{"toolUseId":"c1","name":"f","input":{"a":1}}}]}},"stopReason":"tool_use"}""",
        """[{"role":"assistant","parts":[{"type":"reasoning","content":"hm"},{"type":"text","content":"Hello"},CALL],"finish_reason":"tool_use"}]""")]
    [InlineData("chat-stream", ApiFormat.ChatCompletions, """
        data: {"choices":[{"index":0,"delta":{"role":"assistant","content":""}}]}

        data: {"choices":[{"index":0,"delta":{"content":"Hel"}}]}

        data: {"choices":[{"index":0,"delta":{"content":"lo"}}]}

        data: {"choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"id":"c1","function":{"name":"f","arguments":"{\"a\""}}]}}]}

        data: {"choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"function":{"arguments":":1}"}}]},"finish_reason":"tool_calls"}]}

        data: [DONE]


        """, """[{"role":"assistant","parts":[{"type":"text","content":"Hello"},CALL],"finish_reason":"tool_calls"}]""")]
    [InlineData("messages-stream", ApiFormat.Messages, """
        event: message_start
        data: {"type":"message_start","message":{"content":[]}}

        event: content_block_start
        data: {"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}}

        event: content_block_delta
        data: {"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"Hel"}}

        event: content_block_delta
        data: {"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"lo"}}

        event: content_block_start
        data: {"type":"content_block_start","index":1,"content_block":{"type":"tool_use","id":"c1","name":"f","input":{}}}

        event: content_block_delta
        data: {"type":"content_block_delta","index":1,"delta":{"type":"input_json_delta","partial_json":"{\"a\":1}"}}

        event: message_delta
        data: {"type":"message_delta","delta":{"stop_reason":"tool_use"}}


        """, """[{"role":"assistant","parts":[{"type":"text","content":"Hello"},CALL],"finish_reason":"tool_use"}]""")]
    [InlineData("responses-stream", ApiFormat.Responses, """
        event: response.output_text.delta
        data: {"type":"response.output_text.delta","output_index":0,"delta":"Hel"}

        event: response.output_item.done
        data: {"type":"response.output_item.done","output_index":0,"item":{"type":"message","content":[{"type":"output_text","text":"Hello"}]}}

        event: response.output_item.done
        data: {"type":"response.output_item.done","output_index":1,"item":{"type":"function_call","call_id":"c1","name":"f","arguments":"{\"a\":1}"}}

        event: response.incomplete
        data: {"type":"response.incomplete","response":{"status":"incomplete","incomplete_details":{"reason":"max_output_tokens"}}}


        """, """[{"role":"assistant","parts":[{"type":"text","content":"Hello"},CALL],"finish_reason":"max_output_tokens"}]""")]
    public void Add_AnswerCutAnywhere_GivesItsMessages(string id, ApiFormat format, string answer, string expected)
    {
        var bytes = Encoding.UTF8.GetBytes(answer);
        for (var cut = 0; cut <= bytes.Length; cut++)
        {
            using var content = new AnswerContent(format);
            content.Add(bytes.AsSpan(0, cut));
            content.Add(bytes.AsSpan(cut));
            Assert.Equal((id, expected.Replace("CALL", ToolCall, StringComparison.Ordinal)), (id, content.ToJson()));
        }
    }

    [Fact]
    public void Add_EventStreamCutAnywhere_GivesItsMessage()
    {
        var bytes = JsonNode.Parse("""
            [{"messageStart":{"role":"assistant"}},
             {"contentBlockDelta":{"contentBlockIndex":0,"delta":{"reasoningContent":{"text":"hm"}}}},
             {"contentBlockDelta":{"contentBlockIndex":1,"delta":{"text":"Hel"}}},
             {"contentBlockDelta":{"contentBlockIndex":1,"delta":{"text":"lo"}}},
             {"contentBlockStart":{"contentBlockIndex":2,"start":{"toolUse":{"toolUseId":"c1","name":"f"}}}},
             {"contentBlockDelta":{"contentBlockIndex":2,"delta":{"toolUse":{"input":"{\"a\":1}"}}}},
             {"messageStop":{"stopReason":"tool_use"}}]
            """)!.AsArray().SelectMany(item => ConverseFrames.Of(item!.AsObject())).ToArray();
        for (var cut = 0; cut <= bytes.Length; cut++)
        {
            using var content = new AnswerContent(ApiFormat.Converse);
            content.Add(bytes.AsSpan(0, cut));
            content.Add(bytes.AsSpan(cut));
            Assert.Equal($$"""[{"role":"assistant","parts":[{"type":"reasoning","content":"hm"},{"type":"text","content":"Hello"},{{ToolCall}}],"finish_reason":"tool_use"}]""", content.ToJson());
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("{\"choices\":")]
    [InlineData("data: {no\n\n")]
    [InlineData("<html>")]
    [InlineData("{\"choices\":7,\"output\":{},\"content\":7}")]
    public void ToJson_NothingUnderstood_IsNothing(string answer)
    {
        foreach (var format in Enum.GetValues<ApiFormat>())
        {
            using var content = new AnswerContent(format);
            content.Add(Encoding.UTF8.GetBytes(answer));
            Assert.True(content.ToJson() is null or """[{"role":"assistant","parts":[]}]""", answer);
        }
    }

    [Fact]
    public void ToJson_LongText_IsItsBeginning()
    {
        using var content = new AnswerContent(ApiFormat.ChatCompletions);
        for (var i = 0; i < 400; i++)
            content.Add(Encoding.UTF8.GetBytes($"data: {{\"choices\":[{{\"delta\":{{\"content\":\"{new string('x', 1000)}\"}}}}]}}\n\n"));
        using var json = JsonDocument.Parse(content.ToJson()!);
        Assert.Equal($"{new string('x', ContentBudget.LongestText)}…", json.RootElement[0].GetProperty("parts")[0].GetProperty("content").GetString());
    }

    [Fact]
    public void ToJson_ManyLongParts_StaysWithinItsBudget()
    {
        using var content = new AnswerContent(ApiFormat.Messages);
        content.Add(Encoding.UTF8.GetBytes($"{{\"content\":[{string.Join(',', Enumerable.Repeat($"{{\"type\":\"text\",\"text\":\"{new string('x', 9000)}\"}}", 100))}]}}"));
        Assert.InRange(content.ToJson()!.Length, ContentBudget.OfAttribute, ContentBudget.OfAttribute + 10_000);
    }

    [Fact]
    public void ToJson_AnswerBeyondTheLimit_IsNothing()
    {
        using var content = new AnswerContent(ApiFormat.ChatCompletions);
        content.Add("{\"choices\":\""u8);
        for (var i = 0; i < 40; i++)
            content.Add(new byte[64 * 1024]);
        Assert.Null(content.ToJson());
    }
}
