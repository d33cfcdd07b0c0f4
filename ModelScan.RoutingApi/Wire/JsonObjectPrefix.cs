namespace ModelScan.RoutingApi.Wire;

/// <summary>
/// Follows the text of one JSON object as it arrives in pieces and knows at each point whether it can still become one
/// (https://www.rfc-editor.org/rfc/rfc8259) and whether it is one already. Looks at each byte once and keeps none: the arguments of a
/// tool call may be a whole file.
/// </summary>
internal sealed class JsonObjectPrefix
{
    private const int MaxDepth = 512;

    private enum At
    {
        Start,
        NameOrEnd,
        Name,
        Colon,
        Value,
        ValueOrEnd,
        AfterValue,
        Text,
        Escape,
        Hex,
        Literal,
        NumberSign,
        NumberZero,
        NumberDigits,
        NumberPoint,
        NumberFraction,
        NumberE,
        NumberESign,
        NumberExponent,
        End,
        Broken,
    }

    // One entry for each open bracket: whether it is an object.
    private readonly Stack<bool> _open = new();
    private At _at;
    private bool _isName;
    private int _hexLeft;
    private string _literal = "";
    private int _literalAt;

    /// <summary>Whether anything but white space has come.</summary>
    public bool HasBegun => _at != At.Start;

    /// <summary>Whether the object is closed; white space may still follow.</summary>
    public bool IsComplete => _at == At.End;

    /// <summary>Whether no continuation makes it an object.</summary>
    public bool IsBroken => _at == At.Broken;

    /// <summary>Follows <paramref name="utf8"/>.</summary>
    /// <returns>Whether what has come so far can become an object.</returns>
    public bool Accept(ReadOnlySpan<byte> utf8)
    {
        for (var i = 0; i < utf8.Length; i++)
        {
            // Long texts are what arguments mostly consist of.
            if (_at == At.Text)
            {
                var plain = utf8[i..].IndexOfAny(TextMarks);
                if (plain < 0)
                    return true;
                i += plain;
            }

            _at = Next(utf8[i]);
            if (_at == At.Broken)
                return false;
        }

        return true;
    }

    public void Reset()
    {
        _open.Clear();
        _at = At.Start;
    }

    private static readonly System.Buffers.SearchValues<byte> TextMarks =
        System.Buffers.SearchValues.Create([.. Enumerable.Range(0, 32).Select(control => (byte)control), (byte)'"', (byte)'\\']);

    private At Next(byte next) => _at switch
    {
        At.Start => IsBlank(next) ? At.Start : next == '{' ? Open(isObject: true) : At.Broken,
        At.NameOrEnd => IsBlank(next) ? _at : next == '}' ? Close(isObject: true) : Name(next),
        At.Name => IsBlank(next) ? _at : Name(next),
        At.Colon => IsBlank(next) ? _at : next == ':' ? At.Value : At.Broken,
        At.Value => Value(next),
        At.ValueOrEnd => next == ']' ? Close(isObject: false) : Value(next),
        At.AfterValue => AfterValue(next),
        At.Text => Text(next),
        At.Escape => next == 'u' ? Hex() : "\"\\/bfnrt"u8.Contains(next) ? At.Text : At.Broken,
        At.Hex => !char.IsAsciiHexDigit((char)next) ? At.Broken : --_hexLeft == 0 ? At.Text : At.Hex,
        At.Literal => Literal(next),
        At.NumberSign => next == '0' ? At.NumberZero : char.IsAsciiDigit((char)next) ? At.NumberDigits : At.Broken,
        At.NumberZero => next == '.' ? At.NumberPoint : next is (byte)'e' or (byte)'E' ? At.NumberE : AfterValue(next),
        At.NumberDigits => char.IsAsciiDigit((char)next) ? _at : next == '.' ? At.NumberPoint : next is (byte)'e' or (byte)'E' ? At.NumberE : AfterValue(next),
        At.NumberPoint => char.IsAsciiDigit((char)next) ? At.NumberFraction : At.Broken,
        At.NumberFraction => char.IsAsciiDigit((char)next) ? _at : next is (byte)'e' or (byte)'E' ? At.NumberE : AfterValue(next),
        At.NumberE => next is (byte)'+' or (byte)'-' ? At.NumberESign : char.IsAsciiDigit((char)next) ? At.NumberExponent : At.Broken,
        At.NumberESign => char.IsAsciiDigit((char)next) ? At.NumberExponent : At.Broken,
        At.NumberExponent => char.IsAsciiDigit((char)next) ? _at : AfterValue(next),
        At.End => IsBlank(next) ? _at : At.Broken,
        _ => At.Broken,
    };

    private At Value(byte next)
    {
        switch (next)
        {
            case (byte)'{': return Open(isObject: true);
            case (byte)'[': return Open(isObject: false);
            case (byte)'-': return At.NumberSign;
            case (byte)'0': return At.NumberZero;
            case (byte)'t': return Literal("true");
            case (byte)'f': return Literal("false");
            case (byte)'n': return Literal("null");
            case (byte)'"':
                _isName = false;
                return At.Text;
            default:
                return IsBlank(next) ? _at : char.IsAsciiDigit((char)next) ? At.NumberDigits : At.Broken;
        }
    }

    private At Name(byte next)
    {
        _isName = true;
        return next == '"' ? At.Text : At.Broken;
    }

    private At AfterValue(byte next)
    {
        if (IsBlank(next))
            return At.AfterValue;
        return next switch
        {
            (byte)',' => _open.Peek() ? At.Name : At.Value,
            (byte)'}' => Close(isObject: true),
            (byte)']' => Close(isObject: false),
            _ => At.Broken,
        };
    }

    private At Text(byte next) => next switch
    {
        (byte)'"' => _isName ? At.Colon : At.AfterValue,
        (byte)'\\' => At.Escape,
        < 0x20 => At.Broken,
        _ => At.Text,
    };

    private At Hex()
    {
        _hexLeft = 4;
        return At.Hex;
    }

    private At Literal(string literal)
    {
        (_literal, _literalAt) = (literal, 1);
        return At.Literal;
    }

    private At Literal(byte next)
    {
        if (next != _literal[_literalAt])
            return At.Broken;
        return ++_literalAt == _literal.Length ? At.AfterValue : At.Literal;
    }

    private At Open(bool isObject)
    {
        if (_open.Count == MaxDepth)
            return At.Broken;
        _open.Push(isObject);
        return isObject ? At.NameOrEnd : At.ValueOrEnd;
    }

    private At Close(bool isObject)
    {
        if (_open.Pop() != isObject)
            return At.Broken;
        return _open.Count == 0 ? At.End : At.AfterValue;
    }

    private static bool IsBlank(byte next) => next is (byte)' ' or (byte)'\n' or (byte)'\r' or (byte)'\t';
}
