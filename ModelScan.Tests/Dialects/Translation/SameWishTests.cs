using System.Text;
using System.Text.Json.Nodes;
using ModelScan.RoutingApi.Capabilities;
using ModelScan.RoutingApi.InPlace;

namespace ModelScan.Tests.Dialects.Translation;

/// <summary>The same wish has the same fate at a provider, whatever format it came in: the provider is told the same, or the same is refused or reported.</summary>
public sealed class SameWishTests
{
    private const string Chat = nameof(ApiFormat.ChatCompletions);
    private const string Messages = nameof(ApiFormat.Messages);
    private const string Responses = nameof(ApiFormat.Responses);
    private const string Schema = """{"type":"object","properties":{"a":{"type":"string"}},"required":["a"],"additionalProperties":false}""";

    // A wish as each format says it; formats that have no word for it are left out.
    private static readonly Dictionary<string, Dictionary<string, string>> Wishes = new(StringComparer.Ordinal)
    {
        ["limit"] = Said("""{"max_completion_tokens":4000}""", """{"max_tokens":4000}""", """{"max_output_tokens":4000}"""),
        ["limit above the model's"] = Said("""{"max_tokens":900000}""", """{"max_tokens":900000}""", """{"max_output_tokens":900000}"""),
        ["temperature"] = Said("""{"temperature":0.5}""", """{"temperature":0.5}""", """{"temperature":0.5}"""),
        ["top_p"] = Said("""{"top_p":0.5}""", """{"top_p":0.5}""", """{"top_p":0.5}"""),
        ["hot"] = Said("""{"temperature":1.5}""", null, """{"temperature":1.5}"""),
        ["stop"] = Said("""{"stop":["END"]}""", """{"stop_sequences":["END"]}""", null),
        ["blank stop"] = Said("""{"stop":[" "]}""", """{"stop_sequences":[" "]}""", null),
        ["tool"] = Said(
            $$$"""{"tools":[{"type":"function","function":{"name":"f","description":"d","parameters":{{{Schema}}} } }]}""",
            $$"""{"tools":[{"name":"f","description":"d","input_schema":{{Schema}}}]}""",
            $$"""{"tools":[{"type":"function","name":"f","description":"d","parameters":{{Schema}}}]}"""),
        ["tool without a schema"] = Said(
            """{"tools":[{"type":"function","function":{"name":"f"}}]}""", """{"tools":[{"name":"f"}]}""", """{"tools":[{"type":"function","name":"f"}]}"""),
        ["tool of an odd name"] = Said(
            """{"tools":[{"type":"function","function":{"name":"a.b/c"}}]}""", """{"tools":[{"name":"a.b/c"}]}""", """{"tools":[{"type":"function","name":"a.b/c"}]}"""),
        ["tool that takes text"] = Said("""{"tools":[{"type":"custom","custom":{"name":"f"}}]}""", null, """{"tools":[{"type":"custom","name":"f"}]}"""),
        ["tool of the provider"] = Said(null, """{"tools":[{"type":"code_execution_20250825","name":"x"}]}""", """{"tools":[{"type":"code_interpreter","container":{"type":"auto"}}]}"""),
        ["any tool"] = Said(
            """{"tools":[{"type":"function","function":{"name":"f"}}],"tool_choice":"required"}""",
            """{"tools":[{"name":"f"}],"tool_choice":{"type":"any"}}""",
            """{"tools":[{"type":"function","name":"f"}],"tool_choice":"required"}"""),
        ["no tool"] = Said(
            """{"tools":[{"type":"function","function":{"name":"f"}}],"tool_choice":"none"}""",
            """{"tools":[{"name":"f"}],"tool_choice":{"type":"none"}}""",
            """{"tools":[{"type":"function","name":"f"}],"tool_choice":"none"}"""),
        ["this tool"] = Said(
            """{"tools":[{"type":"function","function":{"name":"f"}}],"tool_choice":{"type":"function","function":{"name":"f"}}}""",
            """{"tools":[{"name":"f"}],"tool_choice":{"type":"tool","name":"f"}}""",
            """{"tools":[{"type":"function","name":"f"}],"tool_choice":{"type":"function","name":"f"}}"""),
        ["a tool that is not there"] = Said(
            """{"tools":[{"type":"function","function":{"name":"f"}}],"tool_choice":{"type":"function","function":{"name":"g"}}}""",
            """{"tools":[{"name":"f"}],"tool_choice":{"type":"tool","name":"g"}}""",
            """{"tools":[{"type":"function","name":"f"}],"tool_choice":{"type":"function","name":"g"}}"""),
        ["one call at a time"] = Said(
            """{"tools":[{"type":"function","function":{"name":"f"}}],"tool_choice":"auto","parallel_tool_calls":false}""",
            """{"tools":[{"name":"f"}],"tool_choice":{"type":"auto","disable_parallel_tool_use":true}}""",
            """{"tools":[{"type":"function","name":"f"}],"tool_choice":"auto","parallel_tool_calls":false}"""),
        ["any JSON"] = Said("""{"response_format":{"type":"json_object"}}""", null, """{"text":{"format":{"type":"json_object"}}}"""),
        ["schema"] = Said(
            $$$$"""{"response_format":{"type":"json_schema","json_schema":{"name":"output","strict":true,"schema":{{{{Schema}}}} } } }""",
            $$$$"""{"output_config":{"format":{"type":"json_schema","schema":{{{{Schema}}}} } } }""",
            $$$$"""{"text":{"format":{"type":"json_schema","name":"output","strict":true,"schema":{{{{Schema}}}} } } }"""),
        ["low effort"] = Said("""{"reasoning_effort":"low"}""", """{"output_config":{"effort":"low"}}""", """{"reasoning":{"effort":"low"}}"""),
        ["highest effort"] = Said("""{"reasoning_effort":"xhigh"}""", """{"output_config":{"effort":"xhigh"}}""", """{"reasoning":{"effort":"xhigh"}}"""),
        ["no effort"] = Said("""{"reasoning_effort":"none"}""", null, """{"reasoning":{"effort":"none"}}"""),
        ["effort within a limit"] = Said(
            """{"reasoning_effort":"high","max_tokens":2000}""", """{"output_config":{"effort":"high"},"max_tokens":2000}""", """{"reasoning":{"effort":"high"},"max_output_tokens":2000}"""),
        ["user"] = Said("""{"user":"u"}""", """{"metadata":{"user_id":"u"}}""", """{"user":"u"}"""),
        ["stored"] = Said("""{"store":true}""", null, """{"store":true}"""),
        ["image"] = Said(
            """{"messages":[{"role":"user","content":[{"type":"text","text":"x"},{"type":"image_url","image_url":{"url":"data:image/jpg;base64,iVBORw0KGgo="}}]}]}""",
            """{"messages":[{"role":"user","content":[{"type":"text","text":"x"},{"type":"image","source":{"type":"base64","media_type":"image/jpg","data":"iVBORw0KGgo="}}]}]}""",
            """{"input":[{"role":"user","content":[{"type":"input_text","text":"x"},{"type":"input_image","image_url":"data:image/jpg;base64,iVBORw0KGgo="}]}]}"""),
        ["file"] = Said(
            """{"messages":[{"role":"user","content":[{"type":"text","text":"x"},{"type":"file","file":{"filename":"a.pdf","file_data":"data:application/pdf;base64,JVBERi0="}}]}]}""",
            """{"messages":[{"role":"user","content":[{"type":"text","text":"x"},{"type":"document","title":"a.pdf","source":{"type":"base64","media_type":"application/pdf","data":"JVBERi0="}}]}]}""",
            """{"input":[{"role":"user","content":[{"type":"input_text","text":"x"},{"type":"input_file","filename":"a.pdf","file_data":"data:application/pdf;base64,JVBERi0="}]}]}"""),
        ["call and result"] = Said(
            """{"messages":[{"role":"user","content":"x"},{"role":"assistant","content":"on it","tool_calls":[{"id":"t","type":"function","function":{"name":"f","arguments":"{\"a\":1}"}}]},{"role":"tool","tool_call_id":"t","content":"ok"},{"role":"user","content":"y"}]}""",
            """{"messages":[{"role":"user","content":"x"},{"role":"assistant","content":[{"type":"text","text":"on it"},{"type":"tool_use","id":"t","name":"f","input":{"a":1}}]},{"role":"user","content":[{"type":"tool_result","tool_use_id":"t","content":"ok"},{"type":"text","text":"y"}]}]}""",
            """{"input":[{"role":"user","content":"x"},{"role":"assistant","content":"on it"},{"type":"function_call","call_id":"t","name":"f","arguments":"{\"a\":1}"},{"type":"function_call_output","call_id":"t","output":"ok"},{"role":"user","content":"y"}]}"""),
        ["call without a result"] = Said(
            """{"messages":[{"role":"user","content":"x"},{"role":"assistant","tool_calls":[{"id":"t","type":"function","function":{"name":"f","arguments":"{}"}}]},{"role":"user","content":"y"}]}""",
            """{"messages":[{"role":"user","content":"x"},{"role":"assistant","content":[{"type":"tool_use","id":"t","name":"f","input":{}}]},{"role":"user","content":"y"}]}""",
            """{"input":[{"role":"user","content":"x"},{"type":"function_call","call_id":"t","name":"f","arguments":"{}"},{"role":"user","content":"y"}]}"""),
        ["result without a call"] = Said(
            """{"messages":[{"role":"user","content":"x"},{"role":"tool","tool_call_id":"t","content":"ok"}]}""",
            """{"messages":[{"role":"user","content":"x"},{"role":"user","content":[{"type":"tool_result","tool_use_id":"t","content":"ok"}]}]}""",
            """{"input":[{"role":"user","content":"x"},{"type":"function_call_output","call_id":"t","output":"ok"}]}"""),
        ["nothing said"] = Said(
            """{"messages":[{"role":"user","content":"x"},{"role":"assistant","content":""},{"role":"user","content":"y"}]}""",
            """{"messages":[{"role":"user","content":"x"},{"role":"assistant","content":""},{"role":"user","content":"y"}]}""",
            """{"input":[{"role":"user","content":"x"},{"role":"assistant","content":""},{"role":"user","content":"y"}]}"""),
        ["rules in the middle"] = Said(
            """{"messages":[{"role":"user","content":"x"},{"role":"system","content":"s"}]}""",
            """{"messages":[{"role":"user","content":"x"},{"role":"system","content":"s"}]}""",
            """{"input":[{"role":"user","content":"x"},{"role":"system","content":"s"}]}"""),
        ["a thought of nobody's"] = Said(
            """{"messages":[{"role":"user","content":"x"},{"role":"assistant","content":"a","reasoning_content":"hm"},{"role":"user","content":"y"}]}""",
            """{"messages":[{"role":"user","content":"x"},{"role":"assistant","content":[{"type":"thinking","thinking":"hm"},{"type":"text","text":"a"}]},{"role":"user","content":"y"}]}""",
            """{"input":[{"role":"user","content":"x"},{"type":"reasoning","summary":[{"type":"summary_text","text":"hm"}]},{"role":"assistant","content":"a"},{"role":"user","content":"y"}]}"""),
    };

    [Theory]
    [InlineData(Messages)]
    [InlineData(Responses)]
    public void Translate_CallOfAModelThatDidNotThink_HasAPlaceholderWhereOneIsWanted(string client)
    {
        var (body, lost) = Translate(client, Wishes["call and result"][client], Chat, Models["wants a thought of every call"]);
        var calling = body["messages"]!.AsArray().Single(message => message!["tool_calls"] is not null)!;
        Assert.NotEmpty((string)calling["reasoning_content"]!);
        Assert.Equal(0, lost);
    }

    private static readonly Dictionary<string, ModelCapabilities> Models = new(StringComparer.Ordinal)
    {
        ["plain"] = new() { TokenLimitField = "max_tokens", MaxOutputTokens = 8192 },
        ["text alone"] = new() { Images = false, Files = false, StructuredOutput = StructuredOutput.None, ParallelToolCalls = false },
        ["thinks by effort"] = new() { Sampling = false, ReasoningEffort = true, HighestEffort = "xhigh", MaxOutputTokens = 64_000 },
        ["thinks as it sees fit"] = new() { ReasoningEffort = true, AdaptiveThinking = true, Sampling = false, Schemas = SchemaProfile.Anthropic },
        ["wants a thought of every call"] = new() { Reasoning = new ReasoningSupport { ReturnField = ReasoningSupport.ContentField, RequiresThoughtOfCalls = true } },
        ["JSON mode"] = new() { StructuredOutput = StructuredOutput.JsonMode, Schemas = SchemaProfile.Gemini, ReasoningContent = true },
    };

    public static TheoryData<string, string, string> Rows
    {
        get
        {
            var rows = new TheoryData<string, string, string>();
            foreach (var wish in Wishes.Keys)
            {
                foreach (var provider in Enum.GetNames<ApiFormat>())
                {
                    foreach (var model in Models.Keys)
                        rows.Add(wish, provider, model);
                }
            }

            return rows;
        }
    }

    [Theory]
    [MemberData(nameof(Rows))]
    public void Translate_SameWishOfEachClient_HasTheSameFate(string wish, string provider, string model)
    {
        var fates = Wishes[wish].Where(said => said.Key != provider).Select(said => (Client: said.Key, Fate: FateOf(said.Key, said.Value, provider, Models[model]))).ToList();
        foreach (var (client, fate) in fates.Skip(1))
            Assert.True(fate == fates[0].Fate, $"{fates[0].Client}: {fates[0].Fate}\n{client}: {fate}");
    }

    [Theory]
    [InlineData("any JSON", Chat, Responses)]
    [InlineData("any JSON", Responses, Chat)]
    [InlineData("schema", Chat, Responses)]
    [InlineData("schema", Messages, Chat)]
    [InlineData("schema", Responses, Chat)]
    [InlineData("call without a result", Chat, Messages)]
    [InlineData("call without a result", Messages, Chat)]
    [InlineData("call without a result", Responses, Messages)]
    [InlineData("rules in the middle", Chat, Messages)]
    public void Fit_RequestThatKeepsItsFormat_IsToldWhatATranslatedOneIs(string wish, string format, string other)
    {
        foreach (var (name, model) in Models)
        {
            var capabilities = model with { OneSystemMessage = true };
            var kept = Fitted(Request(format, Wishes[wish][format]), Enum.Parse<ApiFormat>(format), capabilities);
            var (translated, _) = Translate(other, Wishes[wish][other], format, capabilities);
            Assert.True(Told(translated) == Told(kept), $"{name}:\n{Told(translated)}\n{Told(kept)}");
        }
    }

    // The shape that is asked for, how often an instruction is given in words, how many calls have results and how often rules are given.
    private static string Told(JsonObject body)
    {
        var all = body.ToJsonString();
        var shape = body["response_format"] ?? body["text"]?["format"] ?? body["output_config"]?["format"];
        return $"{shape?.ToJsonString()} {Count("It has to conform to")} {Count("Answer with one JSON object")} {Count("Interrupted")} {Count("\"role\":\"system\"")}";

        int Count(string words) => all.Split(words).Length - 1;
    }

    private static JsonObject Fitted(byte[] request, ApiFormat format, ModelCapabilities capabilities)
    {
        using var rewrite = BodyRewrite.Apply(request, "\"m\""u8.ToArray(), [.. ThinkingRules.For(format, request, capabilities), .. ShapeRules.For(format, request, capabilities), .. InPlaceRules.For(format, capabilities)]);
        return JsonNode.Parse(rewrite.Bytes.Span)!.AsObject();
    }

    // What the provider is told beyond what it is told without the wish; how much is lost; or that it is refused.
    private static string FateOf(string client, string said, string provider, ModelCapabilities capabilities)
    {
        var (plain, _) = Translate(client, "{}", provider, capabilities);
        try
        {
            var (body, lost) = Translate(client, said, provider, capabilities);
            var more = new JsonObject();
            foreach (var (name, value) in body.OrderBy(member => member.Key, StringComparer.Ordinal))
            {
                if (!JsonNode.DeepEquals(value, plain[name]))
                    more[name] = value?.DeepClone();
            }

            return $"{more.ToJsonString()} lost: {lost}";
        }
        catch (InvalidRequestException)
        {
            return "refused";
        }
    }

    private static (JsonObject Body, int Lost) Translate(string client, string said, string provider, ModelCapabilities capabilities)
    {
        var exchange = new Pair(Enum.Parse<ApiFormat>(client), Enum.Parse<ApiFormat>(provider)).Translate(Request(client, said), PairRun.Context(capabilities));
        return (JsonNode.Parse(exchange.Body.Span)!.AsObject(), exchange.Dropped.Count);
    }

    private static byte[] Request(string client, string said)
    {
        var request = JsonNode.Parse(client == Responses ? """{"model":"m","input":[{"role":"user","content":"hi"}]}""" : """{"model":"m","messages":[{"role":"user","content":"hi"}]}""")!.AsObject();
        foreach (var (name, value) in JsonNode.Parse(said)!.AsObject())
            request[name] = value?.DeepClone();
        return Encoding.UTF8.GetBytes(request.ToJsonString());
    }

    private static Dictionary<string, string> Said(string? chat, string? messages, string? responses)
    {
        var said = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (client, words) in new[] { (Chat, chat), (Messages, messages), (Responses, responses) })
        {
            if (words is not null)
                said[client] = words;
        }

        return said;
    }
}
