#pragma warning disable OPENAI001 // The Responses part of the SDK is marked as experimental.
using System.Buffers;
using System.ClientModel.Primitives;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Anthropic.Models.Messages;
using ModelScan.RoutingApi.Capabilities;
using ModelScan.RoutingApi.Dialects.Canonical;
using ModelScan.RoutingApi.Dialects.Fitting;
using ModelScan.RoutingApi.Dialects.Translation;
using ModelScan.Tests.Support;
using OpenAI.Responses;

namespace ModelScan.Tests.Dialects.Translation;

/// <summary>
/// Whatever the vendors' own SDKs know of answers: each kind of block, item, delta, citation and end arrives at every client, is reported as
/// left out, or fails; none vanishes in silence.
/// </summary>
public sealed class VendorUnionsTests
{
    private const string Mark = "MARK";

    private static readonly ApiFormat[] Formats = [ApiFormat.ChatCompletions, ApiFormat.Messages, ApiFormat.Responses];

    // The SDK has no list of its items' words; that these are all of them is tested below.
    private static readonly string[] ItemWords =
    [
        "message", "reasoning", "function_call", "function_call_output", "custom_tool_call", "custom_tool_call_output", "computer_call", "computer_call_output", "web_search_call", "file_search_call",
        "code_interpreter_call", "image_generation_call", "local_shell_call", "local_shell_call_output", "apply_patch_call", "apply_patch_call_output", "mcp_call", "mcp_list_tools", "mcp_approval_request",
        "mcp_approval_response", "item_reference",
    ];

    public static TheoryData<ApiFormat, string> Blocks => For(ApiFormat.Messages, Words<ContentBlockType>());

    public static TheoryData<ApiFormat, string> Deltas => For(ApiFormat.Messages, [.. Words<RawContentBlockDeltaType>(), "delta_of_tomorrow"]);

    public static TheoryData<ApiFormat, string> Items => For(ApiFormat.Responses, [.. ItemWords, "item_of_tomorrow"]);

    public static TheoryData<ApiFormat, string> Members => For(ApiFormat.ChatCompletions, ["content", "refusal", "reasoning_content", "reasoning", "tool_calls", "function_call", "custom", "annotations", "audio", "images", "member_of_tomorrow"]);

    public static TheoryData<ApiFormat, string> Converses => For(ApiFormat.Converse, ["text", "image", "document", "video", "audio", "toolUse", "toolResult", "guardContent", "cachePoint", "reasoningContent", "citationsContent", "searchResult"]);

    public static TheoryData<ApiFormat, string> StopReasons => For(ApiFormat.Messages, [.. Words<StopReason>(), "reason_of_tomorrow"]);

    public static TheoryData<ApiFormat, string> FinishReasons => For(ApiFormat.ChatCompletions, [.. Words<OpenAI.Chat.ChatFinishReason>(), "reason_of_tomorrow"]);

    [Theory]
    [MemberData(nameof(Blocks))]
    public void Message_AnyBlock_ArrivesOrIsReported(ApiFormat client, string type)
    {
        var block = Block(type);
        var answer = new JsonObject { ["id"] = "msg_1", ["content"] = new JsonArray(Text("before"), block.DeepClone(), Text("after")), ["stop_reason"] = "end_turn", ["usage"] = new JsonObject { ["input_tokens"] = 1, ["output_tokens"] = 1 } };
        Check(client, ApiFormat.Messages, answer, $"content.{type}");
        Check(client, ApiFormat.Messages, Events(
            """{"type":"content_block_start","index":0,"content_block":{"type":"text","text":"before after"}}""",
            """{"type":"content_block_stop","index":0}""",
            new JsonObject { ["type"] = "content_block_start", ["index"] = 1, ["content_block"] = block }.ToJsonString(),
            """{"type":"content_block_stop","index":1}""",
            """{"type":"message_delta","delta":{"stop_reason":"end_turn"}}""",
            """{"type":"message_stop"}"""), $"content.{type}");
    }

    [Theory]
    [MemberData(nameof(Deltas))]
    public void MessageStream_AnyDelta_ArrivesOrIsReported(ApiFormat client, string type)
    {
        foreach (var block in (ReadOnlySpan<string>)["text", "thinking", "tool_use"])
        {
            var start = block == "tool_use" ? """{"type":"tool_use","id":"t","name":"f","input":{}}""" : $$"""{"type":"{{block}}","text":"","thinking":"","signature":""}""";
            var delta = """{"type":"TYPE","text":"MARK","thinking":"MARK","signature":"MARK","partial_json":"{\"MARK\":1}","citation":{"type":"web_search_result_location","url":"https://MARK.example","title":"t","cited_text":"c","encrypted_index":"e"}}"""
                .Replace("TYPE", type, StringComparison.Ordinal);
            Check(client, ApiFormat.Messages, Events(
                """{"type":"content_block_start","index":0,"content_block":{"type":"text","text":"before after"}}""",
                """{"type":"content_block_stop","index":0}""",
                $$$"""{"type":"content_block_start","index":1,"content_block":{{{start}}}}""",
                $$$"""{"type":"content_block_delta","index":1,"delta":{{{delta}}}}""",
                """{"type":"content_block_stop","index":1}""",
                """{"type":"message_delta","delta":{"stop_reason":"end_turn"}}""",
                """{"type":"message_stop"}"""), $"content_block_delta.{type}");
        }
    }

    [Theory]
    [MemberData(nameof(Items))]
    public void Response_AnyItem_ArrivesOrIsReported(ApiFormat client, string type)
    {
        var item = new JsonObject
        {
            ["type"] = type,
            ["id"] = "item_1",
            ["call_id"] = "call_1",
            ["name"] = Mark,
            ["arguments"] = "{}",
            ["input"] = Mark,
            ["encrypted_content"] = Mark,
            ["content"] = new JsonArray(new JsonObject { ["type"] = "output_text", ["text"] = Mark }),
            ["summary"] = new JsonArray(),
        };
        var before = JsonNode.Parse("""{"type":"message","id":"m1","content":[{"type":"output_text","text":"before after"}]}""")!;
        var response = new JsonObject { ["id"] = "resp_1", ["status"] = "completed", ["output"] = new JsonArray(before, item.DeepClone()) };
        Check(client, ApiFormat.Responses, response, $"output.{type}");
        Check(client, ApiFormat.Responses, Events(
            """{"type":"response.output_text.delta","output_index":0,"delta":"before after"}""",
            new JsonObject { ["type"] = "response.output_item.done", ["output_index"] = 1, ["item"] = item }.ToJsonString(),
            """{"type":"response.completed","response":{"id":"resp_1","output":[]}}"""), $"output.{type}");
    }

    [Theory]
    [MemberData(nameof(Members))]
    public void ChatCompletion_AnyMember_ArrivesOrIsReported(ApiFormat client, string member)
    {
        JsonNode value = member switch
        {
            "tool_calls" => JsonNode.Parse("""[{"index":0,"id":"c","type":"function","function":{"name":"MARK","arguments":"{}"}}]""")!,
            "custom" => JsonNode.Parse("""[{"index":0,"id":"c","type":"custom","custom":{"name":"f","input":"MARK"}}]""")!,
            "function_call" => JsonNode.Parse("""{"name":"MARK","arguments":"{}"}""")!,
            "annotations" => JsonNode.Parse("""[{"type":"url_citation","url_citation":{"url":"https://MARK.example","title":"t","start_index":0,"end_index":1}}]""")!,
            "audio" => JsonNode.Parse("""{"id":"a","data":"MARK"}""")!,
            _ => JsonValue.Create(Mark),
        };
        var message = new JsonObject { ["role"] = "assistant", [member == "custom" ? "tool_calls" : member] = value };
        if (member != "content")
            message["content"] = "before after";
        else
            message["content"] = $"before after {Mark}";
        var answer = new JsonObject { ["id"] = "c1", ["choices"] = new JsonArray(new JsonObject { ["index"] = 0, ["message"] = message.DeepClone(), ["finish_reason"] = "stop" }) };
        Check(client, ApiFormat.ChatCompletions, answer, $"message.{member}");
        var chunk = new JsonObject { ["id"] = "c1", ["choices"] = new JsonArray(new JsonObject { ["index"] = 0, ["delta"] = message.DeepClone() }) };
        Check(client, ApiFormat.ChatCompletions, Encoding.UTF8.GetBytes($"data: {chunk.ToJsonString()}\n\ndata: {{\"choices\":[{{\"index\":0,\"delta\":{{}},\"finish_reason\":\"stop\"}}]}}\n\ndata: [DONE]\n\n"), $"message.{member}");
    }

    [Theory]
    [MemberData(nameof(Converses))]
    public void Converse_AnyBlock_ArrivesOrIsReported(ApiFormat client, string member)
    {
        JsonNode value = member switch
        {
            "text" => JsonValue.Create(Mark),
            "toolUse" => JsonNode.Parse("""{"toolUseId":"t","name":"MARK","input":{}}""")!,
            "reasoningContent" => JsonNode.Parse("""{"reasoningText":{"text":"MARK","signature":"s"}}""")!,
            "citationsContent" => JsonNode.Parse("""{"content":[{"text":"MARK"}],"citations":[]}""")!,
            _ => JsonNode.Parse("""{"name":"MARK"}""")!,
        };
        var content = new JsonArray(new JsonObject { ["text"] = "before after" }, new JsonObject { [member] = value });
        var answer = new JsonObject { ["output"] = new JsonObject { ["message"] = new JsonObject { ["role"] = "assistant", ["content"] = content } }, ["stopReason"] = "end_turn" };
        Check(client, ApiFormat.Converse, answer, $"content.{member}");
    }

    [Theory]
    [MemberData(nameof(StopReasons))]
    public void Message_AnyStopReason_LooksCompleteOnlyWhereItIs(ApiFormat client, string reason)
    {
        var answer = $$"""{"id":"msg_1","content":[{"type":"text","text":"before after"}],"stop_reason":"{{reason}}"}""";
        CheckEnd(client, ApiFormat.Messages, answer, isWhole: reason is "end_turn" or "tool_use" or "stop_sequence", reason);
    }

    [Theory]
    [MemberData(nameof(FinishReasons))]
    public void ChatCompletion_AnyFinishReason_LooksCompleteOnlyWhereItIs(ApiFormat client, string reason)
    {
        var answer = $$"""{"id":"c1","choices":[{"index":0,"message":{"content":"before after"},"finish_reason":"{{reason}}"}]}""";
        CheckEnd(client, ApiFormat.ChatCompletions, answer, isWhole: reason is "stop" or "tool_calls" or "function_call", reason);
    }

    [Fact]
    public void ItemWords_AreAllThatTheSdkKnows()
    {
        var known = ItemWords.Select(word => ModelReaderWriter.Read<ResponseItem>(BinaryData.FromString($$$"""{"type":"{{{word}}}","id":"i","role":"assistant","content":[],"summary":[],"action":{{{(word == "image_generation_call" ? "\"generate\"" : """{"type":"wait"}""")}}}}"""))!.GetType()).ToHashSet();
        Assert.DoesNotContain(known, type => type.Name.Contains("Unknown", StringComparison.Ordinal));
        var all = typeof(ResponseItem).Assembly.GetTypes().Where(type => type.IsSubclassOf(typeof(ResponseItem)) && !type.IsAbstract && !type.IsSubclassOf(typeof(MessageResponseItem)) && type != typeof(MessageResponseItem) && !type.Name.Contains("Unknown", StringComparison.Ordinal));
        Assert.Empty(all.Except(known).Select(type => type.Name));
    }

    private static void CheckEnd(ApiFormat client, ApiFormat provider, string answer, bool isWhole, string reason)
    {
        var output = new ArrayBufferWriter<byte>();
        try
        {
            Exchange(client, provider).TranslateAnswer(Encoding.UTF8.GetBytes(answer), output);
        }
        catch (ProviderAnswerException exception)
        {
            Assert.False(isWhole);
            Assert.Contains(reason, exception.Message, StringComparison.Ordinal);
            return;
        }

        var said = JsonNode.Parse(output.WrittenSpan)!;
        var end = (string?)said["stop_reason"] ?? (string?)said["status"] ?? (string?)said["choices"]![0]!["finish_reason"];

        // Chat Completions has no word for a turn that is only paused.
        if (reason != "pause_turn" || client != ApiFormat.ChatCompletions)
            Assert.Equal(isWhole, end is "end_turn" or "tool_use" or "stop_sequence" or "completed" or "stop" or "tool_calls");
    }

    private static void Check(ApiFormat client, ApiFormat provider, JsonObject answer, string path)
    {
        var exchange = Exchange(client, provider);
        var output = new ArrayBufferWriter<byte>();
        exchange.TranslateAnswer(Encoding.UTF8.GetBytes(answer.ToJsonString()), output);
        Check(Encoding.UTF8.GetString(output.WrittenSpan), exchange.LeftOut, path);
    }

    private static void Check(ApiFormat client, ApiFormat provider, byte[] stream, string path)
    {
        var translation = Exchange(client, provider).OpenStream();
        var output = new ArrayBufferWriter<byte>();
        translation.Write(stream, output);
        translation.End(output);
        Assert.Null(translation.Error);
        Check(Encoding.UTF8.GetString(output.WrittenSpan), translation.LeftOut, path);
    }

    // A thought that is sealed for the client is in its own letters no more.
    private static void Check(string output, IReadOnlyCollection<string> leftOut, string path)
    {
        Assert.Contains("before", output, StringComparison.Ordinal);
        Assert.Contains("after", output, StringComparison.Ordinal);
        Assert.True(output.Contains(Mark, StringComparison.Ordinal) || output.Contains("ms1.", StringComparison.Ordinal) || leftOut.Contains(path), $"{path} is neither in the answer nor reported ({string.Join(", ", leftOut)}): {output}");
    }

    private static TranslatedExchange Exchange(ApiFormat client, ApiFormat provider) => new(
        FormatCodecs.OfClient(client), FormatCodecs.Of(provider), new WrittenRequest(default, new Losses(), new ToolNaming(new ToolSet(), 64)),
        new AnswerContext("m", "acme", new ModelCapabilities(), VectorClock.Create(), static () => "0123456789abcdefghijklmn") { ProviderFormat = provider });

    private static JsonObject Block(string type)
    {
        var block = new JsonObject
        {
            ["type"] = type,
            ["text"] = Mark,
            ["thinking"] = Mark,
            ["signature"] = "s",
            ["data"] = Mark,
            ["id"] = "t",
            ["name"] = Mark,
            ["input"] = new JsonObject(),
        };
        return block;
    }

    private static JsonObject Text(string text) => new() { ["type"] = "text", ["text"] = text };

    private static byte[] Events(params string[] data) => Encoding.UTF8.GetBytes(string.Concat(data.Select(line => $"event: {JsonDocument.Parse(line).RootElement.GetProperty("type").GetString()}\ndata: {line}\n\n")));

    private static TheoryData<ApiFormat, string> For(ApiFormat provider, IEnumerable<string> words)
    {
        var rows = new TheoryData<ApiFormat, string>();
        foreach (var word in words)
        {
            foreach (var client in Formats.Where(client => client != provider))
                rows.Add(client, word);
        }

        return rows;
    }

    // ToolUse is tool_use on the wire.
    private static IEnumerable<string> Words<T>()
        where T : struct, Enum => Enum.GetNames<T>().Select(JsonNamingPolicy.SnakeCaseLower.ConvertName);
}
