using System.Text;
using ModelScan.RoutingApi.Dialects.Translation;
using ModelScan.RoutingApi.InPlace;

namespace ModelScan.Tests.InPlace;

/// <summary>What only the gateway can read does not reach a provider that gets the client's own bytes, and every other byte does.</summary>
public sealed class SealedReasoningRemovalTests
{
    private const string Thought = """{"type":"thinking","thinking":"hm","signature":"ms1.chat.W10"}""";
    private const string Redacted = """{"type":"redacted_thinking","data":"ms1.openai.W10"}""";
    private const string Own = """{ "type" : "thinking", "thinking": "h\u00e9", "signature": "EqoB" }""";

    [Theory]
    [InlineData("""[{"role":"user","content":"q"}, {"role":"assistant","content":[<T>, {"type":"text","text":"a"}]} ]""", """[{"role":"user","content":"q"}, {"role":"assistant","content":[{"type":"text","text":"a"}]} ]""")]
    [InlineData("""[{"role":"assistant","content":[ <T> , <R> ,{"type":"text","text":"a"} ]}]""", """[{"role":"assistant","content":[ {"type":"text","text":"a"} ]}]""")]
    [InlineData("""[{"role":"assistant","content":[<O> , <T>,  {"type":"text","text":"a"}, <R>]}]""", """[{"role":"assistant","content":[<O>,  {"type":"text","text":"a"}]}]""")]
    [InlineData("""[{"role":"user","content":"q"},{"role":"assistant","content":[<T>]},{"role":"user","content":"r"}]""", """[{"role":"user","content":"q"},{"role":"user","content":"r"}]""")]
    [InlineData("""[{"role":"assistant","content":[<T>,<R>]}, {"role":"user","content":"r"}]""", """[{"role":"user","content":"r"}]""")]
    [InlineData("""[{"role":"user","content":"q"},{"role":"assistant","content":[<T>]}]""", """[{"role":"user","content":"q"}]""")]
    [InlineData("""[{"role":"user","content":"say \"ms1.chat.W10\""},{"role":"assistant","content":[<O>]}]""", """[{"role":"user","content":"say \"ms1.chat.W10\""},{"role":"assistant","content":[<O>]}]""")]
    [InlineData("""[{"role":"assistant","content":[{"type":"tool_use","id":"t","name":"f","input":{"signature":"ms1.x","data":"ms1.y"}}]}]""", """[{"role":"assistant","content":[{"type":"tool_use","id":"t","name":"f","input":{"signature":"ms1.x","data":"ms1.y"}}]}]""")]
    [InlineData("""[{"role":"user","content":[]},"ms1.", 7, null]""", """[{"role":"user","content":[]},"ms1.", 7, null]""")]
    [InlineData("""[{"role":"assistant","content":[<T> <T>]}]""", """[{"role":"assistant","content":[<T> <T>]}]""")]
    [InlineData("\"ms1.\"", "\"ms1.\"")]
    public void FromMessages_SealedThoughts_VanishAndNothingElse(string messages, string expected) =>
        Assert.Equal(Filled(expected), Text(SealedReasoningRemoval.FromMessages(Bytes(messages))));

    [Theory]
    [InlineData("""[{"role":"user","content":[{"type":"text","text":"a"},{"type":"text","text":" \n"},{"text" : "", "type":"text"}]}]""", """[{"role":"user","content":[{"type":"text","text":"a"}]}]""")]
    [InlineData("""[{"role":"user","content":"q"},{"role":"assistant","content":[{"type":"text","text":""}]}]""", """[{"role":"user","content":"q"}]""")]
    [InlineData("""[{"role":"assistant","content":[<T>,{"type":"tool_use","id":"t","name":"f","input":{"type":"text","text":""}}]}]""", """[{"role":"assistant","content":[<T>,{"type":"tool_use","id":"t","name":"f","input":{"type":"text","text":""}}]}]""")]
    [InlineData("""[{"role":"user","content":[{"type":"text","text":" a"}]}]""", """[{"role":"user","content":[{"type":"text","text":" a"}]}]""")]
    public void BlanksFromMessages_TextsOfNothing_VanishAndNothingElse(string messages, string expected) =>
        Assert.Equal(Filled(expected), Text(SealedReasoningRemoval.BlanksFromMessages(Bytes(messages))));

    [Theory]
    [InlineData("""[{"role":"user","content":"q"}, {"type":"reasoning","id":"rs_1","summary":[],"encrypted_content":"ms1.anthropic.W10"}, {"type":"message","role":"assistant","content":[]}]""", """[{"role":"user","content":"q"}, {"type":"message","role":"assistant","content":[]}]""")]
    [InlineData("""[{"type":"reasoning","encrypted_content":"gAAA"}, {"encrypted_content":"ms1.chat.W10","type":"reasoning"}]""", """[{"type":"reasoning","encrypted_content":"gAAA"}]""")]
    [InlineData("""[{"type":"compaction","encrypted_content":"ms1.no-thought"}]""", """[{"type":"compaction","encrypted_content":"ms1.no-thought"}]""")]
    public void FromInput_SealedThoughts_VanishAndNothingElse(string input, string expected) =>
        Assert.Equal(expected, Text(SealedReasoningRemoval.FromInput(Bytes(input))));

    [Fact]
    public void FromInput_IdThatHidesState_IsThePlainOneInCallAndResult()
    {
        var id = ToolCallId.ForMessages("call_1", """{"google":{"thought_signature":"s"}}"""u8);
        var input = $$"""[{"type":"function_call","call_id":"{{id}}","name":"f","arguments":"{}"}, {"type":"function_call_output","call_id":"{{id}}","output":"{{id}}"}]""";
        Assert.Equal(
            $$"""[{"type":"function_call","call_id":"call_1","name":"f","arguments":"{}"}, {"type":"function_call_output","call_id":"call_1","output":"{{id}}"}]""",
            Text(SealedReasoningRemoval.FromInput(Bytes(input))));
    }

    [Fact]
    public void FromMessages_IdThatHidesState_IsThePlainOneInCallAndResult()
    {
        var id = ToolCallId.ForMessages("call_1", """{"google":{"thought_signature":"s"}}"""u8);
        var messages = $$$"""[{"role":"assistant","content":[<T>,{"type":"tool_use","id":"{{{id}}}","name":"f","input":{}}]},{"role":"user","content":[{"type":"tool_result","tool_use_id":"{{{id}}}","content":"ok"}]}]""";
        Assert.Equal(
            """[{"role":"assistant","content":[{"type":"tool_use","id":"call_1","name":"f","input":{}}]},{"role":"user","content":[{"type":"tool_result","tool_use_id":"call_1","content":"ok"}]}]""",
            Text(SealedReasoningRemoval.FromMessages(Bytes(messages))));
    }

    [Fact]
    public void FromMessages_AnyBrokenBytes_AreLeftToTheProvider()
    {
        var random = new Random(5);
        var seed = Bytes("""[{"role":"assistant","content":[<T>,<O>,<R>,{"type":"tool_use","id":"call_1__x_e30","name":"f","input":{}}]}]""").ToArray();
        for (var round = 0; round < 5000; round++)
        {
            var broken = seed.ToArray();
            for (var change = random.Next(1, 4); change > 0; change--)
                broken[random.Next(1, broken.Length)] = (byte)random.Next(256);
            Assert.NotNull(SealedReasoningRemoval.FromMessages(broken));
            Assert.NotNull(SealedReasoningRemoval.FromInput(broken));
        }
    }

    private static ReadOnlyMemory<byte> Bytes(string json) => Encoding.UTF8.GetBytes(Filled(json));

    private static string Filled(string json) =>
        json.Replace("<T>", Thought, StringComparison.Ordinal).Replace("<R>", Redacted, StringComparison.Ordinal).Replace("<O>", Own, StringComparison.Ordinal);

    private static string Text(ReadOnlyMemory<byte>? json) => Encoding.UTF8.GetString(json!.Value.Span);
}
