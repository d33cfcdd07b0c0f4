using System.Text;
using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using ModelScan.Tests.Support;

namespace ModelScan.Tests.Wire;

public sealed class JsonScanTests
{
    private static readonly string[] Pieces = ["a", "naïve", "\\", "\\\\", "\\\"", "\"", "\\n", "\\/", "\\u00e9", "\\uD83D", "\\u12", "\\x", "\n", "\u0000", "\u001f", "\u007f", " ", "u0041"];

    [Fact]
    public void Walk_AnyJson_FindsWhatAParserFinds() =>
        Prop.ForAll(JsonBodies.Arbitrary, body =>
        {
            using var document = JsonDocument.Parse(body);
            return Flat(document.RootElement).SequenceEqual(Walked(body));
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(500));

    [Fact]
    public void Skip_AnyJson_EndsWhereAWalkEnds() =>
        Prop.ForAll(JsonBodies.Arbitrary, body =>
        {
            var scan = new JsonScan(Encoding.UTF8.GetBytes($" [ {body} , 1 ] "));
            var hasEntered = scan.EntersArray() && scan.NextItem();
            scan.Skip();
            var hasNext = scan.NextItem() && scan.Index() == 1 && !scan.NextItem();
            scan.End();
            return hasEntered && hasNext;
        }).Check(Config.QuickThrowOnFailure);

    [Fact]
    public void Text_AnyString_IsTakenWhereAParserTakesIt() =>
        Prop.ForAll(Gen.Elements(Pieces).ListOf().Select(string.Concat).ToArbitrary(), text =>
        {
            var json = Encoding.UTF8.GetBytes($"\"{text}\"");
            return Takes(json) == ParserTakes(json);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(2000));

    [Theory]
    [InlineData("5")]
    [InlineData("null")]
    [InlineData("{\"a\":\"b\"}")]
    [InlineData("[\"a\"]")]
    public void Text_NoString_IsEmptyAndPassedOver(string json)
    {
        var scan = new JsonScan(Encoding.UTF8.GetBytes(json));

        Assert.True(scan.Text().IsEmpty);
        scan.End();
    }

    [Theory]
    [InlineData("0", 0)]
    [InlineData("17", 17)]
    [InlineData("-1", 7)]
    [InlineData("1.5", 7)]
    [InlineData("99999999999", 7)]
    [InlineData("\"3\"", 7)]
    [InlineData("null", 7)]
    public void Index_Value_IsAWholeNumberFromZeroOn(string json, int index) => Assert.Equal(index, new JsonScan(Encoding.UTF8.GetBytes(json)).Index(7));

    [Theory]
    [InlineData("{\"a\":{\"b\":tru}}")]
    [InlineData("{\"a\":{\"b\":\"\\x\"}}")]
    [InlineData("{\"a\":{b:1}}")]
    public void Object_NotValidInside_IsRefused(string json)
    {
        var refused = Assert.ThrowsAny<Exception>(() =>
        {
            var scan = new JsonScan(Encoding.UTF8.GetBytes(json));
            _ = scan.EntersObject() && scan.NextMember();
            _ = scan.Object();
        });

        Assert.IsAssignableFrom<JsonException>(refused);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("{\"a\"")]
    [InlineData("{\"a\":")]
    [InlineData("{\"a\":1")]
    [InlineData("{\"a\":1,")]
    [InlineData("{\"a\":1,}")]
    [InlineData("{\"a\":1 \"b\":2}")]
    [InlineData("{a:1}")]
    [InlineData("{\"a\":[1 2]}")]
    [InlineData("{\"a\":[1,]}")]
    [InlineData("{\"a\":[1}")]
    [InlineData("{} x")]
    public void Walk_BrokenStructure_IsRefused(string json) => Assert.ThrowsAny<Exception>(() => Walked(json));

    [Fact]
    public void Name_WithEscapes_IsFoundAndGivenAsItStands()
    {
        var scan = new JsonScan("""{"\u0061b":1}"""u8);

        Assert.True(scan.EntersObject() && scan.NextMember());
        Assert.True(scan.NameIs("ab"u8));
        Assert.False(scan.NameIs("b"u8));
        Assert.Equal("\"\\u0061b\"", Encoding.UTF8.GetString(scan.Name));
    }

    [Fact]
    public void Name_Empty_IsGiven()
    {
        var scan = new JsonScan("""{"":1}"""u8);

        Assert.True(scan.EntersObject() && scan.NextMember());
        Assert.Equal("\"\"", Encoding.UTF8.GetString(scan.Name));
    }

    // Names, and values that hold no others, in the order of the text.
    private static IEnumerable<string> Flat(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => value.EnumerateObject().SelectMany(member => Flat(member.Value).Prepend(member.Name)),
        JsonValueKind.Array => value.EnumerateArray().SelectMany(Flat),
        _ => [value.GetRawText()],
    };

    private static List<string> Walked(string json)
    {
        var found = new List<string>();
        var scan = new JsonScan(Encoding.UTF8.GetBytes(json));
        Walk(ref scan, found);
        scan.End();
        return found;
    }

    private static void Walk(scoped ref JsonScan scan, List<string> found)
    {
        var start = scan.At;
        if (scan.EntersObject())
        {
            while (scan.NextMember())
            {
                found.Add(EscapedText.Decode(scan.Name));
                WalkValue(ref scan, found);
            }
        }
        else
        {
            found.Add(Encoding.UTF8.GetString(scan.Since(start)));
        }
    }

    private static void WalkValue(scoped ref JsonScan scan, List<string> found)
    {
        switch (scan.First)
        {
            case (byte)'{':
                Walk(ref scan, found);
                break;
            case (byte)'[':
                scan.EntersArray();
                while (scan.NextItem())
                    WalkValue(ref scan, found);
                break;
            case (byte)'"':
                found.Add(Encoding.UTF8.GetString(scan.Text()));
                break;
            default:
                found.Add(Encoding.UTF8.GetString(scan.Raw()));
                break;
        }
    }

    private static bool Takes(byte[] json)
    {
        try
        {
            var scan = new JsonScan(json);
            var isWhole = scan.Text().SequenceEqual(json);
            scan.End();
            return isWhole;
        }
        catch (Exception exception) when (exception is JsonException or InvalidRequestException)
        {
            return false;
        }
    }

    private static bool ParserTakes(byte[] json)
    {
        var reader = new Utf8JsonReader(json);
        try
        {
            return reader.Read() && reader.TokenType == JsonTokenType.String && !reader.Read();
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
