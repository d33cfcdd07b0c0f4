namespace ModelScan.RoutingApi.Guards.Answers;

/// <summary>
/// Cuts a stream of server-sent events into events, blank lines included, without changing a byte: what is sent on as it came is joined again.
/// (https://html.spec.whatwg.org/multipage/server-sent-events.html: lines end in LF, CR or CRLF.)
/// </summary>
internal sealed class EventCutter : IDisposable
{
    private readonly PooledBuffer _bytes = new();
    private int _start;
    private int _searched;

    /// <summary>Adds bytes; call <see cref="TryRead"/> until it says no.</summary>
    public void Append(ReadOnlySpan<byte> bytes)
    {
        if (_start > 0 && _start == _bytes.WrittenCount)
        {
            _bytes.Clear();
            (_start, _searched) = (0, 0);
        }

        bytes.CopyTo(_bytes.GetSpan(bytes.Length));
        _bytes.Advance(bytes.Length);
    }

    /// <summary>Bytes that belong to an event that is not complete.</summary>
    public int Waiting => _bytes.WrittenCount - _start;

    /// <summary>The next complete event with the blank line behind it; valid until bytes are added.</summary>
    public bool TryRead(out ReadOnlySpan<byte> next)
    {
        var all = _bytes.WrittenSpan;
        var at = Math.Max(_start, _searched);
        while (at < all.Length && all[at..].IndexOfAny((byte)'\n', (byte)'\r') is var length and >= 0)
        {
            var line = at + length;
            var end = EndOfLine(all, line);
            if (end < 0 || end >= all.Length)
                break;
            if (all[end] is not ((byte)'\n' or (byte)'\r'))
            {
                at = _searched = end;
                continue;
            }

            var blank = EndOfLine(all, end);
            if (blank < 0)
                break;
            next = all[_start..blank];
            _start = _searched = blank;
            return true;
        }

        next = default;
        return false;
    }

    /// <summary>What is left at the end.</summary>
    public ReadOnlySpan<byte> Rest()
    {
        var rest = _bytes.WrittenSpan[_start..];
        _start = _bytes.WrittenCount;
        return rest;
    }

    public void Dispose() => _bytes.Dispose();

    // Behind the end of the line at which the text at a position is; -1 where a line feed may still come.
    private static int EndOfLine(ReadOnlySpan<byte> all, int at) =>
        all[at] == '\n' ? at + 1 : at + 1 == all.Length ? -1 : all[at + 1] == '\n' ? at + 2 : at + 1;
}
