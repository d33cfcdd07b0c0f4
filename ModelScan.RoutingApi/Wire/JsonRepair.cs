using System.Buffers;
using System.Globalization;
using System.Text;

namespace ModelScan.RoutingApi.Wire;

/// <summary>
/// Reads what models write when they mean a JSON object: single quotes, names without quotes, trailing commas, Python's
/// <c>True</c>, <c>False</c> and <c>None</c>, line breaks in strings, a Markdown fence around it all. What is cut off is not completed:
/// half a call is worse than none.
/// </summary>
internal ref struct JsonRepair
{
    private const int MaxDepth = 64;
    private readonly ReadOnlySpan<char> _text;
    private readonly Utf8JsonWriter _json;
    private int _at;

    private JsonRepair(ReadOnlySpan<char> text, Utf8JsonWriter json)
    {
        _text = text;
        _json = json;
    }

    /// <summary>The text itself where it is a JSON object or beyond repair, else the object that it means.</summary>
    public static string ObjectOf(string text) => ToolArguments.IsObject(Encoding.UTF8.GetBytes(text)) ? text : TryRepair(text) ?? text;

    /// <summary>The object as strict JSON, or <see langword="null"/> if the text is not close to one.</summary>
    public static string? TryRepair(string text)
    {
        var inner = Unfence(text.AsSpan().Trim());
        var output = new ArrayBufferWriter<byte>();
        using var json = new Utf8JsonWriter(output, WireJson.Options);
        var repair = new JsonRepair(inner, json);
        try
        {
            if (repair.Peek() != '{' || !repair.Value(0))
                return null;
        }
        catch (ArgumentException)
        {
            // Half of a surrogate pair.
            return null;
        }

        repair.SkipBlanks();
        if (repair._at < inner.Length)
            return null;
        json.Flush();
        return Encoding.UTF8.GetString(output.WrittenSpan);
    }

    private static ReadOnlySpan<char> Unfence(ReadOnlySpan<char> text)
    {
        if (!text.StartsWith("```", StringComparison.Ordinal) || !text.EndsWith("```", StringComparison.Ordinal) || text.Length < 6)
            return text;
        var inner = text[3..^3];
        var line = inner.IndexOf('\n');
        return (line < 0 ? inner : inner[line..]).Trim();
    }

    private bool Value(int depth)
    {
        switch (Peek())
        {
            case '{':
                return depth < MaxDepth && Object(depth);
            case '[':
                return depth < MaxDepth && Array(depth);
            case '"' or '\'':
                if (Quoted() is not { } text)
                    return false;
                _json.WriteStringValue(text);
                return true;
            default:
                return Word();
        }
    }

    private bool Object(int depth)
    {
        _at++;
        _json.WriteStartObject();
        while (Peek() != '}')
        {
            var name = Peek() is '"' or '\'' ? Quoted() : Identifier();
            if (name is null || Peek() != ':')
                return false;
            _at++;
            _json.WritePropertyName(name);
            if (!Value(depth + 1) || !Separator('}'))
                return false;
        }

        _at++;
        _json.WriteEndObject();
        return true;
    }

    private bool Array(int depth)
    {
        _at++;
        _json.WriteStartArray();
        while (Peek() != ']')
        {
            if (!Value(depth + 1) || !Separator(']'))
                return false;
        }

        _at++;
        _json.WriteEndArray();
        return true;
    }

    private bool Separator(char end)
    {
        if (Peek() != ',')
            return Peek() == end;
        _at++;
        return true;
    }

    private string? Quoted()
    {
        var quote = _text[_at++];
        var text = new StringBuilder();
        while (_at < _text.Length)
        {
            var next = _text[_at++];
            if (next == quote)
                return text.ToString();
            if (next != '\\')
            {
                text.Append(next);
                continue;
            }

            if (_at == _text.Length || !Escape(text))
                return null;
        }

        return null;
    }

    private bool Escape(StringBuilder text)
    {
        var kind = _text[_at++];
        if (kind == 'u')
        {
            if (_at + 4 > _text.Length || !ushort.TryParse(_text.Slice(_at, 4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var code))
                return false;
            text.Append((char)code);
            _at += 4;
            return true;
        }

        text.Append(kind switch { 'n' => '\n', 't' => '\t', 'r' => '\r', 'b' => '\b', 'f' => '\f', _ => kind });
        return true;
    }

    private string? Identifier()
    {
        var start = _at;
        while (_at < _text.Length && (char.IsAsciiLetterOrDigit(_text[_at]) || _text[_at] is '_' or '$' or '-'))
            _at++;
        return _at == start ? null : _text[start.._at].ToString();
    }

    // true, None, 12, -0.5e3
    private bool Word()
    {
        var start = _at;
        while (_at < _text.Length && (char.IsAsciiLetterOrDigit(_text[_at]) || _text[_at] is '+' or '-' or '.'))
            _at++;
        var word = _text[start.._at];
        switch (word)
        {
            case "true" or "True":
                _json.WriteBooleanValue(true);
                return true;
            case "false" or "False":
                _json.WriteBooleanValue(false);
                return true;
            case "null" or "None":
                _json.WriteNullValue();
                return true;
            default:
                return Number(word);
        }
    }

    private readonly bool Number(ReadOnlySpan<char> word)
    {
        var utf8 = Encoding.UTF8.GetBytes(word.ToString());
        try
        {
            var reader = new Utf8JsonReader(utf8);
            if (!reader.Read() || reader.TokenType != JsonTokenType.Number)
                return false;
        }
        catch (JsonException)
        {
            return false;
        }

        _json.WriteRawValue(utf8, skipInputValidation: true);
        return true;
    }

    private char Peek()
    {
        SkipBlanks();
        return _at < _text.Length ? _text[_at] : '\0';
    }

    private void SkipBlanks()
    {
        while (_at < _text.Length && char.IsWhiteSpace(_text[_at]))
            _at++;
    }
}
