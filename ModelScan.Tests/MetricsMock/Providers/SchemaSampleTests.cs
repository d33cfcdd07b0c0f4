using System.Text.Json;
using ModelScan.MetricsMock.Providers;

namespace ModelScan.Tests.MetricsMock.Providers;

public sealed class SchemaSampleTests
{
    [Theory]
    [InlineData("required alone", """{"type": "object", "properties": {"a": {"type": "string"}, "b": {"type": "string"}}, "required": ["b"]}""", """{"b":"b"}""")]
    [InlineData("nothing required", """{"type": "object", "properties": {"a": {"type": "string"}}}""", "{}")]
    [InlineData("every type", """{"type": "object", "properties": {"s": {"type": "string"}, "n": {"type": "number"}, "i": {"type": "integer"}, "b": {"type": "boolean"}, "z": {"type": "null"}, "l": {"type": "array", "items": {"type": "string"}}}, "required": ["s", "n", "i", "b", "z", "l"]}""", """{"s":"s","n":1,"i":1,"b":true,"z":null,"l":["l"]}""")]
    [InlineData("nested", """{"type": "object", "properties": {"o": {"type": "object", "properties": {"x": {"type": "integer"}}, "required": ["x"]}}, "required": ["o"]}""", """{"o":{"x":1}}""")]
    [InlineData("enum and const", """{"type": "object", "properties": {"e": {"enum": ["low", "high"]}, "c": {"const": 7}}, "required": ["e", "c"]}""", """{"e":"low","c":7}""")]
    [InlineData("nullable", """{"type": "object", "properties": {"s": {"type": ["string", "null"]}, "a": {"anyOf": [{"type": "integer"}, {"type": "null"}]}}, "required": ["s", "a"]}""", """{"s":"s","a":1}""")]
    [InlineData("bounds", """{"type": "object", "properties": {"i": {"type": "integer", "minimum": 3}, "j": {"type": "integer", "maximum": -2}, "k": {"type": "number", "exclusiveMinimum": 5}}, "required": ["i", "j", "k"]}""", """{"i":3,"j":-2,"k":6}""")]
    [InlineData("lengths", """{"type": "object", "properties": {"long": {"type": "string", "minLength": 6}, "short": {"type": "string", "maxLength": 2}}, "required": ["long", "short"]}""", """{"long":"longxx","short":"sh"}""")]
    [InlineData("items", """{"type": "array", "items": {"type": "integer"}, "minItems": 2}""", "[1,1]")]
    [InlineData("formats", """{"type": "object", "properties": {"d": {"type": "string", "format": "date"}}, "required": ["d"]}""", """{"d":"2026-01-31"}""")]
    [InlineData("reference", """{"type": "object", "properties": {"p": {"$ref": "#/$defs/P"}}, "required": ["p"], "$defs": {"P": {"type": "object", "properties": {"q": {"type": "boolean"}}, "required": ["q"]}}}""", """{"p":{"q":true}}""")]
    [InlineData("all of", """{"allOf": [{"type": "object", "properties": {"a": {"type": "integer"}}, "required": ["a"]}, {"type": "object", "properties": {"b": {"type": "integer"}}, "required": ["b"]}]}""", """{"a":1,"b":1}""")]
    [InlineData("empty", "{}", "{}")]
    public void Of_Schema_IsTheSmallestValue(string id, string schema, string expected)
    {
        Assert.True(expected == SchemaSample.Of(JsonElement.Parse(schema)).ToJsonString(), id);
    }

    [Fact]
    public void Of_EndlessSchema_Ends()
    {
        var schema = JsonElement.Parse("""{"type": "object", "properties": {"next": {"$ref": "#"}}, "required": ["next"]}""");

        Assert.NotNull(SchemaSample.Of(schema));
    }
}
