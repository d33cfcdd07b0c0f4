using System.Text;
using ModelScan.RoutingApi.TokenCounting;

namespace ModelScan.Tests.TokenCounting;

public sealed class MessagesTokensTests
{
    [Theory]
    [InlineData("C01", """{"messages":[{"role":"user","content":"hi"}],"system":"s"}""", 3 + 4 + 1 + 4 + 1)]
    [InlineData("blocks", """{"messages":[{"role":"user","content":[{"type":"text","text":"hi"},{"type":"text","text":"there"}]}]}""", 3 + 4 + 2)]
    [InlineData("system-blocks", """{"system":[{"type":"text","text":"s","cache_control":{"type":"ephemeral"}}],"messages":[{"role":"user","content":"hi"}]}""", 13)]
    [InlineData("tool", """{"tools":[{"name":"f","input_schema":{"type":"object"}}],"messages":[{"role":"user","content":"hi"}]}""", 3 + 4 + 1 + 8 + 14)]
    [InlineData("tool-cached", """{"tools":[{"name":"f","input_schema":{"type":"object"},"cache_control":{"type":"ephemeral"}}],"messages":[{"role":"user","content":"hi"}]}""", 30)]
    [InlineData("tool-use", """{"messages":[{"role":"assistant","content":[{"type":"tool_use","id":"toolu_1","name":"f","input":{"a":12}}]}]}""", 3 + 4 + 8 + 1 + 4)]
    [InlineData("tool-result", """{"messages":[{"role":"user","content":[{"type":"tool_result","tool_use_id":"toolu_1","content":[{"type":"text","text":"hi"}]}]}]}""", 3 + 4 + 8 + 1)]
    [InlineData("thinking", """{"messages":[{"role":"assistant","content":[{"type":"thinking","thinking":"well","signature":"abcdefghijklmnopqrstuvwxyz"},{"type":"redacted_thinking","data":"abc"},{"type":"text","text":"hi"}]}]}""", 3 + 4 + 1 + 1)]
    [InlineData("image-url", """{"messages":[{"role":"user","content":[{"type":"image","source":{"type":"url","url":"https://h/x.png"}}]}]}""", 3 + 4 + 1600)]
    [InlineData("image", """{"messages":[{"role":"user","content":[{"type":"image","source":{"type":"base64","media_type":"image\/gif","data":"R0lGODlhCgAUAPcAAA=="}}]}]}""", 3 + 4 + 1)]
    [InlineData("document-text", """{"messages":[{"role":"user","content":[{"type":"document","title":"t","source":{"type":"text","media_type":"text/plain","data":"hi"}}]}]}""", 3 + 4 + 2)]
    [InlineData("document-blocks", """{"messages":[{"role":"user","content":[{"type":"document","source":{"type":"content","content":[{"type":"text","text":"hi"}]}}]}]}""", 3 + 4 + 1)]
    [InlineData("document-url", """{"messages":[{"role":"user","content":[{"type":"document","source":{"type":"url","url":"https://h/x.pdf"}}]}]}""", 3 + 4 + 3000)]
    [InlineData("byte-order-mark", "\uFEFF{\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}", 8)]
    public void Of_Request_CountsByTheDocumentedRules(string id, string body, long expected) => Assert.Equal((id, expected), (id, Of(body)));

    [Fact]
    public void Of_SameBytes_IsTheSameNumber_C01()
    {
        var body = $$"""{"messages":[{"role":"user","content":"{{string.Concat(Enumerable.Repeat("lorem ipsum 42 ", 7000))}}"}]}""";
        Assert.Equal(Of(body), Of(body));
    }

    [Theory]
    [InlineData("""{"messages":[]}""", "messages")]
    [InlineData("""{"system":"x"}""", "messages")]
    [InlineData("""{"messages":[{"role":"user","content":"hi"}],"tools":{}}""", "tools")]
    [InlineData("""{"messages":[{"role":"user","content":[{"type":"tool_result","content":7}]}]}""", "messages[0].content[0].content")]
    public void Of_NotARequest_NamesTheField(string body, string field) =>
        Assert.Equal(field, Assert.Throws<InvalidRequestException>(() => Of(body)).Field);

    private static long Of(string body) => MessagesTokens.Of(Encoding.UTF8.GetBytes(body));
}
