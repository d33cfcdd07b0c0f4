using System.Text;
using System.Text.Json;

namespace ModelScan.WebConsole.Reading;

/// <summary>
/// JSON of which only the beginning was kept, made whole (RFC 8259): a text that breaks off ends with <c>…</c>, other values that do are left out,
/// and what was opened is closed.
/// </summary>
internal static class CutJson
{
    /// <summary>As deep as anything here is read.</summary>
    public const int MaxDepth = 256;

    private const int EscapeLength = 6; // \u0041

    /// <summary>The whole; <see langword="null"/> where it is not the beginning of any JSON.</summary>
    public static string? Complete(string beginning)
    {
        var bytes = Encoding.UTF8.GetBytes(beginning);
        var reader = new Utf8JsonReader(bytes, isFinalBlock: false, new JsonReaderState(new JsonReaderOptions { MaxDepth = MaxDepth }));
        var open = new Stack<char>();
        try
        {
            while (reader.Read())
            {
                if (reader.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray)
                    open.Push(reader.TokenType == JsonTokenType.StartObject ? '}' : ']');
                else if (reader.TokenType is JsonTokenType.EndObject or JsonTokenType.EndArray)
                    open.Pop();
            }
        }
        catch (JsonException)
        {
            return null;
        }

        if (open.Count == 0)
            return null;
        var read = (int)reader.BytesConsumed;
        var whole = new StringBuilder(Encoding.UTF8.GetString(bytes, 0, read));
        var rest = Encoding.UTF8.GetString(bytes, read, bytes.Length - read).TrimStart(' ', '\t', '\r', '\n', ',');
        var text = rest.StartsWith('"') ? WithoutHalfEscape(rest) + "…\"" : null;
        if (reader.TokenType == JsonTokenType.PropertyName)
            whole.Append(text ?? "null");
        else if (open.Peek() == ']' && text is not null)
            whole.Append(reader.TokenType == JsonTokenType.StartArray ? "" : ",").Append(text);
        foreach (var end in open)
            whole.Append(end);
        return whole.ToString();
    }

    // An escape that breaks off would take the quote with it.
    private static string WithoutHalfEscape(string text)
    {
        var from = Math.Max(0, text.Length - EscapeLength + 1);
        var backslash = text.LastIndexOf('\\', text.Length - 1, text.Length - from);
        if (backslash < 0)
            return text;
        var before = 0;
        while (backslash - before > 0 && text[backslash - before - 1] == '\\')
            before++;
        if (before % 2 == 1)
            return text;
        var length = backslash + 1 < text.Length && text[backslash + 1] == 'u' ? EscapeLength : 2;
        return text.Length - backslash < length ? text[..backslash] : text;
    }
}
