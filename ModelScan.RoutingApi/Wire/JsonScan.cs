using System.Buffers.Text;

namespace ModelScan.RoutingApi.Wire;

/// <summary>
/// Walks once over what a provider wrote, in place: what is found are slices of the data, and what nobody asks for is passed over without
/// being looked into (<see cref="ValueScanner"/>). Whatever is given out is valid JSON; between that, brackets alone have to be right.
/// Where they are not, <see cref="InvalidRequestException"/> is thrown, and <see cref="JsonException"/> for what would have been given out.
/// </summary>
/// <remarks>
/// <code>
/// if (scan.EntersObject())                        {"id": "x", "content": [{…}, …]}
///     while (scan.NextMember())
///     {
///         if (scan.NameIs("id"u8))
///             id = scan.Text();
///         else if (scan.NameIs("content"u8) &amp;&amp; scan.EntersArray())
///             while (scan.NextItem())
///                 …
///         else
///             scan.Skip();
///     }
/// </code>
/// Behind a name, and at an item, one of the methods takes the value or passes over it.
/// </remarks>
internal ref struct JsonScan(ReadOnlySpan<byte> json)
{
    private readonly ReadOnlySpan<byte> _json = json;
    private ValueScanner _scanner = new(json);
    private ReadOnlySpan<byte> _name;
    private int _nameStart;
    private bool _nameHasEscapes;
    private bool _isFirst;

    /// <summary>The current member's name as a JSON string.</summary>
    public readonly ReadOnlySpan<byte> Name
    {
        get
        {
            var token = _json.Slice(_nameStart, _name.Length + 2);
            new ValueScanner(token).SkipText();
            return token;
        }
    }

    /// <summary>The first byte of what is next.</summary>
    public readonly byte First => _scanner.Peek();

    /// <summary>Offset of what is next.</summary>
    public readonly int At => _scanner.At;

    /// <summary>What has been passed over since an offset.</summary>
    public readonly ReadOnlySpan<byte> Since(int start) => _json[start.._scanner.At];

    /// <summary>Whether the current member is called <paramref name="name"/>, escapes considered.</summary>
    public readonly bool NameIs(ReadOnlySpan<byte> name) => _nameHasEscapes ? ValueScanner.EscapedNameIs(Name, name) : _name.SequenceEqual(name);

    /// <summary>Goes into an object; passes over anything else.</summary>
    public bool EntersObject() => Enters((byte)'{');

    /// <summary>Goes into an array; passes over anything else.</summary>
    public bool EntersArray() => Enters((byte)'[');

    /// <summary>Goes on to the next member of the object that it is inside of; <see langword="false"/> at its end, which is passed over.</summary>
    public bool NextMember()
    {
        if (!Next((byte)'}'))
            return false;
        if (_scanner.Peek() != '"')
            throw _scanner.Malformed();
        _nameStart = _scanner.At;
        _nameHasEscapes = _scanner.SkipString();
        _name = _json[(_nameStart + 1)..(_scanner.At - 1)];
        _scanner.SkipBlanks();
        _scanner.Expect((byte)':');
        _scanner.SkipBlanks();
        return true;
    }

    /// <summary>Goes on to the next item of the array that it is inside of; <see langword="false"/> at its end, which is passed over.</summary>
    public bool NextItem() => Next((byte)']');

    /// <summary>Nothing may follow but white space.</summary>
    public void End()
    {
        _scanner.SkipBlanks();
        if (_scanner.At < _json.Length)
            throw _scanner.Malformed();
    }

    /// <summary>Passes over the value.</summary>
    public void Skip() => _ = Raw();

    /// <summary>The value as it is written, whether it is valid inside or not.</summary>
    public ReadOnlySpan<byte> Raw()
    {
        var start = _scanner.At;
        _scanner.SkipValue();
        return _json[start.._scanner.At];
    }

    /// <summary>A JSON string, quotes included; empty for anything else.</summary>
    public ReadOnlySpan<byte> Text()
    {
        if (_scanner.Peek() != '"')
        {
            Skip();
            return default;
        }

        var start = _scanner.At;
        _scanner.SkipText();
        return _json[start.._scanner.At];
    }

    /// <summary>Any value; empty for <c>null</c>.</summary>
    public ReadOnlySpan<byte> Value()
    {
        if (_scanner.Peek() == '"')
            return Text();
        var value = Raw();
        if (value is [(byte)'[', (byte)']'])
            return value;
        var reader = EventJson.ReaderOf(value);
        return reader.Value(value);
    }

    /// <summary>An object; empty for anything else.</summary>
    public ReadOnlySpan<byte> Object() => _scanner.Peek() == '{' ? Value() : Nothing();

    /// <summary>An array; empty for anything else.</summary>
    public ReadOnlySpan<byte> Array() => _scanner.Peek() == '[' ? Value() : Nothing();

    /// <summary>A whole number from 0 on; <paramref name="otherwise"/> for anything else.</summary>
    public int Index(int otherwise = 0)
    {
        var value = Raw();
        return Utf8Parser.TryParse(value, out int index, out var length) && length == value.Length && index >= 0 ? index : otherwise;
    }

    /// <summary>A whole number of seconds; 0 for anything else.</summary>
    public long Seconds()
    {
        var value = Raw();
        return Utf8Parser.TryParse(value, out long seconds, out var length) && length == value.Length ? seconds : 0;
    }

    /// <summary>Whether the value is that string.</summary>
    public bool IsText(ReadOnlySpan<byte> text) => Text() is [(byte)'"', .. var said, (byte)'"'] && said.SequenceEqual(text);

    private ReadOnlySpan<byte> Nothing()
    {
        Skip();
        return default;
    }

    private bool Enters(byte bracket)
    {
        _scanner.SkipBlanks();
        if (_scanner.Peek() != bracket)
        {
            Skip();
            return false;
        }

        _scanner.At++;
        _isFirst = true;
        return true;
    }

    private bool Next(byte end)
    {
        _scanner.SkipBlanks();
        if (_scanner.Peek() == end)
        {
            _scanner.At++;
            _isFirst = false;
            return false;
        }

        if (!_isFirst)
        {
            _scanner.Expect((byte)',');
            _scanner.SkipBlanks();
        }

        _isFirst = false;
        return true;
    }
}
