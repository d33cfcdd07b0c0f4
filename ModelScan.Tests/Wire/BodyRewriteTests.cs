using System.Text;
using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using ModelScan.Tests.Support;

namespace ModelScan.Tests.Wire;

public sealed class BodyRewriteTests
{
    [Theory]
    [InlineData("value-in-place", "{ \"model\" :\t\"old\" ,\n \"x\" : [1,  2] }", "{ \"model\" :\t\"new\" ,\n \"x\" : [1,  2] }")]
    [InlineData("missing-goes-in-front", "{ \"x\":1}", "{\"model\":\"new\", \"x\":1}")]
    [InlineData("missing-in-empty", "{ }", "{\"model\":\"new\" }")]
    [InlineData("null-is-replaced", "{\"model\":null}", "{\"model\":\"new\"}")]
    [InlineData("every-repetition", "{\"model\":\"a\",\"model\":\"b\"}", "{\"model\":\"new\",\"model\":\"new\"}")]
    [InlineData("escaped-name", "{\"mod\\u0065l\":\"a\"}", "{\"mod\\u0065l\":\"new\"}")]
    [InlineData("nested-stays", "{\"model\":\"a\",\"x\":{\"model\":\"a\"}}", "{\"model\":\"new\",\"x\":{\"model\":\"a\"}}")]
    [InlineData("own-member-first", "{\"routing_preferences\": [{}], \"model\":\"a\"}", "{\"model\":\"new\"}")]
    [InlineData("own-member-middle", "{\"model\":\"a\", \"routing_policy\":[], \"x\":1}", "{\"model\":\"new\", \"x\":1}")]
    [InlineData("own-member-last", "{\"model\":\"a\" , \"routing_preferences\":null }", "{\"model\":\"new\" }")]
    [InlineData("own-members-alone", "{\"routing_preferences\":1,\"routing_policy\":2}", "{\"model\":\"new\"}")]
    public void Apply_Body_ChangesOnlyWhatMustChange(string id, string body, string expected)
    {
        using var rewrite = BodyRewrite.Apply(Encoding.UTF8.GetBytes(body), "\"new\""u8.ToArray(), []);
        Assert.Equal((id, expected), (id, Encoding.UTF8.GetString(rewrite.Bytes.Span)));
    }

    [Theory]
    [InlineData("value-in-place", "{\"model\":\"old\",\"x\":\"*\"}", "{\"model\":\"new\",\"x\":\"*\"}")]
    [InlineData("value-at-the-end", "{\"x\":\"*\", \"model\":null}", "{\"x\":\"*\", \"model\":\"new\"}")]
    [InlineData("same-value", "{\"model\":\"new\",\"x\":\"*\"}", "{\"model\":\"new\",\"x\":\"*\"}")]
    [InlineData("missing-goes-in-front", "{\"x\":\"*\"}", "{\"model\":\"new\",\"x\":\"*\"}")]
    [InlineData("every-repetition", "{\"model\":\"a\",\"model\":\"b\",\"x\":\"*\"}", "{\"model\":\"new\",\"model\":\"new\",\"x\":\"*\"}")]
    [InlineData("own-member", "{\"routing_policy\":[],\"x\":\"*\",\"model\":\"a\"}", "{\"x\":\"*\",\"model\":\"new\"}")]
    [InlineData("rule-that-keeps", "{\"model\":\"a\",\"kept\":1,\"x\":\"*\"}", "{\"model\":\"new\",\"kept\":1,\"x\":\"*\"}")]
    [InlineData("rule-that-takes-out", "{\"model\":\"a\",\"gone\":1,\"x\":\"*\"}", "{\"model\":\"new\",\"x\":\"*\"}")]
    public async Task WriteToAsync_LargeBody_ChangesOnlyWhatMustChange(string id, string body, string expected)
    {
        var large = new string('x', 10_000);
        MemberRule[] rules = [new("kept", value => value), new("gone")];
        using var rewrite = BodyRewrite.Apply(Encoding.UTF8.GetBytes(body.Replace("*", large, StringComparison.Ordinal)), "\"new\""u8.ToArray(), rules);
        using var stream = new MemoryStream();
        await rewrite.WriteToAsync(stream, default);
        Assert.Equal((id, expected), (id, Encoding.UTF8.GetString(stream.ToArray()).Replace(large, "*", StringComparison.Ordinal)));
        Assert.Equal((stream.Length, expected.Contains("gone", StringComparison.Ordinal)), (rewrite.Length, false));
    }

    [Fact]
    public void Apply_NothingToChange_IsTheClientsMemory()
    {
        ReadOnlyMemory<byte> body = Encoding.UTF8.GetBytes("{\"x\":1,\"model\":\"new\"}");
        using var rewrite = BodyRewrite.Apply(body, "\"new\""u8.ToArray(), []);
        Assert.True(rewrite.Bytes.Equals(body));
    }

    [Fact]
    public void Apply_AnyBody_IsTheSameJsonWithAnotherModel() =>
        Prop.ForAll(JsonBodies.Arbitrary, body =>
        {
            using var rewrite = BodyRewrite.Apply(Encoding.UTF8.GetBytes(body), "\"new\""u8.ToArray(), []);
            var expected = Members(Encoding.UTF8.GetBytes(body)).Where(member => member.Key is not ("model" or "routing_preferences" or "routing_policy"));
            var actual = Members(rewrite.Bytes);
            return actual["model"] == "\"new\"" && expected.OrderBy(member => member.Key).SequenceEqual(actual.Where(member => member.Key != "model").OrderBy(member => member.Key));
        }).Check(Config.QuickThrowOnFailure);

    private static Dictionary<string, string> Members(ReadOnlyMemory<byte> body)
    {
        using var document = JsonDocument.Parse(body);
        return document.RootElement.EnumerateObject().ToDictionary(member => member.Name, member => member.Value.GetRawText());
    }
}
