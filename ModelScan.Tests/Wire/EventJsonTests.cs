using System.Text;
using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;

namespace ModelScan.Tests.Wire;

public sealed class EventJsonTests
{
    private static readonly string[] Pieces = ["a", "naïve", "\\", "\\\\", "\\\"", "\\n", "\\/", "\\u00e9", "\\uD83D", "\\u12", "\\x", "\n", "\u0000", "\u001f", "\u007f", " ", "u0041"];

    [Fact]
    public void Text_AnyString_IsTakenWhereAParserTakesIt() =>
        Prop.ForAll(Gen.Elements(Pieces).ListOf().Select(string.Concat).ToArbitrary(), text =>
        {
            var json = Encoding.UTF8.GetBytes($"\"{text}\"");
            return !IsOneString(json) || Takes(json) == ParserTakes(json);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(2000));

    [Theory]
    [InlineData("5")]
    [InlineData("null")]
    [InlineData("{\"a\":\"b\"}")]
    [InlineData("[\"a\"]")]
    public void Text_NoString_IsEmpty(string json) => Assert.True(EventJson.Text(Encoding.UTF8.GetBytes(json)).IsEmpty);

    [Theory]
    [InlineData("0", 0)]
    [InlineData("17", 17)]
    [InlineData("-1", 0)]
    [InlineData("1.5", 0)]
    [InlineData("99999999999", 0)]
    [InlineData("\"3\"", 0)]
    [InlineData("null", 0)]
    public void Index_Value_IsAWholeNumberFromZeroOn(string json, int index) => Assert.Equal(index, EventJson.Index(Encoding.UTF8.GetBytes(json)));

    // With quotes inside it would not have been found as one.
    private static bool IsOneString(byte[] json)
    {
        var items = new BodyItems([(byte)'[', .. json, (byte)']']);
        try
        {
            return items.Read() && items.Value.SequenceEqual(json);
        }
        catch (InvalidRequestException)
        {
            return false;
        }
    }

    private static bool Takes(byte[] json)
    {
        try
        {
            return EventJson.Text(json).SequenceEqual(json);
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static bool ParserTakes(byte[] json)
    {
        var reader = new Utf8JsonReader(json);
        try
        {
            return reader.Read() && reader.TokenType == JsonTokenType.String && reader.BytesConsumed == json.Length && !reader.Read();
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
