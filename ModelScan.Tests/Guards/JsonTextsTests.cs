using System.Text;
using System.Text.Json;
using ModelScan.RoutingApi.Guards.Texts;

namespace ModelScan.Tests.Guards;

/// <summary>Every text is found, what is none is left alone, and every other byte stays.</summary>
public sealed class JsonTextsTests
{
    // [before, after]: X becomes Y in texts.
    [Theory]
    [InlineData("""{"messages":[{"role":"system","content":"X"},{"role":"user","content":[{"type":"text","text":"X"}]}]}""", """{"messages":[{"role":"system","content":"Y"},{"role":"user","content":[{"type":"text","text":"Y"}]}]}""")]
    [InlineData("""{"system":[{"type":"text","text":"X","cache_control":{"type":"X"}}]}""", """{"system":[{"type":"text","text":"Y","cache_control":{"type":"X"}}]}""")]
    [InlineData("""{"instructions":"X","input":"X"}""", """{"instructions":"Y","input":"Y"}""")]
    [InlineData("""{"input":[{"type":"function_call","call_id":"X","name":"X","arguments":"{\"id\":\"X\",\"deep\":[{\"a\":\"X\"}]}"}]}""", """{"input":[{"type":"function_call","call_id":"X","name":"X","arguments":"{\"id\":\"Y\",\"deep\":[{\"a\":\"Y\"}]}"}]}""")]
    [InlineData("""{"input":[{"type":"function_call_output","call_id":"X","output":"X"}]}""", """{"input":[{"type":"function_call_output","call_id":"X","output":"Y"}]}""")]
    [InlineData("""{"messages":[{"role":"assistant","content":[{"type":"tool_use","id":"X","name":"X","input":{"type":"X","X":"X"}}]}]}""", """{"messages":[{"role":"assistant","content":[{"type":"tool_use","id":"X","name":"X","input":{"type":"Y","Y":"Y"}}]}]}""")]
    [InlineData("""{"messages":[{"role":"user","content":[{"type":"tool_result","tool_use_id":"X","content":[{"type":"text","text":"X"}]}]}]}""", """{"messages":[{"role":"user","content":[{"type":"tool_result","tool_use_id":"X","content":[{"type":"text","text":"Y"}]}]}]}""")]
    [InlineData("""{"messages":[{"role":"tool","tool_call_id":"X","content":"X"}]}""", """{"messages":[{"role":"tool","tool_call_id":"X","content":"Y"}]}""")]
    [InlineData("""{"messages":[{"role":"assistant","tool_calls":[{"id":"X","type":"function","function":{"name":"X","arguments":"{\"a\":\"X\"}"}}]}]}""", """{"messages":[{"role":"assistant","tool_calls":[{"id":"X","type":"function","function":{"name":"X","arguments":"{\"a\":\"Y\"}"}}]}]}""")]
    [InlineData("""{"messages":[{"role":"assistant","content":[{"type":"thinking","thinking":"X","signature":"X"}]}]}""", """{"messages":[{"role":"assistant","content":[{"type":"thinking","thinking":"Y","signature":"X"}]}]}""")]
    [InlineData("""{"messages":[{"role":"user","content":[{"type":"document","title":"X","context":"X","source":{"type":"text","media_type":"text/plain","data":"X"}}]}]}""", """{"messages":[{"role":"user","content":[{"type":"document","title":"Y","context":"Y","source":{"type":"text","media_type":"text/plain","data":"Y"}}]}]}""")]
    [InlineData("""{"messages":[{"role":"user","content":[{"type":"image_url","image_url":{"url":"X","detail":"X"}}]}]}""", """{"messages":[{"role":"user","content":[{"type":"image_url","image_url":{"url":"X","detail":"X"}}]}]}""")]
    [InlineData("""{"tools":[{"type":"function","function":{"name":"X","description":"X","parameters":{"type":"object","properties":{"X":{"type":"string","description":"X","enum":["X"],"default":"X"}}}}}]}""", """{"tools":[{"type":"function","function":{"name":"X","description":"Y","parameters":{"type":"object","properties":{"X":{"type":"string","description":"Y","enum":["X"],"default":"X"}}}}}]}""")]
    [InlineData("""{"user":"X","safety_identifier":"X","metadata":{"id":"X"},"stop":["X"]}""", """{"user":"Y","safety_identifier":"Y","metadata":{"id":"Y"},"stop":["Y"]}""")]
    [InlineData("""{"brand_new_field":{"from":[{"tomorrow":"X"}]}}""", """{"brand_new_field":{"from":[{"tomorrow":"Y"}]}}""")]
    [InlineData(""" { "a" : "\u0058" ,"b":1.50,  "c":"caf\u00e9" } """, """ { "a" : "Y" ,"b":1.50,  "c":"caf\u00e9" } """)]
    public void Texts_AreChanged_AndNothingElse(string before, string after) => Assert.Equal(after, Change(before) ?? before);

    [Fact]
    public void Binaries_AreNoTexts()
    {
        var long64 = Convert.ToBase64String(Enumerable.Range(0, 2000).Select(i => (byte)i).ToArray()) + "X";
        Assert.Null(Change($$"""{"data":"{{long64}}","file_data":"data:application/pdf;base64,X"}"""));
    }

    [Fact]
    public void Numbers_OfTools_AreTexts() => Assert.Equal(
        """{"input":{"card":"[C]","count":12}}""", Change("""{"input":{"card":4111111111111111,"count":12}}""", text => text == "4111111111111111" ? "[C]" : null));

    [Fact]
    public void HalfAnEmoji_StaysWhereItIs() => Assert.Equal("""{"a":"\ud83d","b":"Y"}""", Change("""{"a":"\ud83d","b":"X"}"""));

    [Theory]
    [InlineData("{")]
    [InlineData("")]
    [InlineData("{\"a\":\"\n\"}")]
    public void NoJson_Throws(string json) => Assert.ThrowsAny<JsonException>(() => Change(json));

    private static string? Change(string json, Func<string, string?>? change = null) =>
        JsonTexts.Change(Encoding.UTF8.GetBytes(json), new Changing(change ?? (text => text.Contains('X', StringComparison.Ordinal) ? text.Replace('X', 'Y') : null))) is { } changed ? Encoding.UTF8.GetString(changed) : null;

    private sealed class Changing(Func<string, string?> change) : ITextChange
    {
        public string? Change(string text) => change(text);
    }
}
