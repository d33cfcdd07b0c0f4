using System.Text;
using ModelScan.RoutingApi.Conversations;
using ModelScan.RoutingApi.Conversations.Reading;

namespace ModelScan.Tests.Conversations.Reading;

public sealed class RequestReaderTests
{
    private static RequestFacts Facts(ApiFormat format, string json) => RequestReader.Read(format, Encoding.UTF8.GetBytes(json)).Facts;

    private static string Refusal(ApiFormat format, string json) => Assert.Throws<InvalidRequestException>(() => { Facts(format, json); }).Message;

    private static IEnumerable<(ConversationRole, string)> Said(RequestFacts facts) => facts.Messages.Select(message => (message.Role, message.Text));

    [Fact]
    public void Chat_TextAndParts_GiveRolesAndTexts()
    {
        var facts = Facts(ApiFormat.ChatCompletions, """
            {"model":"m","stream":true,"messages":[
              {"role":"developer","content":"rules"},
              {"role":"user","content":[{"type":"text","text":"a"},{"type":"image_url","image_url":{"url":"u"}},{"type":"text","text":"b"}]},
              {"role":"assistant","content":null,"tool_calls":[{"id":"1"}]},
              {"role":"tool","tool_call_id":"1","content":"result"}],
             "tools":[{"type":"function","function":{"name":"f","parameters":{"name":"not this"}}},{"type":"custom","custom":{"name":"g"}}]}
            """);
        Assert.Equal("m", facts.Model);
        Assert.Equal(
            [(ConversationRole.System, "rules"), (ConversationRole.User, "a\nb"), (ConversationRole.Assistant, ""), (ConversationRole.Tool, "result")], Said(facts));
        Assert.True(facts.Messages[1].HasOtherContent);
        Assert.Equal(["f", "g"], facts.ToolNames);
    }

    [Fact]
    public void Messages_SystemBlocksAndToolResults_AreNormalised()
    {
        var facts = Facts(ApiFormat.Messages, """
            {"messages":[
              {"role":"user","content":"hi"},
              {"role":"assistant","content":[{"type":"tool_use","id":"1","name":"f","input":{"text":"no"}}]},
              {"role":"user","content":[{"type":"tool_result","tool_use_id":"1","content":[{"type":"text","text":"no"}]},{"type":"text","text":"go on"}]}],
             "system":[{"type":"text","text":"s1","cache_control":{"type":"ephemeral"}},{"type":"text","text":"s2"}],
             "tools":[{"name":"f","input_schema":{"type":"object","properties":{"name":{"type":"string"}}}}]}
            """);
        Assert.Equal(
            [(ConversationRole.System, "s1\ns2"), (ConversationRole.User, "hi"), (ConversationRole.Assistant, ""), (ConversationRole.Tool, ""), (ConversationRole.User, "go on")],
            Said(facts));
        Assert.Equal(["f"], facts.ToolNames);
        Assert.Null(facts.Model);
    }

    [Fact]
    public void Messages_OnlyToolResult_HasNoUserMessageAtTheEnd() => Assert.Equal(
        ConversationRole.Tool,
        Facts(ApiFormat.Messages, """{"messages":[{"role":"user","content":"hi"},{"role":"user","content":[{"type":"tool_result","tool_use_id":"1"}]}]}""").Messages[^1].Role);

    [Fact]
    public void Responses_StringInput_IsOneUserMessage() => Assert.Equal(
        [(ConversationRole.System, "be brief"), (ConversationRole.User, "hello")], Said(Facts(ApiFormat.Responses, """{"input":"hello","instructions":"be brief"}""")));

    [Fact]
    public void Responses_Items_AreNormalised()
    {
        var facts = Facts(ApiFormat.Responses, """
            {"input":[
              {"role":"user","content":[{"type":"input_text","text":"a"},{"type":"input_image","image_url":"u"}]},
              {"type":"reasoning","summary":[],"encrypted_content":"x"},
              {"type":"function_call","call_id":"1","name":"f","arguments":"{}"},
              {"type":"function_call_output","call_id":"1","output":"r"},
              {"type":"message","role":"assistant","content":[{"type":"output_text","text":"b","annotations":[]}]}],
             "tools":[{"type":"namespace","name":"crm","tools":[{"type":"function","name":"get"}]},{"type":"web_search"}]}
            """);
        Assert.Equal(
            [(ConversationRole.User, "a"), (ConversationRole.Assistant, ""), (ConversationRole.Tool, ""), (ConversationRole.Assistant, "b")], Said(facts));
        Assert.Equal(["crm", "get"], facts.ToolNames);
    }

    [Theory]
    [InlineData("not valid json", "Failed to parse JSON")]
    [InlineData("", "Failed to parse JSON")]
    [InlineData("{\"messages\":[]", "Failed to parse JSON")]
    [InlineData("{\"messages\":[{\"role\":\"user\",\"content\":\"x\"}]} trailing", "Failed to parse JSON")]
    [InlineData("[]", "the body must be a JSON object, not an array")]
    [InlineData("\"text\"", "the body must be a JSON object, not a string")]
    [InlineData("null", "the body must be a JSON object, not null")]
    [InlineData("{}", "messages: is required")]
    [InlineData("{\"messages\":[]}", "messages: must not be empty")]
    [InlineData("{\"messages\":{}}", "messages: must be an array, not an object")]
    [InlineData("{\"messages\":[1]}", "messages[0]: must be an object, not a number")]
    [InlineData("{\"messages\":[{\"content\":\"x\"}]}", "messages[0].role: is required")]
    [InlineData("{\"messages\":[{\"role\":\"user\"},{\"role\":\"robot\"}]}", "messages[1].role: must be system")]
    [InlineData("{\"messages\":[{\"role\":7}]}", "messages[0].role: must be a string, not a number")]
    [InlineData("{\"messages\":[{\"role\":\"user\",\"content\":{}}]}", "messages[0].content: must be a string or an array")]
    [InlineData("{\"messages\":[{\"role\":\"user\",\"content\":[\"x\"]}]}", "messages[0].content[0]: must be an object")]
    [InlineData("{\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"text\"}]}]}", "messages[0].content[0].text: is required")]
    [InlineData("{\"messages\":[{\"role\":\"user\",\"content\":[{\"text\":\"x\"}]}]}", "messages[0].content[0].type: is required")]
    [InlineData("{\"model\":1,\"messages\":[{\"role\":\"user\",\"content\":\"x\"}]}", "model: must be a string, not a number")]
    [InlineData("{\"stream\":\"yes\",\"messages\":[{\"role\":\"user\",\"content\":\"x\"}]}", "stream: must be true or false")]
    public void Chat_BadInput_SaysWhatAndWhere(string json, string message) => Assert.StartsWith(message, Refusal(ApiFormat.ChatCompletions, json), StringComparison.Ordinal);

    [Theory]
    [InlineData("{}", "messages: is required")]
    [InlineData("{\"messages\":[{\"role\":\"user\"}]}", "messages[0].content: is required")]
    [InlineData("{\"messages\":[{\"role\":\"tool\",\"content\":\"x\"}]}", "messages[0].role: must be user")]
    public void Messages_BadInput_SaysWhatAndWhere(string json, string message) => Assert.StartsWith(message, Refusal(ApiFormat.Messages, json), StringComparison.Ordinal);

    [Theory]
    [InlineData("{}", "input: is required")]
    [InlineData("{\"input\":\"\"}", "input: must not be empty")]
    [InlineData("{\"input\":[]}", "input: must not be empty")]
    [InlineData("{\"input\":5}", "input: must be a string or an array")]
    [InlineData("{\"input\":[{\"content\":\"x\"}]}", "input[0].role: is required")]
    public void Responses_BadInput_SaysWhatAndWhere(string json, string message) => Assert.StartsWith(message, Refusal(ApiFormat.Responses, json), StringComparison.Ordinal);

    [Fact]
    public void Read_ByteOrderMark_IsSkipped() =>
        Assert.Single(RequestReader.Read(ApiFormat.Responses, (byte[])[0xEF, 0xBB, 0xBF, .. "{\"input\":\"x\"}"u8]).Facts.Messages);

    [Fact]
    public void Read_LoneSurrogate_BecomesReplacementCharacter() =>
        Assert.Equal("cut \uFFFD", Facts(ApiFormat.Responses, "{\"input\":\"cut \\ud83d\"}").Messages[0].Text);

    [Fact]
    public void Read_EscapesBesideLoneSurrogate_AreDecoded() =>
        Assert.Equal("\uFFFD\"\n\\/é😀", Facts(ApiFormat.Responses, "{\"input\":\"\\udc00\\\"\\n\\\\\\/\\u00e9\\ud83d\\ude00\"}").Messages[0].Text);

    [Fact]
    public void Read_InvalidUtf8_IsRefused()
    {
        byte[] body = [.. "{\"input\":\""u8, 0xC3, 0x28, .. "\"}"u8];
        Assert.Contains("UTF-8", Assert.Throws<InvalidRequestException>(() => { RequestReader.Read(ApiFormat.Responses, body); }).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_ThousandLevelsInAnUnknownField_AreSkipped() =>
        Assert.Single(Facts(ApiFormat.Responses, $"{{\"x\":{new string('[', 1000)}{new string(']', 1000)},\"input\":\"x\"}}").Messages);

    [Fact]
    public void Read_TooDeep_IsRefused() => Assert.StartsWith("Failed to parse JSON", Refusal(ApiFormat.Responses, "{\"x\":" + new string('[', 100_000)), StringComparison.Ordinal);

    [Fact]
    public void Read_LoneSurrogateInAPropertyName_IsRefused() =>
        Assert.StartsWith("Failed to parse JSON", Refusal(ApiFormat.Responses, "{\"\\ud800\":1,\"input\":\"x\"}"), StringComparison.Ordinal);

    [Fact]
    public void Read_RepeatedField_LastCounts() => Assert.Equal("b", Assert.Single(Facts(ApiFormat.Responses, "{\"input\":\"a\",\"input\":\"b\"}").Messages).Text);

    [Fact]
    public void Read_InlineRoutes_AreSlicesOfTheBody()
    {
        var read = RequestReader.Read(ApiFormat.Responses, "{\"routing_preferences\": [ 1 ] ,\"input\":\"x\",\"routing_policy\":{\"a\":[]}}"u8.ToArray());
        Assert.Equal("[ 1 ]", Encoding.UTF8.GetString(read.InlineRoutes.Span));
        Assert.Equal("{\"a\":[]}", Encoding.UTF8.GetString(read.InlinePolicy.Span));
    }
}
