using System.Text;
using System.Text.Json;
using ModelScan.RoutingApi.Routing.Observation.Content;

namespace ModelScan.Tests.Routing.Observation.Content;

public sealed class PromptContentTests
{
    private const string System = """[{"type":"text","content":"be kind"}]""";

    private const string Conversation = """[{"role":"user","parts":[{"type":"text","content":"look"},{"type":"IMAGE"}]},{"role":"assistant","parts":[{"type":"tool_call","id":"c1","name":"f","arguments":{"a":1}}]},{"role":"ROLE","parts":[{"type":"tool_call_response","id":"c1","response":"42"}]}]""";

    [Theory]
    [InlineData("chat", ApiFormat.ChatCompletions, "image_url", "tool", """{"messages":[{"role":"system","content":"be kind"},{"role":"user","content":[{"type":"text","text":"look"},{"type":"image_url","image_url":{"url":"data:image/png;base64,AAAA"}}]},{"role":"assistant","content":null,"tool_calls":[{"id":"c1","type":"function","function":{"name":"f","arguments":"{\"a\":1}"}}]},{"role":"tool","tool_call_id":"c1","content":"42"}]}""")]
    [InlineData("messages", ApiFormat.Messages, "image", "user", """{"system":[{"type":"text","text":"be kind"}],"messages":[{"role":"user","content":[{"type":"text","text":"look"},{"type":"image","source":{"type":"base64","data":"AAAA"}}]},{"role":"assistant","content":[{"type":"tool_use","id":"c1","name":"f","input":{"a":1}}]},{"role":"user","content":[{"type":"tool_result","tool_use_id":"c1","content":[{"type":"text","text":"42"}]}]}]}""")]
    [InlineData("responses", ApiFormat.Responses, "input_image", "tool", """{"instructions":"be kind","input":[{"role":"user","content":[{"type":"input_text","text":"look"},{"type":"input_image","image_url":"data:image/png;base64,AAAA"}]},{"type":"function_call","call_id":"c1","name":"f","arguments":"{\"a\":1}"},{"type":"function_call_output","call_id":"c1","output":"42"}]}""")]
    public void Read_RequestOfEachFormat_GivesSystemAndMessages(string id, ApiFormat format, string image, string role, string body)
    {
        var content = PromptContent.Read(format, Encoding.UTF8.GetBytes(body))!;
        Assert.Equal(
            (id, System, Conversation.Replace("IMAGE", image, StringComparison.Ordinal).Replace("ROLE", role, StringComparison.Ordinal)),
            (id, content.SystemInstructions, content.InputMessages));
    }

    [Theory]
    [InlineData(ApiFormat.Responses, """{"input":"hi"}""", """[{"role":"user","parts":[{"type":"text","content":"hi"}]}]""")]
    [InlineData(ApiFormat.ChatCompletions, """{"messages":[{"role":"user","content":"\ud83d"}]}""", """[{"role":"user","parts":[{"type":"text","content":"�"}]}]""")]
    [InlineData(ApiFormat.Messages, """{"messages":7,"system":[[]]}""", "[]")]
    public void Read_Edges_AreRead(ApiFormat format, string body, string expected) =>
        Assert.Equal(expected, PromptContent.Read(format, Encoding.UTF8.GetBytes(body))!.InputMessages);

    [Fact]
    public void Read_LongConversation_KeepsItsEndWithinTheBudget()
    {
        var messages = string.Join(',', Enumerable.Range(0, 200).Select(i => $"{{\"role\":\"user\",\"content\":\"{i} {new string('x', 5000)}\"}}"));
        var content = PromptContent.Read(ApiFormat.ChatCompletions, Encoding.UTF8.GetBytes($"{{\"messages\":[{messages}]}}"))!;
        Assert.InRange(content.InputMessages.Length, ContentBudget.OfAttribute, ContentBudget.OfAttribute + 5_000);
        using var json = JsonDocument.Parse(content.InputMessages);
        Assert.StartsWith("199 ", json.RootElement.EnumerateArray().Last().GetProperty("parts")[0].GetProperty("content").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Read_NoJson_IsNothing() => Assert.Null(PromptContent.Read(ApiFormat.Messages, "{"u8.ToArray()));
}
