using System.Text.Json;
using ModelScan.WebConsole.Reading;

namespace ModelScan.Tests.WebConsole;

/// <summary>JSON of which only the beginning was kept is read as far as it goes.</summary>
public sealed class CutJsonTests
{
    private const string Whole = """{"model":"m","list":[1,true,{"a":"x\"y\\"},"two\u00e9",null],"said":{"text":"näh 😀","n":-1.5e3}}""";

    [Theory]
    [InlineData("""{"a":"wor""", """{"a":"wor…"}""")]
    [InlineData("""{"a":""", """{"a":null}""")]
    [InlineData("""{"a":1,"b""", """{"a":1}""")]
    [InlineData("""{"a":1,""", """{"a":1}""")]
    [InlineData("""{"a":[1,"x""", """{"a":[1,"x…"]}""")]
    [InlineData("""{"a":["x""", """{"a":["x…"]}""")]
    [InlineData("""{"a":tr""", """{"a":null}""")]
    [InlineData("""{"a":"x\""", """{"a":"x…"}""")]
    [InlineData("""{"a":"x\\""", """{"a":"x\\…"}""")]
    [InlineData("""{"a":"x\u00""", """{"a":"x…"}""")]
    [InlineData("""{"a":"x\\u00""", """{"a":"x\\u00…"}""")]
    [InlineData("[", "[]")]
    public void Beginning_IsMadeWhole(string beginning, string expected) => Assert.Equal(expected, CutJson.Complete(beginning));

    [Theory]
    [InlineData("")]
    [InlineData("not JSON")]
    [InlineData("""{"a" 1""")]
    [InlineData("\"text\"")]
    public void WhatIsNoBeginning_IsNotMadeWhole(string text) => Assert.Null(CutJson.Complete(text));

    [Fact]
    public void EveryBeginning_BecomesJson()
    {
        for (var length = 1; length < Whole.Length; length++)
        {
            var whole = CutJson.Complete(Whole[..length]);
            Assert.NotNull(whole);
            using var document = JsonDocument.Parse(whole);
            Assert.Equal(JsonValueKind.Object, document.RootElement.ValueKind);
        }
    }
}
