using System.Text;
using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using ModelScan.Tests.Support;

namespace ModelScan.Tests.Wire;

public sealed class BodyMembersTests
{
    [Fact]
    public void Read_AnyObject_FindsTheMembersThatAParserFinds() =>
        Prop.ForAll(JsonBodies.Arbitrary, body =>
        {
            using var document = JsonDocument.Parse(body);
            var expected = document.RootElement.EnumerateObject().Select(member => member.Value.GetRawText());
            return expected.SequenceEqual(Members(body).Select(member => member.Value));
        }).Check(Config.QuickThrowOnFailure);

    [Theory]
    [InlineData("""{"a\"b":1}""", "1")]
    [InlineData("""{"a":"}\\"}""", """ "}\\" """)]
    [InlineData("{\"a\" : [ {\"b\":\"]\"} ] \n}", """[ {"b":"]"} ]""")]
    [InlineData("\uFEFF{\"a\":null}", "null")]
    public void Read_MarksInStrings_AreNotTakenForStructure(string body, string value) => Assert.Equal(value.Trim(), Assert.Single(Members(body)).Value);

    [Theory]
    [InlineData("", "at byte 0")]
    [InlineData("{\"model\":", "at byte 9")]
    [InlineData("{\"model\":\"x", "at byte 11")]
    [InlineData("{\"model\":\"x\\", "at byte 12")]
    [InlineData("{\"a\":[1", "at byte 7")]
    [InlineData("{\"a\":1 \"b\":2}", "at byte 7")]
    [InlineData("{\"a\":1,}", "at byte 7")]
    [InlineData("{a:1}", "at byte 1")]
    [InlineData("{\"a\":1} x", "at byte 8")]
    [InlineData("hello", "at byte 0")]
    [InlineData("[1]", "must be a JSON object")]
    [InlineData("\"x\"", "must be a JSON object")]
    public void Read_NotAnObject_SaysWhere(string body, string where) =>
        Assert.Contains(where, Assert.Throws<InvalidRequestException>(() => Members(body)).Message, StringComparison.Ordinal);

    [Fact]
    public void Read_AnyBytes_EndsOrRefuses() =>
        Prop.ForAll(ArbMap.Default.ArbFor<byte[]>(), bytes => EndsOrRefuses([.. "{\"a\":["u8, .. bytes, .. "\"x\"]}"u8]) && EndsOrRefuses(bytes))
            .Check(Config.QuickThrowOnFailure.WithMaxTest(1000));

    [Theory]
    [InlineData("""{"model":"a","stream":true}""", "a", true)]
    [InlineData("""{"mod\u0065l":"a"}""", "a", false)]
    [InlineData("""{"model":"a","model":"b"}""", "b", false)]
    [InlineData("""{"model":"none"}""", null, false)]
    [InlineData("""{"model":""}""", null, false)]
    [InlineData("""{"model":null,"stream":null}""", null, false)]
    [InlineData("""{"messages":[{"model":"inner"}]}""", null, false)]
    [InlineData("""{"model":"\u00e9/\"x\""}""", "é/\"x\"", false)]
    public void Envelope_Body_HasModelAndStream(string body, string? model, bool stream) =>
        Assert.Equal(new RequestEnvelope(model, stream), RequestEnvelope.Read(Encoding.UTF8.GetBytes(body)));

    [Theory]
    [InlineData("""{"model":5}""", "model")]
    [InlineData("""{"stream":"yes"}""", "stream")]
    public void Envelope_WrongType_NamesTheField(string body, string field) =>
        Assert.Equal(field, Assert.Throws<InvalidRequestException>(() => RequestEnvelope.Read(Encoding.UTF8.GetBytes(body))).Field);

    private static bool EndsOrRefuses(byte[] bytes)
    {
        try
        {
            var members = new BodyMembers(bytes);
            while (members.Read())
            {
                if (members.ValueEnd <= members.ValueStart)
                    return false;
            }
        }
        catch (InvalidRequestException)
        {
            // That is the other way to end.
        }

        return true;
    }

    private static List<(string Name, string Value)> Members(string body)
    {
        var bytes = Encoding.UTF8.GetBytes(body);
        var found = new List<(string, string)>();
        var members = new BodyMembers(bytes);
        while (members.Read())
            found.Add((Encoding.UTF8.GetString(bytes[members.NameStart..members.NameEnd]), Encoding.UTF8.GetString(members.Value)));
        return found;
    }
}
