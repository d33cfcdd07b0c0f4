using System.Buffers;
using System.Text;
using System.Text.Json.Nodes;
using ModelScan.RoutingApi.Dialects.Translation;

namespace ModelScan.Tests.Dialects.Translation;

/// <summary>What is said in one format, said in the other, and said in the first again.</summary>
public sealed class ChatMessagesRoundTripTests
{
    // Plano's rows I2 and I56.
    [Theory]
    [InlineData("""{"model":"a","max_tokens":128,"system":"Be brief.","stop_sequences":["END"],"messages":[{"role":"user","content":"hello"}]}""")]
    [InlineData("""{"model":"a","max_tokens":9,"messages":[{"role":"user","content":[{"type":"text","text":"What?"},{"type":"image","source":{"type":"base64","media_type":"image/png","data":"AA=="}}]}]}""")]
    [InlineData("""{"model":"a","max_tokens":9,"messages":[{"role":"user","content":"x"},{"role":"assistant","content":[{"type":"text","text":"On it"},{"type":"tool_use","id":"t1","name":"f","input":{"a":1}}]},{"role":"user","content":[{"type":"tool_result","tool_use_id":"t1","content":"ok"},{"type":"text","text":"go on"}]}],"tools":[{"name":"f","input_schema":{"type":"object","properties":{}}}],"tool_choice":{"type":"auto","disable_parallel_tool_use":true}}""")]
    public void Translate_MessagesToChatAndBack_IsTheSame(string request)
    {
        var chat = ChatMessagesPair.Translate(ApiFormat.Messages, "modern", Encoding.UTF8.GetBytes(request));
        var back = ChatMessagesPair.Translate(ApiFormat.ChatCompletions, "modern", chat.Body.ToArray());
        Assert.Empty(chat.Dropped);
        Assert.Empty(back.Dropped);
        var expected = JsonNode.Parse(request)!;
        expected["model"] = "claude-x";
        ExpectedJson.Matches(expected.ToJsonString(), Encoding.UTF8.GetString(back.Body.Span));
    }

    [Fact]
    public void Translate_ThoughtOfAnswer_GoesBackAsItCame()
    {
        const string Answer = """{"id":"msg_1","content":[{"type":"thinking","thinking":"t","signature":"s"},{"type":"redacted_thinking","data":"d"},{"type":"tool_use","id":"t1","name":"f","input":{}}],"stop_reason":"tool_use"}""";
        var exchange = ChatMessagesPair.Exchange(ApiFormat.ChatCompletions, "anthropic");
        var message = JsonNode.Parse(ChatMessagesPair.Answer(exchange, Encoding.UTF8.GetBytes(Answer)))!["choices"]![0]!["message"]!.ToJsonString();
        var request = $$$"""{"model":"m","messages":[{"role":"user","content":"x"},{{{message}}},{"role":"tool","tool_call_id":"t1","content":"ok"}]}""";
        var next = JsonNode.Parse(ChatMessagesPair.Translate(ApiFormat.ChatCompletions, "anthropic", Encoding.UTF8.GetBytes(request)).Body.Span)!;
        ExpectedJson.Matches(JsonNode.Parse(Answer)!["content"]!.ToJsonString(), next["messages"]![1]!["content"]!.ToJsonString());
    }

    [Fact]
    [Trait("Complaint", "14")]
    public void Translate_StateOfStreamedAnswer_GoesBackAsItCame()
    {
        const string Stream = """
            data: {"id":"c","choices":[{"delta":{"reasoning":"hm","reasoning_details":[{"type":"reasoning.encrypted","data":"e"}]}}]}

            data: {"id":"c","choices":[{"delta":{"tool_calls":[{"index":0,"id":"t1","function":{"name":"f","arguments":"{}"},"extra_content":{"google":{"thought_signature":"s"}}}]},"finish_reason":"stop"}]}

            data: [DONE]


            """;
        var events = StreamText.Events(ChatMessagesPair.Stream(ChatMessagesPair.Exchange(ApiFormat.Messages, "reasoning-content"), Encoding.UTF8.GetBytes(Stream)));
        var signature = (string)events.Select(item => JsonNode.Parse(item.Data)!).Single(data => (string?)data["delta"]?["type"] == "signature_delta")["delta"]!["signature"]!;
        var id = (string)events.Select(item => JsonNode.Parse(item.Data)!).Single(data => (string?)data["content_block"]?["type"] == "tool_use")["content_block"]!["id"]!;
        var request = $$$"""{"model":"m","max_tokens":9,"messages":[{"role":"user","content":"x"},{"role":"assistant","content":[{"type":"thinking","thinking":"hm","signature":"{{{signature}}}"},{"type":"tool_use","id":"{{{id}}}","name":"f","input":{}}]},{"role":"user","content":[{"type":"tool_result","tool_use_id":"{{{id}}}","content":"ok"}]}]}""";
        var next = JsonNode.Parse(ChatMessagesPair.Translate(ApiFormat.Messages, "reasoning-content", Encoding.UTF8.GetBytes(request)).Body.Span)!;
        ExpectedJson.Matches(
            """{"role":"assistant","content":null,"reasoning":"hm","reasoning_details":[{"type":"reasoning.encrypted","data":"e"}],"tool_calls":[{"id":"t1","type":"function","function":{"name":"f","arguments":"{}"},"extra_content":{"google":{"thought_signature":"s"}}}]}""",
            next["messages"]![1]!.ToJsonString());
        Assert.Equal("t1", (string?)next["messages"]![2]!["tool_call_id"]);
    }

    // Plano's row K13.
    [Theory]
    [InlineData(ApiFormat.Messages)]
    [InlineData(ApiFormat.ChatCompletions)]
    public void Write_LineWithoutEnd_FailsAtTheLimit(ApiFormat client)
    {
        var stream = ChatMessagesPair.Exchange(client, "modern").OpenStream();
        var piece = new byte[1 << 20];
        piece.AsSpan().Fill((byte)'x');
        var output = new ArrayBufferWriter<byte>();
        Assert.Throws<ProviderAnswerException>(() =>
        {
            for (var i = 0; i < 100; i++)
                stream.Write(piece, output);
        });
    }

    // The beginning of a request stays the same, byte for byte, when the conversation goes on: providers cache by prefix.
    [Fact]
    public void Translate_ConversationGoesOn_BeginsWithTheSameBytes()
    {
        var first = Turns("""{"role":"user","content":"a"},{"role":"assistant","content":[{"type":"text","text":"b"}]}""");
        var second = Turns("""{"role":"user","content":"a"},{"role":"assistant","content":[{"type":"text","text":"b"}]},{"role":"user","content":"c"}""");
        var messages = first[..first.IndexOf("],", StringComparison.Ordinal)];
        Assert.StartsWith(messages, second, StringComparison.Ordinal);

        static string Turns(string turns) => Encoding.UTF8.GetString(
            ChatMessagesPair.Translate(ApiFormat.Messages, "modern", Encoding.UTF8.GetBytes($$"""{"model":"m","max_tokens":9,"system":"s","messages":[{{turns}}]}""")).Body.Span);
    }
}
