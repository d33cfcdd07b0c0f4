using System.Text;
using System.Text.Json.Nodes;
using ModelScan.RoutingApi.Capabilities;

namespace ModelScan.Tests.Dialects.Translation;

/// <summary>A tool's schema loses what Gemini refuses, however deep it stands, and the client is told; a property of such a name stays.</summary>
[Trait("Complaint", "15")]
public sealed class SchemaDownLevelTests
{
    private const string Schema = """
        {"$schema":"http://json-schema.org/draft-07/schema#","type":"object","additionalProperties":false,"required":["default"],"properties":{
          "default":{"type":"string","format":"uri","default":"x"},
          "list":{"type":"array","items":{"type":"object","additionalProperties":false,"properties":{"format":{"type":"string","format":"date-time"}}}}}}
        """;

    private const string Expected = """{"type":"object","required":["default"],"properties":{"default":{"type":"string"},"list":{"type":"array","items":{"type":"object","properties":{"format":{"type":"string","format":"date-time"}}}}}}""";

    [Theory]
    [InlineData(ApiFormat.Messages)]
    [InlineData(ApiFormat.Responses)]
    public void Translate_ToolForGemini_HasNoKeywordThatItRefuses(ApiFormat client)
    {
        Pair translator = client == ApiFormat.Messages ? new Pair(ApiFormat.Messages, ApiFormat.ChatCompletions) : new Pair(ApiFormat.Responses, ApiFormat.ChatCompletions);
        var request = client == ApiFormat.Messages
            ? $$"""{"model":"m","max_tokens":9,"messages":[{"role":"user","content":"hi"}],"tools":[{"name":"f","input_schema":{{Schema}}}]}"""
            : $$"""{"model":"m","input":"hi","tools":[{"type":"function","name":"f","parameters":{{Schema}}}]}""";

        var exchange = translator.Translate(Encoding.UTF8.GetBytes(request), PairRun.Context(new ModelCapabilities { Schemas = SchemaProfile.Gemini }));

        var parameters = JsonNode.Parse(exchange.Body.Span)!["tools"]![0]!["function"]!["parameters"]!;
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(Expected), parameters), parameters.ToJsonString());
        foreach (var keyword in (string[])["$schema", "additionalProperties", "default", "format"])
            Assert.Contains(exchange.Dropped, dropped => dropped.EndsWith($".{keyword}", StringComparison.Ordinal));
    }
}
