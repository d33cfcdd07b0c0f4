using System.Text;
using System.Text.Json.Nodes;
using ModelScan.RoutingApi.Dialects;
using ModelScan.RoutingApi.Dialects.Translation;

namespace ModelScan.Tests.Dialects.Translation;

/// <summary>The tables of fates say what the translations do: each row of a request's field has a sample that shows it.</summary>
public sealed class ChatMessagesFateTests
{
    // A field of FieldFates, and what is added to a plain request for it.
    private static readonly Dictionary<string, string> MessagesSamples = new(StringComparer.Ordinal)
    {
        ["model"] = "{}",
        ["system"] = """{"system":"a"}""",
        ["system.cache_control"] = """{"system":[{"type":"text","text":"a","cache_control":{"type":"ephemeral"}}]}""",
        ["system.x-anthropic-billing-header"] = """{"system":[{"type":"text","text":"x-anthropic-billing-header: a"}]}""",
        ["messages.role"] = "{}",
        ["messages.content.text"] = User("""{"type":"text","text":"a"}"""),
        ["messages.content.image"] = User("""{"type":"image","source":{"type":"url","url":"https://a.example"}}"""),
        ["messages.content.document"] = User("""{"type":"document","source":{"type":"text","media_type":"text/plain","data":"a"}}"""),
        ["messages.content.document.source.url"] = User("""{"type":"document","source":{"type":"url","url":"https://a.example"}}"""),
        ["messages.content.document.source.file"] = User("""{"type":"document","source":{"type":"file","file_id":"a"}}"""),
        ["messages.content.search_result"] = User("""{"type":"search_result","title":"t","source":"s","content":[{"type":"text","text":"a"}]}"""),
        ["messages.content.tool_use"] = Messages("""{"role":"assistant","content":[{"type":"tool_use","id":"t","name":"f","input":{}}]},{"role":"user","content":[{"type":"tool_result","tool_use_id":"t","content":"a"}]}"""),
        ["messages.content.tool_result"] = User("""{"type":"tool_result","tool_use_id":"t","content":"a"}"""),
        ["messages.content.tool_result.is_error"] = User("""{"type":"tool_result","tool_use_id":"t","content":"a","is_error":true}"""),
        ["messages.content.thinking"] = Assistant("""{"type":"thinking","thinking":"a","signature":"s"}"""),
        ["messages.content.redacted_thinking"] = Assistant("""{"type":"redacted_thinking","data":"a"}"""),
        ["messages.content.server_tool_use"] = Assistant("""{"type":"server_tool_use","id":"s","name":"web_search","input":{}}"""),
        ["messages.content.web_search_tool_result"] = Assistant("""{"type":"web_search_tool_result","tool_use_id":"s","content":[]}"""),
        ["messages.content.container_upload"] = User("""{"type":"container_upload","file_id":"a"}"""),
        ["messages.content.cache_control"] = User("""{"type":"text","text":"a","cache_control":{"type":"ephemeral"}}"""),
        ["messages.content.citations"] = Assistant("""{"type":"text","text":"a","citations":[]}"""),
        ["max_tokens"] = """{"max_tokens":5}""",
        ["temperature"] = """{"temperature":0.5}""",
        ["top_p"] = """{"top_p":0.5}""",
        ["top_k"] = """{"top_k":5}""",
        ["stop_sequences"] = """{"stop_sequences":["a"]}""",
        ["stream"] = """{"stream":true}""",
        ["tools"] = """{"tools":[{"name":"f"}]}""",
        ["tools.input_schema"] = """{"tools":[{"name":"f","input_schema":{"type":"object","properties":{},"additionalProperties":false}}]}""",
        ["tools.strict"] = """{"tools":[{"name":"f","strict":true}]}""",
        ["tools.cache_control"] = """{"tools":[{"name":"f","cache_control":{"type":"ephemeral"}}]}""",
        ["tools.defer_loading"] = """{"tools":[{"name":"f","defer_loading":true}]}""",
        ["tools.eager_input_streaming"] = """{"tools":[{"name":"f","eager_input_streaming":true}]}""",
        ["tools.web_search"] = """{"tools":[{"type":"web_search_20250305","name":"web_search"}]}""",
        ["tools.tool_search_tool"] = """{"tools":[{"type":"tool_search_tool_regex_20251119","name":"tool_search"}]}""",
        ["tools.code_execution"] = """{"tools":[{"type":"code_execution_20250825","name":"code_execution"}]}""",
        ["tool_choice"] = """{"tools":[{"name":"f"}],"tool_choice":{"type":"any"}}""",
        ["tool_choice.disable_parallel_tool_use"] = """{"tools":[{"name":"f"}],"tool_choice":{"type":"auto","disable_parallel_tool_use":true}}""",
        ["thinking"] = """{"thinking":{"type":"adaptive"}}""",
        ["thinking.display"] = """{"thinking":{"type":"adaptive","display":"omitted"}}""",
        ["output_config.effort"] = """{"output_config":{"effort":"low"}}""",
        ["output_config.format"] = """{"output_config":{"format":{"type":"json_schema","schema":{}}}}""",
        ["output_format"] = """{"output_format":{"type":"json_schema","schema":{}}}""",
        ["metadata.user_id"] = """{"metadata":{"user_id":"a"}}""",
        ["service_tier"] = """{"service_tier":"standard_only"}""",
        ["mcp_servers"] = """{"mcp_servers":[{"type":"url","url":"https://a.example","name":"a"}]}""",
        ["container"] = """{"container":"a"}""",
        ["context_management"] = """{"context_management":{}}""",
    };

    private static readonly Dictionary<string, string> ChatSamples = new(StringComparer.Ordinal)
    {
        ["model"] = "{}",
        ["messages.role.system"] = Messages("""{"role":"system","content":"a"}"""),
        ["messages.role.developer"] = Messages("""{"role":"developer","content":"a"}"""),
        ["messages.role.user"] = "{}",
        ["messages.role.assistant"] = Messages("""{"role":"assistant","content":"a"}"""),
        ["messages.role.tool"] = Messages("""{"role":"tool","tool_call_id":"t","content":"a"}"""),
        ["messages.name"] = Messages("""{"role":"user","name":"n","content":"a"}"""),
        ["messages.content.text"] = User("""{"type":"text","text":"a"}"""),
        ["messages.content.refusal"] = Assistant("""{"type":"refusal","refusal":"a"}"""),
        ["messages.content.image_url"] = User("""{"type":"image_url","image_url":{"url":"https://a.example"}}"""),
        ["messages.content.image_url.detail"] = User("""{"type":"image_url","image_url":{"url":"https://a.example","detail":"low"}}"""),
        ["messages.content.file"] = User("""{"type":"file","file":{"filename":"a","file_data":"data:application/pdf;base64,JVBERi0="}}"""),
        ["messages.content.file.file_id"] = User("""{"type":"file","file":{"file_id":"a"}}"""),
        ["messages.content.input_audio"] = User("""{"type":"input_audio","input_audio":{"data":"","format":"wav"}}"""),
        ["messages.content.cache_control"] = User("""{"type":"text","text":"a","cache_control":{"type":"ephemeral"}}"""),
        ["messages.tool_calls"] = Messages("""{"role":"assistant","tool_calls":[{"id":"t","type":"function","function":{"name":"f","arguments":"{}"}}]},{"role":"tool","tool_call_id":"t","content":"a"}"""),
        ["messages.tool_calls.result"] = Messages("""{"role":"assistant","tool_calls":[{"id":"t","type":"function","function":{"name":"f","arguments":"{}"}}]}"""),
        ["messages.function_call"] = Messages("""{"role":"assistant","function_call":{"name":"f","arguments":"{}"}},{"role":"function","name":"f","content":"a"}"""),
        ["messages.reasoning_details"] = Messages("""{"role":"assistant","content":"a","reasoning_details":[{"type":"reasoning.text","text":"t","signature":"s"}]}"""),
        ["messages.reasoning_content"] = Messages("""{"role":"assistant","content":"a","reasoning_content":"t"}"""),
        ["messages.audio"] = Messages("""{"role":"assistant","content":"a","audio":{"id":"x"}}"""),
        ["max_completion_tokens"] = """{"max_completion_tokens":5}""",
        ["max_tokens"] = """{"max_tokens":5}""",
        ["stop"] = """{"stop":"a"}""",
        ["temperature"] = """{"temperature":0.5}""",
        ["top_p"] = """{"top_p":0.5}""",
        ["top_k"] = """{"top_k":5}""",
        ["stream"] = """{"stream":true}""",
        ["stream_options"] = """{"stream_options":{"include_usage":true}}""",
        ["tools"] = """{"tools":[{"type":"function","function":{"name":"f"}}]}""",
        ["tools.custom"] = """{"tools":[{"type":"custom","custom":{"name":"f"}}]}""",
        ["tools.function.strict"] = """{"tools":[{"type":"function","function":{"name":"f","strict":true}}]}""",
        ["functions"] = """{"functions":[{"name":"f"}]}""",
        ["function_call"] = """{"functions":[{"name":"f"}],"function_call":"none"}""",
        ["tool_choice"] = """{"tools":[{"type":"function","function":{"name":"f"}}],"tool_choice":"required"}""",
        ["parallel_tool_calls"] = """{"tools":[{"type":"function","function":{"name":"f"}}],"parallel_tool_calls":false}""",
        ["web_search_options"] = """{"web_search_options":{}}""",
        ["response_format"] = """{"response_format":{"type":"json_schema","json_schema":{"name":"n","schema":{}}}}""",
        ["reasoning_effort"] = """{"reasoning_effort":"low"}""",
        ["reasoning"] = """{"reasoning":{"effort":"none"}}""",
        ["user"] = """{"user":"a"}""",
        ["safety_identifier"] = """{"safety_identifier":"a"}""",
        ["service_tier"] = """{"service_tier":"default"}""",
        ["n"] = """{"n":2}""",
        ["logprobs"] = """{"logprobs":true}""",
        ["audio"] = """{"audio":{"voice":"a","format":"wav"}}""",
        ["modalities"] = """{"modalities":["text","audio"]}""",
        ["logit_bias"] = """{"logit_bias":{}}""",
        ["presence_penalty"] = """{"presence_penalty":1}""",
        ["frequency_penalty"] = """{"frequency_penalty":1}""",
        ["seed"] = """{"seed":1}""",
        ["metadata"] = """{"metadata":{}}""",
        ["store"] = """{"store":true}""",
        ["prediction"] = """{"prediction":{}}""",
        ["verbosity"] = """{"verbosity":"low"}""",
        ["prompt_cache_key"] = """{"prompt_cache_key":"a"}""",
    };

    public static TheoryData<string> MessagesFields => [.. RequestFates(MessagesClientOnChat.FieldFates).Select(fate => fate.Field)];

    public static TheoryData<string> ChatFields => [.. RequestFates(ChatClientOnMessages.FieldFates).Select(fate => fate.Field)];

    [Theory]
    [MemberData(nameof(MessagesFields))]
    public void FieldFates_OfMessagesClient_AreTrue(string field) => Check(ApiFormat.Messages, MessagesClientOnChat.FieldFates, MessagesSamples, field);

    [Theory]
    [MemberData(nameof(ChatFields))]
    public void FieldFates_OfChatClient_AreTrue(string field) => Check(ApiFormat.ChatCompletions, ChatClientOnMessages.FieldFates, ChatSamples, field);

    [Fact]
    public void FieldFates_EachField_StandsOnce()
    {
        Assert.Distinct(MessagesClientOnChat.FieldFates.Select(fate => fate.Field));
        Assert.Distinct(ChatClientOnMessages.FieldFates.Select(fate => fate.Field));
    }

    private static IEnumerable<FieldFate> RequestFates(IReadOnlyList<FieldFate> fates) =>
        fates.Where(fate => !fate.Field.StartsWith("answer.", StringComparison.Ordinal) && !fate.Field.StartsWith("stream.", StringComparison.Ordinal));

    private static void Check(ApiFormat client, IReadOnlyList<FieldFate> fates, Dictionary<string, string> samples, string field)
    {
        var fate = fates.Single(row => row.Field == field).Fate;
        var body = Body(samples[field]);
        if (fate == Fate.Refused)
        {
            Assert.NotNull(Assert.Throws<InvalidRequestException>(() => ChatMessagesPair.Translate(client, "modern", body)).Field);
            return;
        }

        var dropped = ChatMessagesPair.Translate(client, "modern", body).Dropped;
        if (fate == Fate.Dropped)
            Assert.Contains(field, dropped);
        else
            Assert.Empty(dropped);
    }

    private static byte[] Body(string sample)
    {
        var body = JsonNode.Parse("""{"model":"a","messages":[{"role":"user","content":"hi"}]}""")!.AsObject();
        foreach (var (name, value) in JsonNode.Parse(sample)!.AsObject())
        {
            if (name == "messages")
            {
                foreach (var message in value!.AsArray())
                    body["messages"]!.AsArray().Add(message!.DeepClone());
            }
            else
            {
                body[name] = value?.DeepClone();
            }
        }

        return Encoding.UTF8.GetBytes(body.ToJsonString());
    }

    private static string User(string block) => Messages($$"""{"role":"user","content":[{{block}}]}""");

    private static string Assistant(string block) => Messages($$"""{"role":"assistant","content":[{{block}}]}""");

    private static string Messages(string messages) => $$"""{"messages":[{{messages}}]}""";
}
