using System.Buffers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using ModelScan.RoutingApi.Capabilities;
using ModelScan.RoutingApi.Dialects.Canonical;
using ModelScan.RoutingApi.Dialects.Fitting;

namespace ModelScan.Tests.Dialects.Fitting;

/// <summary>What becomes of a schema for each kind of provider, keyword by keyword.</summary>
public sealed class SchemaFitTests
{
    [Theory]
    [InlineData("""{"type":"object","properties":{"a":{"enum":["x","y"]}}}""", """{"type":"object","properties":{"a":{"type":"string","enum":["x","y"]}}}""", "")]
    [InlineData("""{"type":"integer","enum":[0,1]}""", """{"type":"integer","description":"one of: 0,1"}""", "s.enum")]
    [InlineData("""{"type":"integer","enum":[0,1],"description":"d"}""", """{"type":"integer","description":"d (one of: 0,1)"}""", "s.enum")]
    [InlineData("""{"const":"a"}""", """{"type":"string","enum":["a"]}""", "")]
    [InlineData("""{"const":5,"type":"integer"}""", """{"type":"integer","description":"one of: 5"}""", "s.const")]
    [InlineData("""{"type":["string","null"]}""", """{"type":"string","nullable":true}""", "")]
    [InlineData("""{"type":"array"}""", """{"type":"array","items":{"type":"string"}}""", "")]
    [InlineData("""{"type":"array","items":[{"type":"string"}]}""", """{"type":"array","items":{"type":"string"}}""", "s.items")]
    [InlineData("""{"type":"object","properties":{"a":{"type":"string"}},"required":["a","b"]}""", """{"type":"object","properties":{"a":{"type":"string"}},"required":["a"]}""", "s.required")]
    [InlineData("""{"type":"string","format":"uri","default":"x"}""", """{"type":"string"}""", "s.format,s.default")]
    [InlineData("""{"type":"object","properties":{"not":{"type":"string"}},"not":{}}""", """{"type":"object","properties":{"not":{"type":"string"}}}""", "s.not")]
    [InlineData("""{"type":"object","properties":{"b":{"$ref":"#/$defs/B"}},"$defs":{"B":{"type":"string","default":"q"}}}""", """{"type":"object","properties":{"b":{"type":"string"}}}""", "s.default")]
    [InlineData("""{"type":"object","properties":{"b":{"$ref":"#/$defs/none"}}}""", """{"type":"object","properties":{"b":{}}}""", "s.$ref")]
    [InlineData("""{"type":"object","properties":{"b":true}}""", """{"type":"object","properties":{"b":{}}}""", "")]
    public void WriteFormat_ForGemini_HasWhatItKnows(string schema, string expected, string losses) => Check(SchemaProfile.Gemini, schema, expected, losses);

    [Fact]
    public void WriteFormat_ReferenceToItself_Ends()
    {
        var (json, losses) = Format(SchemaProfile.Gemini, """{"type":"object","properties":{"next":{"$ref":"#"}}}""");
        Assert.DoesNotContain("$ref", json, StringComparison.Ordinal);
        Assert.Equal(["s.$ref"], losses.Paths);
    }

    [Theory]
    [InlineData("""{"type":"object","properties":{"a":{"type":"string"}}}""", """{"type":"object","properties":{"a":{"type":"string"}},"additionalProperties":false}""", "")]
    [InlineData("""{"type":"integer","minimum":1,"maximum":5}""", """{"type":"integer","description":"minimum 1, maximum 5"}""", "s.minimum,s.maximum")]
    [InlineData("""{"type":"string","maxLength":10,"description":"d"}""", """{"type":"string","description":"d (maxLength 10)"}""", "s.maxLength")]
    [InlineData("""{"type":"array","minItems":1,"items":{"type":"object"}}""", """{"type":"array","minItems":1,"items":{"type":"object","additionalProperties":false}}""", "")]
    [InlineData("""{"type":"object","additionalProperties":true}""", """{"type":"object","additionalProperties":false}""", "s.additionalProperties")]
    [InlineData("""{"$defs":{"B":{"type":"integer","minimum":1}},"$ref":"#/$defs/B"}""", """{"$defs":{"B":{"type":"integer","description":"minimum 1"}},"$ref":"#/$defs/B"}""", "s.minimum")]
    public void WriteFormat_ForAnthropic_IsWhatItsGrammarTakes(string schema, string expected, string losses) => Check(SchemaProfile.Anthropic, schema, expected, losses);

    [Theory]
    [InlineData("""{"type":"object","properties":{"a":{},"b":{}},"oneOf":[{"required":["a"]},{"required":["b"]}]}""", """{"type":"object","properties":{"a":{},"b":{}}}""", "s.oneOf")]
    [InlineData("""{"anyOf":[{"properties":{"a":{}},"required":["a"]},{"properties":{"a":{},"b":{}},"required":["a","b"]}]}""", """{"type":"object","properties":{"a":{},"b":{}},"required":["a"]}""", "s.anyOf")]
    [InlineData("""{"allOf":[{"properties":{"a":{}},"required":["a"]},{"properties":{"b":{}},"required":["b"]}]}""", """{"type":"object","properties":{"a":{},"b":{}},"required":["a","b"]}""", "s.allOf")]
    [InlineData("""{"properties":{"a":{"anyOf":[{},{}]}}}""", """{"type":"object","properties":{"a":{"anyOf":[{},{}]}}}""", "")]
    [InlineData("""{}""", """{"type":"object","properties":{}}""", "")]
    public void WriteTool_ForAnthropic_HasNoUnionAtItsTop(string schema, string expected, string losses)
    {
        using var document = JsonDocument.Parse(schema);
        var lost = new Losses();
        var field = Field(document, schema);
        var json = Written(writer => SchemaFit.WriteTool(writer, new Tool(ToolKind.Function, "f", field) { Schema = field, SchemaPlace = "s" }, SchemaProfile.Anthropic, lost));
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(expected), JsonNode.Parse(json)), json);
        Assert.Equal(losses, string.Join(',', lost.Paths));
    }

    [Theory]
    [InlineData("""{"type":"object","properties":{"a":{"type":"string"}},"required":["a"],"additionalProperties":false}""", true)]
    [InlineData("""{"type":"object","properties":{"a":{"type":"string"}},"additionalProperties":false}""", false)]
    [InlineData("""{"type":"object","properties":{"a":{"type":"string"}},"required":["a"]}""", false)]
    [InlineData("""{"type":"object","properties":{"a":{"type":"object","properties":{"b":{}}}},"required":["a"],"additionalProperties":false}""", false)]
    [InlineData("""{"type":"array","items":{"type":"object","properties":{"b":{}}}}""", false)]
    [InlineData("""{"type":"string"}""", true)]
    public void IsStrict_Schema_IsWhatOpenAiTakes(string schema, bool expected)
    {
        using var document = JsonDocument.Parse(schema);
        Assert.Equal(expected, SchemaFit.IsStrict(Field(document, schema)));
    }

    private static void Check(SchemaProfile profile, string schema, string expected, string losses)
    {
        var (json, lost) = Format(profile, schema);
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(expected), JsonNode.Parse(json)), json);
        Assert.Equal(losses, string.Join(',', lost.Paths));
    }

    private static (string Json, Losses Losses) Format(SchemaProfile profile, string schema)
    {
        using var document = JsonDocument.Parse(schema);
        var losses = new Losses();
        var format = new FormatWish("f") { Schema = Field(document, schema), SchemaPlace = "s" };
        return (Written(writer => SchemaFit.WriteFormat(writer, format, profile, losses)), losses);
    }

    private static RequestField Field(JsonDocument document, string json) => new(document.RootElement, new RequestSource(Encoding.UTF8.GetBytes(json)));

    private static string Written(Action<Utf8JsonWriter> write)
    {
        var output = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(output))
            write(writer);
        return Encoding.UTF8.GetString(output.WrittenSpan);
    }
}
