namespace ModelScan.Tests.Wire;

public sealed class JsonRepairTests
{
    [Theory]
    [InlineData("{'a': 1,}", """{"a":1}""")]
    [InlineData("{a: 'it\\'s', \"b\": None, c: [True, False,]}", """{"a":"it's","b":null,"c":[true,false]}""")]
    [InlineData("```json\n{\"a\": 1}\n```", """{"a":1}""")]
    [InlineData("{\"a\": \"two\nlines\"}", """{"a":"two\nlines"}""")]
    [InlineData("{'a': 1e3}", """{"a":1e3}""")]
    public void TryRepair_WhatMeansAnObject_IsOne(string text, string expected) => Assert.Equal(expected, JsonRepair.TryRepair(text));

    [Theory]
    [InlineData("not json")]
    [InlineData("{'a': 1")]
    [InlineData("{'a")]
    [InlineData("{'a': 1} and more")]
    [InlineData("[1]")]
    [InlineData("")]
    [InlineData("{'a': maybe}")]
    [InlineData("{'a': '\\ud83")]
    [InlineData("```")]
    public void TryRepair_WhatCannotBeKnown_IsLeft(string text) => Assert.Null(JsonRepair.TryRepair(text));

    [Fact]
    public void TryRepair_NestedTooDeep_IsLeft() => Assert.Null(JsonRepair.TryRepair("{a:" + new string('[', 100_000)));
}
