using System.Buffers;
using System.Text;
using System.Text.Json.Nodes;
using ModelScan.RoutingApi.Capabilities;
using ModelScan.RoutingApi.Dialects;
using ModelScan.Tests.Support;

namespace ModelScan.Tests.Dialects.Translation;

/// <summary>
/// Agents run a call as soon as its block or its item ends, whatever comes behind that: a call that breaks off has no end, however the stream broke,
/// and what was said before it has one.
/// </summary>
public sealed class BrokenCallTests
{
    // Never a whole object: a script or a patch that ends here must not be run.
    private static readonly string[] Arguments = ["{\"input\":", "\"*** Begin Patch", "\\nrm -r "];

    private static readonly string[] Tools = ["write", "apply_patch", "shell"];

    public enum Break
    {
        ConnectionLost,
        StreamEnds,
        TooSlow,
        ProvidersError,
    }

    public static TheoryData<ApiFormat, ApiFormat, string, Break> Cases
    {
        get
        {
            var data = new TheoryData<ApiFormat, ApiFormat, string, Break>();
            foreach (var pair in Pair.All.Where(pair => pair.Client != ApiFormat.ChatCompletions))
            {
                foreach (var tool in pair.Client == ApiFormat.Responses ? Tools : Tools[..1])
                {
                    foreach (var kind in Enum.GetValues<Break>())
                        data.Add(pair.Client, pair.Provider, tool, kind);
                }
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Call_ThatBreaksOff_HasNoEnd(ApiFormat client, ApiFormat provider, string tool, Break kind)
    {
        var (before, within, error) = Stream(provider, tool);
        for (var pieces = 0; pieces <= within.Count; pieces++)
        {
            byte[] sent = [.. before, .. within.Take(pieces).SelectMany(piece => piece)];
            for (var cut = 0; cut < 2; cut++)
            {
                // Behind a whole event, and in the middle of the next one.
                byte[] said = cut == 0 || pieces == within.Count ? sent : [.. sent, .. within[pieces][..(within[pieces].Length / 2)]];
                if (cut == 1 && kind == Break.ProvidersError)
                    continue;
                Check(client, Run(client, provider, said, kind, error));
            }
        }
    }

    private static byte[] Run(ApiFormat client, ApiFormat provider, byte[] said, Break kind, byte[] error)
    {
        var request = client == ApiFormat.Responses
            ? """{"model":"m","stream":true,"input":"go","tools":[{"type":"function","name":"write","parameters":{"type":"object","properties":{}}},{"type":"custom","name":"apply_patch"},{"type":"shell"}]}"""
            : """{"model":"m","max_tokens":99,"stream":true,"messages":[{"role":"user","content":"go"}],"tools":[{"name":"write","input_schema":{"type":"object"}}]}""";
        var stream = new Pair(client, provider).Translate(Encoding.UTF8.GetBytes(request), PairRun.Context(new ModelCapabilities())).OpenStream();
        var output = new ArrayBufferWriter<byte>();
        stream.Write(said, output);
        switch (kind)
        {
            case Break.StreamEnds:
                stream.End(output);
                break;
            case Break.ProvidersError:
                stream.Write(error, output);
                stream.End(output);
                break;
            default:
                stream.Fail(new ClientError(kind == Break.TooSlow ? 504 : 502, "connection lost", "Broken"), output);
                break;
        }

        Assert.NotNull(stream.Error);
        return output.WrittenSpan.ToArray();
    }

    private static void Check(ApiFormat client, byte[] written)
    {
        var events = PairRun.Events(written);
        var types = events.Select(data => (string?)data["type"]).ToList();
        if (client == ApiFormat.Messages)
        {
            Assert.Equal("error", types[^1]);
            Assert.DoesNotContain(types, type => type is "message_delta" or "message_stop");
            var isOfCall = events.Where(data => (string?)data["content_block"]?["type"] == "tool_use").Select(data => (int)data["index"]!).ToHashSet();
            var stopped = events.Where(data => (string?)data["type"] == "content_block_stop").Select(data => (int)data["index"]!).ToList();
            Assert.DoesNotContain(stopped, isOfCall.Contains);
            Assert.Contains(0, stopped);
            return;
        }

        Assert.Equal(["error", "response.failed"], types[^2..]);
        Assert.DoesNotContain("response.function_call_arguments.done", types);
        Assert.DoesNotContain("response.custom_tool_call_input.done", types);
        var done = events.Where(data => (string?)data["type"] == "response.output_item.done").Select(data => data["item"]!).ToList();
        Assert.Equal("message", (string?)Assert.Single(done)["type"]);
        Assert.Equal("message", (string?)Assert.Single(events[^1]["response"]!["output"]!.AsArray())!["type"]);
    }

    // What a provider says before the call's arguments, the arguments event by event, and an error in the middle of it all.
    private static (byte[] Before, List<byte[]> Within, byte[] Error) Stream(ApiFormat provider, string tool) => provider switch
    {
        ApiFormat.ChatCompletions => (
            Events(
                """{"id":"c","choices":[{"index":0,"delta":{"role":"assistant","content":"I will"}}]}""",
                """{"id":"c","choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"id":"call_1","type":"function","function":{"name":"TOOL","arguments":""}}]}}]}""".Replace("TOOL", tool, StringComparison.Ordinal)),
            [.. Arguments.Select(piece => Events("""{"id":"c","choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"function":{"arguments":PIECE}}]}}]}""".Replace("PIECE", Json(piece), StringComparison.Ordinal)))],
            Events("""{"error":{"message":"Overloaded","type":"overloaded_error","code":503}}""")),
        ApiFormat.Messages => (
            Events(
                """{"type":"message_start","message":{"id":"msg_1","type":"message","role":"assistant","model":"x","content":[],"stop_reason":null,"usage":{"input_tokens":1,"output_tokens":1}}}""",
                """{"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}}""",
                """{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"I will"}}""",
                """{"type":"content_block_stop","index":0}""",
                """{"type":"content_block_start","index":1,"content_block":{"type":"tool_use","id":"call_1","name":"TOOL","input":{}}}""".Replace("TOOL", tool, StringComparison.Ordinal)),
            [.. Arguments.Select(piece => Events("""{"type":"content_block_delta","index":1,"delta":{"type":"input_json_delta","partial_json":PIECE}}""".Replace("PIECE", Json(piece), StringComparison.Ordinal)))],
            Events("""{"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}""")),
        ApiFormat.Responses => (
            Events(
                """{"type":"response.created","sequence_number":0,"response":{"id":"resp_1","object":"response","status":"in_progress","output":[]}}""",
                """{"type":"response.output_item.added","sequence_number":1,"output_index":0,"item":{"type":"message","id":"msg_1","status":"in_progress","role":"assistant","content":[]}}""",
                """{"type":"response.output_text.delta","sequence_number":2,"item_id":"msg_1","output_index":0,"content_index":0,"delta":"I will"}""",
                """{"type":"response.output_item.done","sequence_number":3,"output_index":0,"item":{"type":"message","id":"msg_1","status":"completed","role":"assistant","content":[{"type":"output_text","text":"I will","annotations":[]}]}}""",
                """{"type":"response.output_item.added","sequence_number":4,"output_index":1,"item":{"type":"function_call","id":"fc_1","call_id":"call_1","name":"TOOL","arguments":"","status":"in_progress"}}""".Replace("TOOL", tool, StringComparison.Ordinal)),
            [.. Arguments.Select(piece => Events("""{"type":"response.function_call_arguments.delta","sequence_number":5,"item_id":"fc_1","output_index":1,"delta":PIECE}""".Replace("PIECE", Json(piece), StringComparison.Ordinal)))],
            Events("""{"type":"error","sequence_number":9,"code":"server_is_overloaded","message":"Overloaded","param":null}""")),
        _ => (
            Frames(
                """{"messageStart":{"role":"assistant"}}""",
                """{"contentBlockDelta":{"contentBlockIndex":0,"delta":{"text":"I will"}}}""",
                """{"contentBlockStop":{"contentBlockIndex":0}}""",
                """{"contentBlockStart":{"contentBlockIndex":1,"start":{"toolUse":{"toolUseId":"call_1","name":"TOOL"}}}}""".Replace("TOOL", tool, StringComparison.Ordinal)),
            [.. Arguments.Select(piece => Frames("""{"contentBlockDelta":{"contentBlockIndex":1,"delta":{"toolUse":{"input":PIECE}}}}""".Replace("PIECE", Json(piece), StringComparison.Ordinal)))],
            Frames("""{"exception":"throttlingException","payload":{"message":"Overloaded"}}""")),
    };

    private static string Json(string text) => JsonValue.Create(text).ToJsonString();

    private static byte[] Events(params string[] data) => Encoding.UTF8.GetBytes(string.Concat(data.Select(item => $"data: {item}\n\n")));

    private static byte[] Frames(params string[] items) => [.. items.SelectMany(item => ConverseFrames.Of(JsonNode.Parse(item)!.AsObject()))];
}
