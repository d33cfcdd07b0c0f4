using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;

namespace ModelScan.RoutingApi.Decisions.RouterModels;

/// <summary>
/// JSON as router models saw it in training: escaped no further than RFC 8259 asks, whereas
/// <see cref="System.Text.Json"/> also escapes part of Unicode.
/// </summary>
internal static class PromptJson
{
    /// <summary>Appends a quoted string. Lone surrogates become U+FFFD.</summary>
    public static StringBuilder AppendString(StringBuilder target, string value)
    {
        target.Append('"');
        for (var i = 0; i < value.Length; i++)
        {
            var c = value[i];
            _ = c switch
            {
                '"' => target.Append("\\\""),
                '\\' => target.Append("\\\\"),
                '\n' => target.Append("\\n"),
                '\r' => target.Append("\\r"),
                '\t' => target.Append("\\t"),
                '\b' => target.Append("\\b"),
                '\f' => target.Append("\\f"),
                < ' ' => target.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}"),
                _ when char.IsSurrogate(c) => AppendSurrogate(target, value, ref i),
                _ => target.Append(c),
            };
        }

        return target.Append('"');
    }

    /// <summary>Appends a value on one line with <c>": "</c> after keys and <c>", "</c> between items, as Python's <c>json.dumps</c> does.</summary>
    public static StringBuilder AppendSpaced(StringBuilder target, JsonNode? node)
    {
        switch (node)
        {
            case JsonObject members:
                target.Append('{');
                foreach (var (key, value) in members)
                {
                    AppendString(Separate(target, '{'), key).Append(": ");
                    AppendSpaced(target, value);
                }

                return target.Append('}');
            case JsonArray items:
                target.Append('[');
                foreach (var item in items)
                    AppendSpaced(Separate(target, '['), item);
                return target.Append(']');
            case JsonValue value when value.TryGetValue(out string? text):
                return AppendString(target, text);
            default:
                return target.Append(node?.ToJsonString() ?? "null");
        }
    }

    private static StringBuilder Separate(StringBuilder target, char opening) => target[^1] == opening ? target : target.Append(", ");

    private static StringBuilder AppendSurrogate(StringBuilder target, string value, ref int i) =>
        i + 1 < value.Length && char.IsSurrogatePair(value[i], value[i + 1])
            ? target.Append(value[i]).Append(value[++i])
            : target.Append('\ufffd');
}
