using System.Text;
using System.Text.Json;

namespace ModelScan.WebConsole.Reading;

/// <summary>
/// A configuration that the gateway shows as JSON, as YAML (https://yaml.org/spec/1.2.2), which people write. The gateway takes every scalar
/// for text, so numbers and truths stand as people write them; texts that would change the structure are written as JSON strings.
/// </summary>
internal static class YamlText
{
    /// <summary>Writes a document.</summary>
    public static string Of(JsonElement document)
    {
        var text = new StringBuilder();
        Write(text, document, 0, inSequence: false);
        return text.ToString();
    }

    private static void Write(StringBuilder text, JsonElement value, int depth, bool inSequence)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object when value.EnumerateObject().Any():
                var isFirst = true;
                foreach (var member in value.EnumerateObject())
                {
                    // Behind a dash the first member stands on its line.
                    if (!(isFirst && inSequence))
                        text.Append(' ', depth * 2);
                    isFirst = false;
                    text.Append(Scalar(member.Name)).Append(':');
                    WriteMember(text, member.Value, depth);
                }

                break;
            case JsonValueKind.Array when value.GetArrayLength() > 0:
                foreach (var item in value.EnumerateArray())
                {
                    text.Append(' ', depth * 2).Append("- ");
                    if (IsBlock(item))
                        Write(text, item, depth + 1, inSequence: item.ValueKind == JsonValueKind.Object);
                    else
                        text.Append(Inline(item)).Append('\n');
                }

                break;
            default:
                text.Append(' ', depth * 2).Append(Inline(value)).Append('\n');
                break;
        }
    }

    private static void WriteMember(StringBuilder text, JsonElement value, int depth)
    {
        if (!IsBlock(value))
        {
            text.Append(' ').Append(Inline(value)).Append('\n');
            return;
        }

        text.Append('\n');
        Write(text, value, depth + 1, inSequence: false);
    }

    // A sequence within a sequence is written on one line, as JSON.
    private static bool IsBlock(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => value.EnumerateObject().Any(),
        JsonValueKind.Array => value.EnumerateArray().Any(item => item.ValueKind is JsonValueKind.Object or JsonValueKind.String or JsonValueKind.Number) && value.EnumerateArray().All(item => item.ValueKind != JsonValueKind.Array),
        _ => false,
    };

    private static string Inline(JsonElement value) => value.ValueKind == JsonValueKind.String ? Scalar(value.GetString()!) : value.GetRawText();

    private static string Scalar(string text) => IsPlain(text) ? text : JsonSerializer.Serialize(text, Indented.Default.String);

    private static bool IsPlain(string text) =>
        text.Length > 0 && !char.IsWhiteSpace(text[0]) && !char.IsWhiteSpace(text[^1])
        && text.All(static letter => !char.IsControl(letter))
        && "-?:,[]{}#&*!|>'\"%@`=".IndexOf(text[0], StringComparison.Ordinal) < 0
        && !text.Contains(": ", StringComparison.Ordinal) && !text.Contains(" #", StringComparison.Ordinal) && text[^1] != ':'
        && text.ToLowerInvariant() is not ("null" or "~");
}
