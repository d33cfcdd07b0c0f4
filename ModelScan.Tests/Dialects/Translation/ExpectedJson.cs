using System.Globalization;
using System.Text;
using System.Text.Json;

namespace ModelScan.Tests.Dialects.Translation;

/// <summary>
/// Compares JSON structurally. In the expected text <c>&lt;count&gt;</c> stands for a positive whole number, <c>&lt;any&gt;</c> at the end for
/// anything, <c>&lt;short&gt;</c> for nine letters or digits, <c>&lt;hash&gt;</c> for 64 hexadecimal digits.
/// </summary>
public static class ExpectedJson
{
    public static void Matches(JsonElement expected, ReadOnlySpan<byte> actual)
    {
        var reader = new Utf8JsonReader(actual);
        Assert.True(JsonDocument.TryParseValue(ref reader, out var document));
        using (document)
            Matches(expected, document.RootElement, "$");
        Assert.False(reader.Read());
    }

    public static void Matches(string expected, string actual)
    {
        using var document = JsonDocument.Parse(expected);
        Matches(document.RootElement, Encoding.UTF8.GetBytes(actual));
    }

    private static void Matches(JsonElement expected, JsonElement actual, string path)
    {
        if (expected.ValueKind == JsonValueKind.String && expected.GetRawText() is "\"<count>\"")
        {
            Assert.True(actual.ValueKind == JsonValueKind.Number && actual.GetInt64() > 0, $"{path}: expected a count, got {actual}");
            return;
        }

        Assert.True(expected.ValueKind == actual.ValueKind, $"{path}: expected {expected.GetRawText()}, got {actual.GetRawText()}");
        switch (expected.ValueKind)
        {
            case JsonValueKind.Object:
                var names = expected.EnumerateObject().Select(property => property.Name).Order(StringComparer.Ordinal);
                Assert.True(names.SequenceEqual(actual.EnumerateObject().Select(property => property.Name).Order(StringComparer.Ordinal)), $"{path}: expected {expected.GetRawText()}, got {actual.GetRawText()}");
                foreach (var property in expected.EnumerateObject())
                    Matches(property.Value, actual.GetProperty(property.Name), $"{path}.{property.Name}");
                break;
            case JsonValueKind.Array:
                Assert.True(expected.GetArrayLength() == actual.GetArrayLength(), $"{path}: expected {expected.GetRawText()}, got {actual.GetRawText()}");
                for (var i = 0; i < expected.GetArrayLength(); i++)
                    Matches(expected[i], actual[i], string.Create(CultureInfo.InvariantCulture, $"{path}[{i}]"));
                break;
            case JsonValueKind.Number:
                Assert.True(expected.GetDouble().Equals(actual.GetDouble()), $"{path}: expected {expected}, got {actual}");
                break;
            default:
                Assert.True(IsSame(expected, actual), $"{path}: expected {expected.GetRawText()}, got {actual.GetRawText()}");
                break;
        }
    }

    private static bool IsSame(JsonElement expected, JsonElement actual)
    {
        if (expected.GetRawText() == actual.GetRawText() || expected.ValueKind != JsonValueKind.String)
            return expected.GetRawText() == actual.GetRawText();
        var text = expected.GetString()!;
        var got = actual.GetString()!;
        return text switch
        {
            "<short>" => got.Length == 9 && got.All(char.IsAsciiLetterOrDigit),
            "<hash>" => got.Length == 64 && got.All(char.IsAsciiHexDigit),
            _ when text.EndsWith("<any>", StringComparison.Ordinal) => got.StartsWith(text[..^5], StringComparison.Ordinal),
            _ => text == got,
        };
    }
}
