using System.Text;
using ModelScan.RoutingApi.InPlace;

namespace ModelScan.Tests.InPlace;

/// <summary>Where cache markers go; <c>LONG</c> in a row stands for a text of 5,000 letters, <c>MARK</c> for a marker. Ids are those of the compatibility vectors.</summary>
public sealed class CacheMarkersTests
{
    private const string Marker = "\"cache_control\":{\"type\":\"ephemeral\"}";

    [Theory]
    [InlineData("I47", """{ "model":"m", "system" : "LONG","messages":[{"role":"user","content":"hi"}] }""", """{ "model":"m", "system" : [{"type":"text","text":"LONG",MARK}],"messages":[{"role":"user","content":[{"type":"text","text":"hi",MARK}]}] }""")]
    [InlineData("I48", """{"system":"short","messages":[{"role":"user","content":"hi"}]}""", """{"system":"short","messages":[{"role":"user","content":"hi"}]}""")]
    [InlineData("blocks", """{"system":[{"type":"text","text":"a"},{"type":"text","text":"LONG"} ],"messages":[{"role":"user","content":"q"},{"role":"assistant","content":"a"},{"content":[{"type":"text","text":"x"},{"type":"image","source":{}}],"role":"user"}]}""", """{"system":[{"type":"text","text":"a"},{"type":"text","text":"LONG",MARK} ],"messages":[{"role":"user","content":"q"},{"role":"assistant","content":"a"},{"content":[{"type":"text","text":"x"},{"type":"image","source":{},MARK}],"role":"user"}]}""")]
    [InlineData("tools", """{"tools":[{"name":"a"},{"name":"b"}],"messages":[{"role":"user","content":"LONG"}]}""", """{"tools":[{"name":"a"},{"name":"b",MARK}],"messages":[{"role":"user","content":[{"type":"text","text":"LONG",MARK}]}]}""")]
    [InlineData("deferred-tool", """{"messages":[{"role":"user","content":"LONG"}],"tools":[{"name":"a"},{"name":"b","defer_loading":true}]}""", """{"messages":[{"role":"user","content":[{"type":"text","text":"LONG",MARK}]}],"tools":[{"name":"a",MARK},{"name":"b","defer_loading":true}]}""")]
    [InlineData("empty-system", """{"system":"","messages":[{"role":"user","content":"LONG"}]}""", """{"system":"","messages":[{"role":"user","content":[{"type":"text","text":"LONG",MARK}]}]}""")]
    [InlineData("empty-block", """{"messages":[{"role":"user","content":[{"type":"text","text":"LONG"},{"type":"text","text":" \n"}]}]}""", """{"messages":[{"role":"user","content":[{"type":"text","text":"LONG",MARK},{"type":"text","text":" \n"}]}]}""")]
    [InlineData("thinking", """{"messages":[{"role":"assistant","content":[{"type":"text","text":"LONG"},{"type":"thinking","thinking":"hm","signature":"s"},{"type":"redacted_thinking","data":"d"}]}]}""", """{"messages":[{"role":"assistant","content":[{"type":"text","text":"LONG",MARK},{"type":"thinking","thinking":"hm","signature":"s"},{"type":"redacted_thinking","data":"d"}]}]}""")]
    [InlineData("tool-result", """{"system":"LONG","messages":[{"role":"user","content":[{"type":"tool_result","tool_use_id":"t","content":[]}]}]}""", """{"system":[{"type":"text","text":"LONG",MARK}],"messages":[{"role":"user","content":[{"type":"tool_result","tool_use_id":"t","content":[],MARK}]}]}""")]
    [InlineData("clients-own", """{"system":"LONG","messages":[{"role":"user","content":[{"type":"text","text":"hi","cache_control":{"type":"ephemeral","ttl":"1h"}}]}]}""", null)]
    [InlineData("clients-own-top", """{"cache_control":{"type":"ephemeral"},"system":"LONG","messages":[{"role":"user","content":"hi"}]}""", null)]
    [InlineData("said-not-set", """{"system":"LONG","messages":[{"role":"user","content":"what is \"cache_control\"?"}]}""", """{"system":[{"type":"text","text":"LONG",MARK}],"messages":[{"role":"user","content":[{"type":"text","text":"what is \"cache_control\"?",MARK}]}]}""")]
    [InlineData("broken", """{"system":7,"messages":[{"role":"user","content":[{:}]}],"x":"LONG","tools":["LONG"]}""", null)]
    [InlineData("odd", """{"system":7,"messages":"LONG","tools":{}}""", null)]
    public void For_MessagesRequest_MarksBothEndsOfThePrefix(string id, string body, string? expected) => Check(ApiFormat.Messages, id, body, expected);

    [Theory]
    [InlineData("system-and-last", """{"messages":[{"role":"developer","content":"LONG"},{"role":"user","content":"hi"}]}""", """{"messages":[{"role":"developer","content":[{"type":"text","text":"LONG",MARK}]},{"role":"user","content":[{"type":"text","text":"hi",MARK}]}]}""")]
    [InlineData("no-system", """{"tools":[{"type":"function"}],"messages":[{"role":"user","content":[{"type":"text","text":"LONG"}]}]}""", """{"tools":[{"type":"function"}],"messages":[{"role":"user","content":[{"type":"text","text":"LONG",MARK}]}]}""")]
    [InlineData("system-alone", """{"messages":[{"role":"system","content":"LONG"}]}""", """{"messages":[{"role":"system","content":[{"type":"text","text":"LONG",MARK}]}]}""")]
    [InlineData("call-last", """{"messages":[{"role":"user","content":"LONG"},{"role":"assistant","content":null,"tool_calls":[]}]}""", null)]
    public void For_ChatRequest_MarksTextParts(string id, string body, string? expected) => Check(ApiFormat.ChatCompletions, id, body, expected);

    [Fact]
    public void For_LeastLengthConfigured_IsKept()
    {
        var body = Encoding.UTF8.GetBytes(Filled("""{"messages":[{"role":"user","content":"LONG"}]}"""));
        Assert.NotEmpty(CacheMarkers.For(ApiFormat.Messages, body, minPrefixTokens: 0));
        Assert.Empty(CacheMarkers.For(ApiFormat.Messages, body, minPrefixTokens: 2000));
    }

    private static void Check(ApiFormat format, string id, string body, string? expected)
    {
        var filled = Encoding.UTF8.GetBytes(Filled(body));
        using var rewrite = BodyRewrite.Apply(filled, "\"m\""u8.ToArray(), []);
        var model = filled.AsSpan().IndexOf("\"model\""u8) < 0 ? "{\"model\":\"m\"," : "{";
        using var marked = rewrite.Insert(CacheMarkers.For(format, rewrite.Bytes.Span, 1024));
        Assert.Equal((id, model + Filled(expected ?? body)[1..]), (id, Encoding.UTF8.GetString(marked.Bytes.Span)));
    }

    private static string Filled(string body) =>
        body.Replace("LONG", new string('x', 5000), StringComparison.Ordinal).Replace("MARK", Marker, StringComparison.Ordinal);
}
