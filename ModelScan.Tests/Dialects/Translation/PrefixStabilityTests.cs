using System.Text;
using System.Text.Json;
using ModelScan.RoutingApi.Capabilities;

namespace ModelScan.Tests.Dialects.Translation;

/// <summary>Providers cache a prompt by its beginning: a conversation that goes on must begin with the same bytes as before.</summary>
[Trait("Complaint", "16")]
public sealed class PrefixStabilityTests
{
    private static readonly Pair[] Translators = [.. Pair.All.Where(pair => pair.Provider != ApiFormat.Converse)];

    private static readonly string[] MessagesTurns =
    [
        """{"role":"user","content":"q"}""",
        """{"role":"assistant","content":[{"type":"text","text":"On it."},{"type":"tool_use","id":"t1","name":"f","input":{"a":1.50,"b":"é"}}]},{"role":"user","content":[{"type":"tool_result","tool_use_id":"t1","content":"ok"}]}""",
        """{"role":"assistant","content":[{"type":"text","text":"Done."}]},{"role":"user","content":"more"}""",
    ];

    private static readonly string[] ChatTurns =
    [
        """{"role":"user","content":"q"}""",
        """{"role":"assistant","content":"On it.","tool_calls":[{"id":"t1","type":"function","function":{"name":"f","arguments":"{\"a\":1.50,\"b\":\"é\"}"}}]},{"role":"tool","tool_call_id":"t1","content":"ok"}""",
        """{"role":"assistant","content":"Done."},{"role":"user","content":"more"}""",
    ];

    private static readonly string[] ResponsesTurns =
    [
        """{"role":"user","content":"q"}""",
        """{"type":"message","role":"assistant","content":[{"type":"output_text","text":"On it.","annotations":[]}]},{"type":"function_call","call_id":"t1","name":"f","arguments":"{\"a\":1.50,\"b\":\"é\"}"},{"type":"function_call_output","call_id":"t1","output":"ok"}""",
        """{"type":"message","role":"assistant","content":[{"type":"output_text","text":"Done.","annotations":[]}]},{"role":"user","content":"more"}""",
    ];

    public static TheoryData<string> Pairs => [.. Translators.Select(translator => translator.ToString())];

    [Theory]
    [MemberData(nameof(Pairs))]
    public void Translate_ConversationGoesOn_BeginsWithTheSameBytes(string pair)
    {
        var translator = Translators.Single(translator => translator.ToString() == pair);
        var (list, before) = ("", Array.Empty<string>());
        for (var turns = 1; turns <= 3; turns++)
        {
            using var document = JsonDocument.Parse(Request(translator, turns));
            var root = document.RootElement;
            var elements = root.GetProperty(translator.Provider == ApiFormat.Responses ? "input" : "messages").EnumerateArray().Select(element => element.GetRawText()).ToArray();
            var rest = string.Join(';', root.EnumerateObject().Where(member => member.Name is "system" or "instructions" or "tools").Select(member => member.Value.GetRawText()));
            if (turns > 1)
                Assert.Equal(list, rest);
            Assert.Equal(before, elements.Take(before.Length));
            (list, before) = (rest, elements);
        }
    }

    [Fact]
    public void Translate_MarksOfTheCache_ReachAnthropic()
    {
        const string Request = """{"model":"m","messages":[{"role":"system","content":[{"type":"text","text":"s","cache_control":{"type":"ephemeral"}}]},{"role":"user","content":[{"type":"text","text":"q","cache_control":{"type":"ephemeral","ttl":"1h"}}]}]}""";
        var body = Encoding.UTF8.GetString(new Pair(ApiFormat.ChatCompletions, ApiFormat.Messages).Translate(Encoding.UTF8.GetBytes(Request), PairRun.Context(new ModelCapabilities())).Body.Span);
        Assert.Contains("\"text\":\"s\",\"cache_control\":{\"type\":\"ephemeral\"}", body, StringComparison.Ordinal);
        Assert.Contains("\"text\":\"q\",\"cache_control\":{\"type\":\"ephemeral\",\"ttl\":\"1h\"}", body, StringComparison.Ordinal);
    }

    private static byte[] Request(Pair translator, int turns)
    {
        const string Schema = """{"type":"object","properties":{"a":{"type":"number"}}}""";
        var body = translator.Client switch
        {
            ApiFormat.Messages => $$"""{"model":"m","max_tokens":9,"system":"s","tools":[{"name":"f","input_schema":{{Schema}} }],"messages":[{{string.Join(',', MessagesTurns.Take(turns))}}]}""",
            ApiFormat.Responses => $$"""{"model":"m","instructions":"s","tools":[{"type":"function","name":"f","parameters":{{Schema}} }],"input":[{{string.Join(',', ResponsesTurns.Take(turns))}}]}""",
            _ => $$"""{"model":"m","messages":[{"role":"system","content":"s"},{{string.Join(',', ChatTurns.Take(turns))}}],"tools":[{"type":"function","function":{"name":"f","parameters":{{Schema}} } }]}""",
        };
        return translator.Translate(Encoding.UTF8.GetBytes(body), PairRun.Context(new ModelCapabilities())).Body.ToArray();
    }
}
