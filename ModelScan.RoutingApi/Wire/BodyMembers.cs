using System.Buffers;

namespace ModelScan.RoutingApi.Wire;

/// <summary>
/// Walks over the members of a JSON object without looking into their values: strings are skipped from quote to quote and
/// nested values by counting brackets (<see cref="NestedValue"/>), both with vector instructions. A value that is not valid inside is found out by whoever reads it; here it only has to end.
/// </summary>
/// <remarks>
/// <code>
///  { "model" : "gpt-4o" , "stream" : true }
///    ^NameStart          ^ValueEnd
///              ^ValueStart
/// </code>
/// </remarks>
internal ref struct BodyMembers(ReadOnlySpan<byte> body)
{
    private static readonly SearchValues<byte> StringEnds = SearchValues.Create("\"\\"u8);
    private static readonly SearchValues<byte> ScalarEnds = SearchValues.Create(",}] \t\r\n"u8);

    private readonly ReadOnlySpan<byte> _body = body;
    private int _at;
    private bool _begun;

    /// <summary>Offset of the quote that opens the current member's name.</summary>
    public int NameStart { get; private set; }

    /// <summary>Offset behind the quote that closes it.</summary>
    public int NameEnd { get; private set; }

    /// <summary>Offset of the first byte of the current member's value.</summary>
    public int ValueStart { get; private set; }

    /// <summary>Offset behind the last byte of the value.</summary>
    public int ValueEnd { get; private set; }

    /// <summary>Offset behind the brace that opens the object; valid after the first <see cref="Read"/>.</summary>
    public int ObjectStart { get; private set; }

    /// <summary>The current member's value as it is written.</summary>
    public readonly ReadOnlySpan<byte> Value => _body[ValueStart..ValueEnd];

    /// <summary>Whether the current member is called <paramref name="name"/>, escapes in the body considered.</summary>
    public readonly bool NameIs(ReadOnlySpan<byte> name)
    {
        var written = _body[(NameStart + 1)..(NameEnd - 1)];
        if (written.SequenceEqual(name))
            return true;
        if (!written.Contains((byte)'\\'))
            return false;
        var reader = new Utf8JsonReader(_body[NameStart..NameEnd]);
        try
        {
            return reader.Read() && reader.ValueTextEquals(name);
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            return false;
        }
    }

    /// <summary>Moves to the next member.</summary>
    /// <returns>Whether there is one; <see langword="false"/> at the end of the object.</returns>
    /// <exception cref="InvalidRequestException">The body is not a JSON object, or ends within it, or goes on behind it.</exception>
    public bool Read()
    {
        if (!_begun)
            Begin();
        SkipBlanks();
        if (Peek() == '}')
        {
            _at++;
            SkipBlanks();
            return _at == _body.Length ? false : throw Malformed();
        }

        if (ValueEnd > 0)
        {
            Expect((byte)',');
            SkipBlanks();
        }

        NameStart = _at;
        if (Peek() != '"')
            throw Malformed();
        SkipString();
        NameEnd = _at;
        SkipBlanks();
        Expect((byte)':');
        SkipBlanks();
        ValueStart = _at;
        SkipValue();
        ValueEnd = _at;
        return true;
    }

    private void Begin()
    {
        _begun = true;
        if (_body.StartsWith((ReadOnlySpan<byte>)[0xEF, 0xBB, 0xBF]))
            _at = 3;
        SkipBlanks();
        if (_at < _body.Length && _body[_at] is var first and not (byte)'{' && (first is (byte)'[' or (byte)'"' or (byte)'-' or (byte)'t' or (byte)'f' or (byte)'n' || char.IsAsciiDigit((char)first)))
            throw new InvalidRequestException("the body must be a JSON object");
        Expect((byte)'{');
        ObjectStart = _at;
    }

    private void SkipValue()
    {
        switch (Peek())
        {
            case (byte)'"':
                SkipString();
                break;
            case (byte)'{' or (byte)'[':
                SkipNested();
                break;
            default:
                var length = _body[_at..].IndexOfAny(ScalarEnds);
                if (length <= 0)
                    throw Malformed();
                _at += length;
                break;
        }
    }

    private void SkipString()
    {
        _at++;
        while (true)
        {
            var next = _body[_at..].IndexOfAny(StringEnds);
            if (next < 0)
                throw EndsEarly();
            _at += next + 1;
            if (_body[_at - 1] == '"')
                return;
            _at++;
            if (_at > _body.Length)
                throw EndsEarly();
        }
    }

    private void SkipNested()
    {
        var length = NestedValue.Length(_body[_at..]);
        if (length < 0)
            throw EndsEarly();
        _at += length;
    }

    private void SkipBlanks()
    {
        while (_at < _body.Length && _body[_at] is (byte)' ' or (byte)'\n' or (byte)'\r' or (byte)'\t')
            _at++;
    }

    private readonly byte Peek() => _at < _body.Length ? _body[_at] : throw EndsEarly();

    private void Expect(byte expected)
    {
        if (Peek() != expected)
            throw Malformed();
        _at++;
    }

    private readonly InvalidRequestException Malformed() => new($"Failed to parse JSON: the request body is not valid JSON at byte {_at}");

    private readonly InvalidRequestException EndsEarly() => new($"Failed to parse JSON: the request body is not valid JSON at byte {_body.Length}: it ends too early");
}
