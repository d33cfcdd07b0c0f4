using System.Text;
using System.Text.Json;

namespace ModelScan.Tests.Wire;

public sealed class JsonObjectPrefixTests
{
    [Theory]
    [InlineData("{}")]
    [InlineData(" {\"a\" : [1, -0.5e+3, true, false, null, \"\\u00e9\\n\", {}], \"b\": {\"c\": []}} \n")]
    [InlineData("{\"a\":0}")]
    public void Accept_Object_IsCompleteAtItsEndOnly(string json)
    {
        var prefix = new JsonObjectPrefix();
        var end = json.LastIndexOf('}');
        foreach (var (at, next) in Encoding.UTF8.GetBytes(json).Index())
        {
            Assert.True(prefix.Accept([next]), $"{at}");
            Assert.Equal(at >= end, prefix.IsComplete);
        }
    }

    [Theory]
    [InlineData("[")]
    [InlineData("1")]
    [InlineData("{'")]
    [InlineData("{\"a\":1,}")]
    [InlineData("{\"a\":01}")]
    [InlineData("{\"a\":tru3")]
    [InlineData("{\"a\":\"\n")]
    [InlineData("{\"a\":\"\\x")]
    [InlineData("{\"a\":[1}")]
    [InlineData("{\"a\":1]")]
    [InlineData("{}{")]
    [InlineData("{\"a\" 1")]
    [InlineData("{\"a\":1.e")]
    public void Accept_WhatIsNoObject_Breaks(string json)
    {
        var prefix = new JsonObjectPrefix();
        Assert.False(prefix.Accept(Encoding.UTF8.GetBytes(json)));
        Assert.True(prefix.IsBroken);
    }

    [Fact]
    public void Accept_MutatedObjects_AgreesWithTheParser()
    {
        var random = new Random(3);
        var seed = Encoding.UTF8.GetBytes("{\"a\":[1,-2.5e3,\"x\\n\",true],\"b\":{\"c\":null}}");
        for (var round = 0; round < 20_000; round++)
        {
            var json = seed.ToArray();
            for (var change = random.Next(1, 3); change > 0; change--)
                json[random.Next(json.Length)] = (byte)"{}[]:,\"\\0189eE+-.tfn u\n"[random.Next(23)];
            var prefix = new JsonObjectPrefix();
            prefix.Accept(json);
            Assert.Equal(IsObject(json), prefix.IsComplete);
        }
    }

    [Fact]
    public void Accept_NestedTooDeep_Breaks()
    {
        var prefix = new JsonObjectPrefix();
        Assert.False(prefix.Accept(Encoding.UTF8.GetBytes("{\"a\":" + new string('[', 100_000))));
    }

    private static bool IsObject(byte[] json)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            return document.RootElement.ValueKind == JsonValueKind.Object;
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
