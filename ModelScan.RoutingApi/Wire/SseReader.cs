using ModelScan.RoutingApi.Resources;

namespace ModelScan.RoutingApi.Wire;

/// <summary>One server-sent event; valid until the reader is touched again.</summary>
/// <param name="name">The <c>event</c> field; empty when there was none.</param>
/// <param name="data">The <c>data</c> lines, joined by line feeds.</param>
internal readonly ref struct SseEvent(ReadOnlySpan<byte> name, ReadOnlySpan<byte> data)
{
    public ReadOnlySpan<byte> Name { get; } = name;

    public ReadOnlySpan<byte> Data { get; } = data;
}

/// <summary>
/// Finds server-sent events in a stream of bytes, wherever it is cut
/// (https://html.spec.whatwg.org/multipage/server-sent-events.html): lines end in LF, CR or CRLF; comments and unknown fields are
/// passed over; an event without data is none. Give it back with <see cref="Dispose"/>.
/// </summary>
/// <remarks>
/// <code>
///  _buffer  | consumed | complete lines of the event being read | rest of a line |  free  |
///           0        _start                                  _scanned          _end
/// </code>
/// Our own because System.Net.ServerSentEvents pulls from a stream, while here the same bytes are relayed as they arrive.
/// Lines are taken from the buffer in place. Only an event of several data lines is copied, into <c>_joined</c>.
/// </remarks>
internal sealed class SseReader(int maxEventBytes = 64 << 20) : IDisposable
{
    private byte[] _buffer = BytePool.Rent(4096);
    private int _start;
    private int _scanned;
    private int _searched;
    private int _end;
    private bool _afterCarriageReturn;
    private bool _atBeginning = true;

    // Ranges in _buffer; -1 where there is none yet.
    private int _nameStart = -1;
    private int _nameLength;
    private int _dataStart = -1;
    private int _dataLength;
    private byte[]? _joined;
    private int _joinedLength = -1;

    /// <summary>Memory that it holds, in bytes.</summary>
    public int Held => _buffer.Length + (_joined?.Length ?? 0);

    /// <summary>Adds bytes; call <see cref="TryRead"/> until it says no.</summary>
    /// <exception cref="InvalidDataException">An event is larger than the limit.</exception>
    public void Append(ReadOnlySpan<byte> bytes)
    {
        if (_end + bytes.Length > _buffer.Length)
            MakeRoom(bytes.Length);
        bytes.CopyTo(_buffer.AsSpan(_end));
        _end += bytes.Length;
    }

    /// <summary>The next complete event.</summary>
    public bool TryRead(out SseEvent result)
    {
        while (TryReadLine(out var lineStart, out var lineLength))
        {
            if (lineLength > 0)
            {
                TakeField(lineStart, lineLength);
                continue;
            }

            var has = TryTake(out result);
            _start = _scanned;
            if (has)
                return true;
        }

        result = default;
        return false;
    }

    /// <summary>
    /// At the end of the stream: the last event, if the blank line after it is missing. (The standard drops it; providers forget
    /// the blank line, and what they said is complete all the same.)
    /// </summary>
    public bool TryReadRest(out SseEvent result)
    {
        if (_scanned < _end)
        {
            TakeField(_scanned, _end - _scanned);
            _scanned = _end;
        }

        return TryTake(out result);
    }

    public void Dispose()
    {
        if (_buffer.Length == 0)
            return;
        BytePool.Return(_buffer);
        _buffer = [];
        if (_joined is not null)
            BytePool.Return(_joined);
        _joined = null;
    }

    private bool TryReadLine(out int start, out int length)
    {
        // The LF of a CRLF that a cut tore apart belongs to the line before.
        if (_afterCarriageReturn && _scanned < _end)
        {
            _afterCarriageReturn = false;
            if (_buffer[_scanned] == '\n')
                _scanned++;
        }

        // A line that is not all there has been searched before: one of many megabytes comes in thousands of pieces.
        start = _scanned;
        var from = Math.Max(_scanned, _searched);
        var at = _buffer.AsSpan(from, _end - from).IndexOfAny((byte)'\n', (byte)'\r');
        length = from - start + at;
        if (at < 0)
        {
            _searched = _end;
            return false;
        }

        _scanned = from + at + 1;
        _afterCarriageReturn = _buffer[_scanned - 1] == '\r';
        if (_afterCarriageReturn && _scanned < _end)
        {
            _afterCarriageReturn = false;
            if (_buffer[_scanned] == '\n')
                _scanned++;
        }

        return true;
    }

    private void TakeField(int start, int length)
    {
        var line = _buffer.AsSpan(start, length);
        if (_atBeginning)
        {
            _atBeginning = false;
            if (line.StartsWith((ReadOnlySpan<byte>)[0xEF, 0xBB, 0xBF]))
            {
                (start, length) = (start + 3, length - 3);
                line = line[3..];
            }
        }

        var colon = line.IndexOf((byte)':');
        var field = colon < 0 ? line : line[..colon];
        var valueStart = colon < 0 ? start + length : start + colon + 1;
        if (valueStart < start + length && _buffer[valueStart] == ' ')
            valueStart++;
        var valueLength = start + length - valueStart;
        if (field.SequenceEqual("event"u8))
            (_nameStart, _nameLength) = (valueStart, valueLength);
        else if (field.SequenceEqual("data"u8))
            TakeData(valueStart, valueLength);
    }

    private void TakeData(int start, int length)
    {
        if (_dataStart < 0)
        {
            (_dataStart, _dataLength) = (start, length);
            return;
        }

        if (_joinedLength < 0)
        {
            _joinedLength = 0;
            AppendJoined(_buffer.AsSpan(_dataStart, _dataLength));
        }

        AppendJoined("\n"u8);
        AppendJoined(_buffer.AsSpan(start, length));
    }

    private void AppendJoined(ReadOnlySpan<byte> bytes)
    {
        _joined ??= BytePool.Rent(4096);
        if (_joinedLength + bytes.Length > _joined.Length)
        {
            var larger = BytePool.Rent((_joinedLength + bytes.Length) * 2);
            _joined.AsSpan(0, _joinedLength).CopyTo(larger);
            BytePool.Return(_joined);
            _joined = larger;
        }

        bytes.CopyTo(_joined.AsSpan(_joinedLength));
        _joinedLength += bytes.Length;
    }

    private bool TryTake(out SseEvent result)
    {
        var has = _dataStart >= 0;
        var name = _nameStart < 0 ? default : _buffer.AsSpan(_nameStart, _nameLength);
        var data = !has ? default : _joinedLength >= 0 ? _joined.AsSpan(0, _joinedLength) : _buffer.AsSpan(_dataStart, _dataLength);
        (_nameStart, _dataStart, _joinedLength) = (-1, -1, -1);
        result = new SseEvent(name, data);
        return has;
    }

    // Moves what is not consumed to the front, and grows while one event needs it.
    private void MakeRoom(int more)
    {
        var kept = _end - _start;
        if ((long)kept + more > maxEventBytes)
            throw new InvalidDataException($"the provider sent an event of more than {maxEventBytes} bytes");
        var target = _buffer;
        if (kept + more > _buffer.Length)
            target = BytePool.Rent(Math.Max(kept + more, _buffer.Length * 2));
        _buffer.AsSpan(_start, kept).CopyTo(target);
        if (!ReferenceEquals(target, _buffer))
        {
            BytePool.Return(_buffer);
            _buffer = target;
        }

        _scanned -= _start;
        _searched -= _start;
        if (_nameStart >= 0)
            _nameStart -= _start;
        if (_dataStart >= 0)
            _dataStart -= _start;
        _end = kept;
        _start = 0;
    }
}
