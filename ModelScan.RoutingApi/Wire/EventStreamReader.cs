using System.Buffers.Binary;
using System.IO.Hashing;
using ModelScan.RoutingApi.Resources;

namespace ModelScan.RoutingApi.Wire;

/// <summary>One message of an event stream; valid until the reader is touched again. A header that is not there is empty.</summary>
internal ref struct EventStreamMessage
{
    /// <summary><c>:message-type</c>: <c>event</c>, <c>exception</c> or <c>error</c>.</summary>
    public ReadOnlySpan<byte> MessageType;

    /// <summary><c>:event-type</c>, such as <c>contentBlockDelta</c>.</summary>
    public ReadOnlySpan<byte> EventType;

    /// <summary><c>:exception-type</c>, such as <c>throttlingException</c>, or the <c>:error-code</c> of an error.</summary>
    public ReadOnlySpan<byte> ExceptionType;

    /// <summary><c>:error-message</c>, in plain text.</summary>
    public ReadOnlySpan<byte> ErrorMessage;

    public ReadOnlySpan<byte> Payload;
}

/// <summary>
/// Finds the messages in a stream of Amazon's binary framing, wherever it is cut
/// (https://docs.aws.amazon.com/lexv2/latest/dg/event-stream-encoding.html). Checksums and lengths are checked as soon as they are there;
/// behind a message that is damaged there is no way to find the next. Give it back with <see cref="Dispose"/>.
/// </summary>
/// <remarks>
/// Our own reader because that of Amazon's SDK wants a whole client of the service around it and makes objects of each event.
/// <code>
/// | length of all (4) | length of headers (4) | CRC of these 8 (4) | headers | payload | CRC of all before it (4) |
/// header: | length of name (1) | name | type (1) | value; of a text (7) or bytes (6): length (2) in front |
/// numbers are big-endian
/// </code>
/// </remarks>
/// <param name="maxMessageBytes">The largest message in bytes.</param>
internal sealed class EventStreamReader(int maxMessageBytes = EventStreamReader.LargestMessage) : IDisposable
{
    /// <summary>The media type of such streams.</summary>
    public const string MediaType = "application/vnd.amazon.eventstream";

    /// <summary>More than any service sends in one message, in bytes.</summary>
    public const int LargestMessage = 16 << 20;

    private const int PreludeLength = 12;
    private const int ChecksumLength = 4;

    private byte[] _buffer = BytePool.Rent(4096);
    private int _start;
    private int _end;

    /// <summary>Whether part of a message is there, and the rest of it is not.</summary>
    public bool IsInsideMessage => _end > _start;

    /// <summary>Memory that it holds, in bytes.</summary>
    public int Held => _buffer.Length;

    /// <summary>Adds bytes; call <see cref="TryRead"/> until it says no.</summary>
    public void Append(ReadOnlySpan<byte> bytes)
    {
        if (_end + bytes.Length > _buffer.Length)
            MakeRoom(bytes.Length);
        bytes.CopyTo(_buffer.AsSpan(_end));
        _end += bytes.Length;
    }

    /// <summary>The next complete message.</summary>
    /// <exception cref="InvalidDataException">The bytes are damaged, are no event stream, or a message is larger than the limit.</exception>
    public bool TryRead(out EventStreamMessage message)
    {
        message = default;
        var bytes = _buffer.AsSpan(_start, _end - _start);
        if (bytes.Length < PreludeLength)
            return false;
        var length = BinaryPrimitives.ReadUInt32BigEndian(bytes);
        var headersLength = BinaryPrimitives.ReadUInt32BigEndian(bytes[4..]);
        if (Crc32.HashToUInt32(bytes[..8]) != BinaryPrimitives.ReadUInt32BigEndian(bytes[8..]))
            throw Damaged();
        if (length > maxMessageBytes)
            throw new InvalidDataException($"the provider sent an event of more than {maxMessageBytes} bytes");
        if (length < PreludeLength + ChecksumLength || headersLength > length - PreludeLength - ChecksumLength)
            throw Damaged();
        if (bytes.Length < length)
            return false;
        bytes = bytes[..(int)length];
        if (Crc32.HashToUInt32(bytes[..^ChecksumLength]) != BinaryPrimitives.ReadUInt32BigEndian(bytes[^ChecksumLength..]))
            throw Damaged();
        message.Payload = bytes[(PreludeLength + (int)headersLength)..^ChecksumLength];
        ReadHeaders(bytes.Slice(PreludeLength, (int)headersLength), ref message);
        _start += (int)length;
        return true;
    }

    public void Dispose()
    {
        if (_buffer.Length > 0)
            BytePool.Return(_buffer);
        (_buffer, _start, _end) = ([], 0, 0);
    }

    private static void ReadHeaders(ReadOnlySpan<byte> headers, scoped ref EventStreamMessage message)
    {
        while (!headers.IsEmpty)
        {
            var name = Take(ref headers, Take(ref headers, 1)[0]);
            var type = Take(ref headers, 1)[0];
            var value = Take(ref headers, type switch
            {
                0 or 1 => 0,
                2 => 1,
                3 => 2,
                4 => 4,
                5 or 8 => 8,
                6 or 7 => BinaryPrimitives.ReadUInt16BigEndian(Take(ref headers, 2)),
                9 => 16,
                _ => throw Damaged(),
            });
            if (type != 7)
                continue;
            if (name.SequenceEqual(":message-type"u8))
                message.MessageType = value;
            else if (name.SequenceEqual(":event-type"u8))
                message.EventType = value;
            else if (name.SequenceEqual(":exception-type"u8) || name.SequenceEqual(":error-code"u8))
                message.ExceptionType = value;
            else if (name.SequenceEqual(":error-message"u8))
                message.ErrorMessage = value;
        }
    }

    private static ReadOnlySpan<byte> Take(scoped ref ReadOnlySpan<byte> bytes, int length)
    {
        if (length > bytes.Length)
            throw Damaged();
        var taken = bytes[..length];
        bytes = bytes[length..];
        return taken;
    }

    // Moves what is not consumed to the front, and grows while one message needs it.
    private void MakeRoom(int more)
    {
        var kept = _end - _start;
        var target = kept + more > _buffer.Length ? BytePool.Rent(Math.Max(kept + more, _buffer.Length * 2)) : _buffer;
        _buffer.AsSpan(_start, kept).CopyTo(target);
        if (!ReferenceEquals(target, _buffer))
        {
            BytePool.Return(_buffer);
            _buffer = target;
        }

        (_start, _end) = (0, kept);
    }

    private static InvalidDataException Damaged() => new("the provider's event stream is damaged");
}
