namespace ModelScan.RoutingApi.Wire;

/// <summary>Walks over the items of a JSON array as <see cref="BodyMembers"/> does over the members of an object: without looking into them.</summary>
internal ref struct BodyItems(ReadOnlySpan<byte> array)
{
    private readonly ReadOnlySpan<byte> _array = array;
    private ValueScanner _scanner = new(array);
    private int _start;
    private int _end;

    /// <summary>The current item as it is written.</summary>
    public readonly ReadOnlySpan<byte> Value => _array[_start.._end];

    /// <summary>Moves to the next item.</summary>
    /// <returns>Whether there is one; <see langword="false"/> at the end of the array.</returns>
    /// <exception cref="InvalidRequestException">It is no JSON array, or ends too early, or goes on behind its end.</exception>
    public bool Read()
    {
        _scanner.SkipBlanks();
        if (_end == 0)
        {
            _scanner.Expect((byte)'[');
            _scanner.SkipBlanks();
        }

        if (_scanner.Peek() == ']')
        {
            _scanner.At++;
            _scanner.SkipBlanks();
            return _scanner.At == _array.Length ? false : throw _scanner.Malformed();
        }

        if (_end > 0)
        {
            _scanner.Expect((byte)',');
            _scanner.SkipBlanks();
        }

        _start = _scanner.At;
        _scanner.SkipValue();
        _end = _scanner.At;
        return true;
    }
}
