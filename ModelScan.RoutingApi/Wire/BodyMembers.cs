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
    private readonly ReadOnlySpan<byte> _body = body;
    private ValueScanner _scanner = new(body);
    private ReadOnlySpan<byte> _name;
    private bool _begun;
    private bool _nameHasEscapes;

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
        if (!_nameHasEscapes)
            return _name.SequenceEqual(name);
        return ValueScanner.EscapedNameIs(_body[NameStart..NameEnd], name);
    }

    /// <summary>Moves to the next member.</summary>
    /// <returns>Whether there is one; <see langword="false"/> at the end of the object.</returns>
    /// <exception cref="InvalidRequestException">The body is not a JSON object, or ends within it, or goes on behind it.</exception>
    public bool Read()
    {
        if (!_begun)
            Begin();
        _scanner.SkipBlanks();
        if (_scanner.Peek() == '}')
        {
            _scanner.At++;
            _scanner.SkipBlanks();
            return _scanner.At == _body.Length ? false : throw _scanner.Malformed();
        }

        if (ValueEnd > 0)
        {
            _scanner.Expect((byte)',');
            _scanner.SkipBlanks();
        }

        NameStart = _scanner.At;
        if (_scanner.Peek() != '"')
            throw _scanner.Malformed();
        _nameHasEscapes = _scanner.SkipString();
        NameEnd = _scanner.At;
        _name = _body[(NameStart + 1)..(NameEnd - 1)];
        _scanner.SkipBlanks();
        _scanner.Expect((byte)':');
        _scanner.SkipBlanks();
        ValueStart = _scanner.At;
        _scanner.SkipValue();
        ValueEnd = _scanner.At;
        return true;
    }

    private void Begin()
    {
        _begun = true;
        if (_body.StartsWith((ReadOnlySpan<byte>)[0xEF, 0xBB, 0xBF]))
            _scanner.At = 3;
        _scanner.SkipBlanks();
        if (_scanner.At < _body.Length && _body[_scanner.At] is var first and not (byte)'{' && (first is (byte)'[' or (byte)'"' or (byte)'-' or (byte)'t' or (byte)'f' or (byte)'n' || char.IsAsciiDigit((char)first)))
            throw new InvalidRequestException("the body must be a JSON object");
        _scanner.Expect((byte)'{');
        ObjectStart = _scanner.At;
    }
}
