using System.Text;
using System.Text.Json.Nodes;
using ModelScan.RoutingApi.Capabilities;
using ModelScan.RoutingApi.InPlace;

namespace ModelScan.Tests.InPlace;

/// <summary>A request that keeps its format is fitted, too: single members change, all other bytes stay.</summary>
public sealed class InPlaceRulesTests
{
    private static readonly Dictionary<string, ModelCapabilities> Models = new(StringComparer.Ordinal)
    {
        ["plain"] = new() { TokenLimitField = "max_tokens", DeveloperRole = true },
        ["capped"] = new() { TokenLimitField = "max_tokens", MaxOutputTokens = 100 },
        ["reasons"] = new() { Sampling = false, ReasoningEffort = true, DeveloperRole = true },
        ["picky"] = new() { TokenLimitField = "max_tokens", KnownFields = new HashSet<string>(StringComparer.Ordinal) { "model", "messages", "max_tokens" } },
        ["gemini"] = new() { TokenLimitField = "max_tokens", Schemas = SchemaProfile.Gemini },
        ["adaptive"] = new() { Sampling = false, ReasoningEffort = true, AdaptiveThinking = true },
        ["budget"] = new() { ReasoningEffort = true },
        ["budgeted"] = new() { MaxOutputTokens = 64_000, Reasoning = new() { Thinks = true, Budget = new TokenBudget(1024, null) } },
        ["small"] = new() { MaxOutputTokens = 1200, Reasoning = new() { Thinks = true, Budget = new TokenBudget(1024, null) } },
        ["tiny"] = new() { MaxOutputTokens = 1024, Reasoning = new() { Thinks = true, Budget = new TokenBudget(1024, null) } },
        ["both"] = new() { MaxOutputTokens = 64_000, Reasoning = new() { Thinks = true, Efforts = Efforts.Low | Efforts.Medium | Efforts.High, Budget = new TokenBudget(1024, null) } },
        ["json"] = new() { StructuredOutput = StructuredOutput.JsonMode },
        ["words"] = new() { StructuredOutput = StructuredOutput.None },
        ["grammar"] = new() { Schemas = SchemaProfile.Anthropic },
        ["one"] = new() { OneSystemMessage = true, DeveloperRole = false },
    };

    [Theory]
    [InlineData("chat", "plain", """{"model":"m", "max_tokens":500,"temperature":1}""", """{"model":"m", "max_tokens":500,"temperature":1}""", "")]
    [InlineData("chat", "capped", """{"model":"m", "max_tokens":500}""", """{"model":"m", "max_tokens":100}""", "max_tokens")]
    [InlineData("chat", "capped", """{"model":"m", "max_tokens":50}""", """{"model":"m", "max_tokens":50}""", "")]
    [InlineData("chat", "reasons", """{"model":"m", "max_tokens":50,"x":1}""", """{"model":"m", "max_completion_tokens":50,"x":1}""", "")]
    [InlineData("chat", "reasons", """{"model":"m", "max_tokens":50,"max_completion_tokens":60}""", """{"model":"m","max_completion_tokens":60}""", "")]
    [InlineData("chat", "reasons", """{"model":"m","reasoning_effort":"xhigh"}""", """{"model":"m","reasoning_effort":"high"}""", "reasoning_effort")]
    [InlineData("chat", "picky", """{"model":"m","user":"u","max_completion_tokens":5}""", """{"model":"m","max_tokens":5}""", "user")]
    [InlineData("chat", "picky", """{"model":"m","messages":[{"role": "developer","content":"a"},{"role":"user","content":"developer"}]}""", """{"model":"m","messages":[{"role": "system","content":"a"},{"role":"user","content":"developer"}]}""", "")]
    [InlineData("chat", "gemini", """{"model":"m","tools":[{"type":"function","function":{"name":"f","parameters":{"type":"object","properties":{"a":{"const":"x"}}}}}]}""", """{"model":"m","tools":[{"type":"function","function":{"name":"f","parameters":{"type":"object","properties":{"a":{"type":"string","enum":["x"]}}}}}]}""", "tools")]
    [InlineData("messages", "adaptive", """{"model":"m","temperature":1,"thinking":{"type":"enabled","budget_tokens":2000}}""", """{"model":"m","thinking":{"type":"adaptive"}}""", "temperature,thinking")]
    [InlineData("messages", "budget", """{"model":"m","thinking":{"type":"enabled","budget_tokens":2000}}""", """{"model":"m","thinking":{"type":"enabled","budget_tokens":2000}}""", "")]
    [InlineData("messages", "budget", """{"model":"m","thinking":{"type":"adaptive"}}""", """{"model":"m"}""", "thinking")]
    [InlineData("responses", "capped", """{"model":"m","max_output_tokens":500}""", """{"model":"m","max_output_tokens":100}""", "max_output_tokens")]
    [InlineData("responses", "reasons", """{"model":"m","top_p":0.5}""", """{"model":"m"}""", "top_p")]
    [InlineData("chat", "json", """{"model":"m","messages":[{"role":"user","content":"a"}],"response_format":{"type":"json_object"}}""", """{"model":"m","messages":[{"role":"user","content":"a"}],"response_format":{"type":"json_object"}}""", "")]
    [InlineData("chat", "json", """{"model":"m","messages":[{"role":"user","content":"a"}],"response_format":{"type":"json_schema","json_schema":{"name":"n","schema":{"type": "object"}}}}""", """{"model":"m","messages":[{"role":"system","content":"Answer with one JSON object and nothing else. It has to conform to this JSON Schema:\n{\"type\":\"object\"}"},{"role":"user","content":"a"}],"response_format":{"type":"json_object"}}""", "response_format")]
    [InlineData("chat", "words", """{"model":"m","messages":[],"response_format":{"type":"json_object"}}""", """{"model":"m","messages":[{"role":"system","content":"Answer with one JSON object and nothing else."}]}""", "")]
    [InlineData("chat", "gemini", """{"model":"m","response_format":{"type":"json_schema","json_schema":{"name":"n","schema":{"const":"x"}}}}""", """{"model":"m","response_format":{"type":"json_schema","json_schema":{"name":"n","schema":{"type":"string","enum":["x"]}}}}""", "response_format")]
    [InlineData("responses", "json", """{"model":"m","input":"a","text":{"verbosity":"low","format":{"type":"json_schema","name":"n","schema":{}}}}""", """{"model":"m","input":[{"role":"system","content":"Answer with one JSON object and nothing else. It has to conform to this JSON Schema:\n{}"},{"role":"user","content":"a"}],"text":{"verbosity":"low","format":{"type":"json_object"}}}""", "text")]
    [InlineData("responses", "words", """{"model":"m","input":"a","text":{"format":{"type":"json_object"}}}""", """{"model":"m","input":[{"role":"system","content":"Answer with one JSON object and nothing else."},{"role":"user","content":"a"}]}""", "")]
    [InlineData("messages", "json", """{"model":"m","system":"s","output_config":{"effort":"low","format":{"type":"json_schema","schema":{}}}}""", """{"model":"m","system":"s\n\nAnswer with one JSON object and nothing else. It has to conform to this JSON Schema:\n{}","output_config":{"effort":"low"}}""", "output_config")]
    [InlineData("messages", "words", """{"model":"m","output_format":{"type":"json_schema","schema":{}}}""", """{"system":"Answer with one JSON object and nothing else. It has to conform to this JSON Schema:\n{}","model":"m"}""", "output_format")]
    [InlineData("messages", "grammar", """{"model":"m","output_config":{"format":{"type":"json_schema","schema":{"type":"object","properties":{"a":{"type":"integer","minimum":1}}}}}}""", """{"model":"m","output_config":{"format":{"type":"json_schema","schema":{"type":"object","properties":{"a":{"type":"integer","description":"minimum 1"}},"additionalProperties":false}}}}""", "output_config")]
    [InlineData("chat", "one", """{"model":"m","messages":[{"role":"developer","content":"a"},{"role":"system","content":[{"type":"text","text":"b"}]},{"role":"user","content":"c"},{"role":"system","content":"d"}]}""", """{"model":"m","messages":[{"role":"system","content":"a\n\nb"},{"role":"user","content":"c"},{"role":"user","content":"d"}]}""", "")]
    [InlineData("chat", "one", """{"model":"m","messages":[{"role":"system","content": "a"},{"role":"user","content":"c"}]}""", """{"model":"m","messages":[{"role":"system","content": "a"},{"role":"user","content":"c"}]}""", "")]
    [InlineData("chat", "plain", """{"model":"m","messages":[{"role":"assistant","tool_calls":[{"id":"a","function":{"name":"f","arguments":"{}"}},{"id":"b","function":{"name":"f","arguments":"{}"}}]},{"role":"tool","tool_call_id":"a","content":"x"},{"role":"user","content":"c"}]}""", """{"model":"m","messages":[{"role":"assistant","tool_calls":[{"id":"a","function":{"name":"f","arguments":"{}"}},{"id":"b","function":{"name":"f","arguments":"{}"}}]},{"role":"tool","tool_call_id":"a","content":"x"},{"role":"tool","tool_call_id":"b","content":"Interrupted: the tool gave no result."},{"role":"user","content":"c"}]}""", "messages.tool_calls.result")]
    [InlineData("responses", "plain", """{"model":"m","input":[{"type":"function_call","call_id":"a","name":"f","arguments":"{}"},{"type":"custom_tool_call","call_id":"b","name":"g","input":"x"},{"type":"function_call_output","call_id":"a","output":"y"}]}""", """{"model":"m","input":[{"type":"function_call","call_id":"a","name":"f","arguments":"{}"},{"type":"custom_tool_call","call_id":"b","name":"g","input":"x"},{"type":"custom_tool_call_output","call_id":"b","output":"Interrupted: the tool gave no result."},{"type":"function_call_output","call_id":"a","output":"y"}]}""", "input.function_call.result")]
    [InlineData("messages", "budget", """{"model":"m","messages":[{"role":"assistant","content":[{"type":"tool_use","id":"a","name":"f","input":{}},{"type":"tool_use","id":"b","name":"f","input":{}}]},{"role":"user","content":[{"type":"tool_result","tool_use_id":"b","content":"x"}]}]}""", """{"model":"m","messages":[{"role":"assistant","content":[{"type":"tool_use","id":"a","name":"f","input":{}},{"type":"tool_use","id":"b","name":"f","input":{}}]},{"role":"user","content":[{"type":"tool_result","tool_use_id":"a","content":"Interrupted: the tool gave no result.","is_error":true},{"type":"tool_result","tool_use_id":"b","content":"x"}]}]}""", "messages.content.tool_use.result")]
    [InlineData("messages", "budget", """{"model":"m","messages":[{"role":"assistant","content":[{"type":"tool_use","id":"a","name":"f","input":{}}]},{"role":"user","content":"go on"}]}""", """{"model":"m","messages":[{"role":"assistant","content":[{"type":"tool_use","id":"a","name":"f","input":{}}]},{"role":"user","content":[{"type":"tool_result","tool_use_id":"a","content":"Interrupted: the tool gave no result.","is_error":true},{"type":"text","text":"go on"}]}]}""", "messages.content.tool_use.result")]
    [InlineData("messages", "budgeted", """{"model":"m","max_tokens":128000,"thinking":{"type":"enabled", "budget_tokens":64000}}""", """{"model":"m","max_tokens":64000,"thinking":{"type":"enabled","budget_tokens":48000}}""", "max_tokens,thinking")]
    [InlineData("messages", "budgeted", """{"model":"m","thinking":{"type":"enabled","budget_tokens":100000,"display":"omitted"},"max_tokens":128000}""", """{"model":"m","thinking":{"type":"enabled","budget_tokens":48000,"display":"omitted"},"max_tokens":64000}""", "thinking,max_tokens")]
    [InlineData("messages", "budgeted", """{"model":"m","max_tokens":128000,"thinking":{"type":"enabled", "budget_tokens":63999}}""", """{"model":"m","max_tokens":64000,"thinking":{"type":"enabled", "budget_tokens":63999}}""", "max_tokens")]
    [InlineData("messages", "budgeted", """{"model":"m","max_tokens":2000,"thinking":{"type":"enabled", "budget_tokens":2000}}""", """{"model":"m","max_tokens":2000,"thinking":{"type":"enabled", "budget_tokens":2000}}""", "")]
    [InlineData("messages", "small", """{"model":"m","max_tokens":4000,"thinking":{"type":"enabled","budget_tokens":2000}}""", """{"model":"m","max_tokens":1200,"thinking":{"type":"enabled","budget_tokens":1024}}""", "max_tokens,thinking")]
    [InlineData("messages", "tiny", """{"model":"m","max_tokens":4000,"thinking":{"type":"enabled","budget_tokens":2000},"context_management":{"edits":[{"type":"clear_thinking_20251015","keep":"all"}]}}""", """{"model":"m","max_tokens":1024}""", "max_tokens,thinking,context_management.edits")]
    [InlineData("messages", "budgeted", """{"model":"m","max_tokens":32000,"thinking":{"type":"adaptive"},"output_config":{"effort":"high"},"context_management":{"edits":[{"type":"clear_thinking_20251015","keep":"all"}]}}""", """{"model":"m","max_tokens":32000,"thinking":{"type":"enabled","budget_tokens":16384},"context_management":{"edits":[{"type":"clear_thinking_20251015","keep":"all"}]}}""", "thinking")]
    [InlineData("messages", "budgeted", """{"model":"m","max_tokens":8000,"thinking":{"type":"adaptive","display":"omitted"},"output_config":{"effort":"high","format":{"type":"x"}}}""", """{"model":"m","max_tokens":8000,"thinking":{"type":"enabled","budget_tokens":6000,"display":"omitted"},"output_config":{"format":{"type":"x"}}}""", "thinking")]
    [InlineData("messages", "budgeted", """{"model":"m","max_tokens":1000,"thinking":{"type":"adaptive"},"output_config":{"effort":"high"},"context_management":{"edits":[{"type":"clear_thinking_20251015","keep":"all"}]}}""", """{"model":"m","max_tokens":1000}""", "thinking,output_config.effort,context_management.edits")]
    [InlineData("messages", "budgeted", """{"model":"m","max_tokens":32000,"thinking":{"type":"adaptive"},"tool_choice":{"type":"any"},"context_management":{"edits":[{"type":"clear_tool_uses_20250919"},{"type":"clear_thinking_20251015"}]}}""", """{"model":"m","max_tokens":32000,"tool_choice":{"type":"any"},"context_management":{"edits":[{"type":"clear_tool_uses_20250919"}]}}""", "thinking,context_management.edits")]
    [InlineData("messages", "budgeted", """{"model":"m","max_tokens":32000,"output_config":{"effort":"low"}}""", """{"model":"m","max_tokens":32000}""", "output_config.effort")]
    [InlineData("messages", "budgeted", """{"model":"m","max_tokens":32000,"thinking":{"type":"adaptive"},"messages":[{"role":"user","content":"a"},{"role":"assistant","content":[{"type":"tool_use","id":"a","name":"f","input":{}}]},{"role":"user","content":[{"type":"tool_result","tool_use_id":"a","content":"x"}]}]}""", """{"model":"m","max_tokens":32000,"messages":[{"role":"user","content":"a"},{"role":"assistant","content":[{"type":"tool_use","id":"a","name":"f","input":{}}]},{"role":"user","content":[{"type":"tool_result","tool_use_id":"a","content":"x"}]}]}""", "thinking")]
    [InlineData("messages", "budgeted", """{"model":"m","max_tokens":32000,"thinking":{"type":"adaptive"},"messages":[{"role":"user","content":"a"},{"role":"assistant","content":[{"type":"thinking","thinking":"t","signature":"s"},{"type":"tool_use","id":"a","name":"f","input":{}}]},{"role":"user","content":[{"type":"tool_result","tool_use_id":"a","content":"x"}]}]}""", """{"model":"m","max_tokens":32000,"thinking":{"type":"enabled","budget_tokens":8192},"messages":[{"role":"user","content":"a"},{"role":"assistant","content":[{"type":"thinking","thinking":"t","signature":"s"},{"type":"tool_use","id":"a","name":"f","input":{}}]},{"role":"user","content":[{"type":"tool_result","tool_use_id":"a","content":"x"}]}]}""", "thinking")]
    [InlineData("messages", "both", """{"model":"m","max_tokens":32000,"thinking":{"type":"adaptive"},"output_config":{"effort":"high"}}""", """{"model":"m","max_tokens":32000,"thinking":{"type":"enabled","budget_tokens":16384},"output_config":{"effort":"high"}}""", "thinking")]
    [InlineData("messages", "both", """{"model":"m","max_tokens":32000,"output_config":{"effort": "max"}}""", """{"model":"m","max_tokens":32000,"output_config":{"effort":"high"}}""", "output_config.effort")]
    [InlineData("messages", "budget", """{"model":"m","thinking":{"type":"adaptive"},"output_config":{"effort":"high"},"context_management":{"edits":[{"type":"clear_thinking_20251015","keep":"all"}]}}""", """{"model":"m","output_config":{"effort":"high"}}""", "thinking,context_management.edits")]
    [InlineData("messages", "adaptive", """{"model":"m","thinking":{"type":"enabled","budget_tokens":2000,"display":"summarized"},"context_management":{"edits":[{"type":"clear_thinking_20251015","keep":"all"}]}}""", """{"model":"m","thinking":{"type":"adaptive","display":"summarized"},"context_management":{"edits":[{"type":"clear_thinking_20251015","keep":"all"}]}}""", "thinking")]
    [InlineData("messages", "adaptive", """{"model":"m","thinking":{"type":"adaptive"},"output_config":{"effort": "high"},"context_management":{"edits":[{"type":"clear_thinking_20251015","keep":"all"}]}}""", """{"model":"m","thinking":{"type":"adaptive"},"output_config":{"effort": "high"},"context_management":{"edits":[{"type":"clear_thinking_20251015","keep":"all"}]}}""", "")]
    [InlineData("messages", "plain", """{"model":"m","thinking":{"type":"adaptive"},"output_config":{"effort": "high"},"context_management":{"edits":[{"type":"clear_thinking_20251015","keep":"all"}]}}""", """{"model":"m","thinking":{"type":"adaptive"},"output_config":{"effort": "high"},"context_management":{"edits":[{"type":"clear_thinking_20251015","keep":"all"}]}}""", "")]
    public void Apply_RequestOfTheSameFormat_IsFitted(string format, string model, string body, string expected, string changed)
    {
        var api = format switch
        {
            "chat" => ApiFormat.ChatCompletions,
            "messages" => ApiFormat.Messages,
            _ => ApiFormat.Responses,
        };
        var request = Encoding.UTF8.GetBytes(body);
        using var rewrite = BodyRewrite.Apply(request, "\"m\""u8.ToArray(), [.. ThinkingRules.For(api, request, Models[model]), .. ShapeRules.For(api, request, Models[model]), .. InPlaceRules.For(api, Models[model])]);
        var actual = Encoding.UTF8.GetString(rewrite.Bytes.Span);
        Assert.Equal(expected, actual);
        Assert.Equal(changed, string.Join(',', rewrite.Changed));
        Assert.NotNull(JsonNode.Parse(actual));
    }
}
