using System.Text;
using System.Text.Json.Nodes;
using ModelScan.RoutingApi.Dialects;
using ModelScan.RoutingApi.Dialects.Capabilities;
using ModelScan.RoutingApi.Dialects.Envelope;
using ModelScan.RoutingApi.Dialects.Fitting;

namespace ModelScan.Tests.Dialects.Fitting;

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
    public void Apply_RequestOfTheSameFormat_IsFitted(string format, string model, string body, string expected, string changed)
    {
        var api = format switch
        {
            "chat" => ApiFormat.ChatCompletions,
            "messages" => ApiFormat.Messages,
            _ => ApiFormat.Responses,
        };
        using var rewrite = BodyRewrite.Apply(Encoding.UTF8.GetBytes(body), "\"m\""u8.ToArray(), InPlaceRules.For(api, Models[model]));
        var actual = Encoding.UTF8.GetString(rewrite.Bytes.Span);
        Assert.Equal(expected, actual);
        Assert.Equal(changed, string.Join(',', rewrite.Changed));
        Assert.NotNull(JsonNode.Parse(actual));
    }
}
