using System.Buffers;
using System.Buffers.Text;
using System.Text;

namespace ModelScan.RoutingApi.Decisions.Sessions.Redis;

/// <summary>What kind of answer a command got.</summary>
internal enum RespKind
{
    /// <summary>None: the connection ended first.</summary>
    Lost,

    /// <summary><c>+OK</c>, or an integer.</summary>
    Done,

    /// <summary><c>-ERR …</c></summary>
    Error,

    /// <summary>A bulk string.</summary>
    Value,

    /// <summary><c>$-1</c>: no such key.</summary>
    Nil,

    /// <summary>A bulk string of more than <see cref="RespReader.MaxValueBytes"/>, which was read past.</summary>
    TooLarge,
}

/// <summary>The answer to a command.</summary>
/// <param name="Kind">Its kind.</param>
/// <param name="Value">The bytes, with <see cref="RespKind.Value"/>.</param>
/// <param name="Message">The server's words, with <see cref="RespKind.Error"/>.</param>
internal readonly record struct RespReply(RespKind Kind, byte[]? Value = null, string? Message = null);

/// <summary>The server does not speak the protocol.</summary>
internal sealed class RespFormatException(string message) : Exception(message);

/// <summary>
/// Cuts replies out of a byte stream that arrives in pieces of any size. Knows the kinds that the commands in use can be
/// answered with, and keeps no more than <see cref="MaxValueBytes"/> of one.
/// </summary>
internal sealed class RespReader
{
    /// <summary>The largest value that is kept; a binding takes less than a tenth.</summary>
    public const int MaxValueBytes = 64 * 1024;

    private const int MaxLineBytes = 4 * 1024;

    // Redis itself allows no larger value.
    private const long MaxDeclaredBytes = 512L * 1024 * 1024;

    private long _toSkip;

    /// <summary>Reads one reply from the front of <paramref name="buffer"/> and moves the buffer past what was consumed.</summary>
    /// <returns>Whether a reply was complete.</returns>
    /// <exception cref="RespFormatException">These bytes are no reply.</exception>
    public bool TryRead(ref ReadOnlySequence<byte> buffer, out RespReply reply)
    {
        reply = default;
        if (_toSkip > 0)
            return TrySkip(ref buffer, out reply);
        if (buffer.IsEmpty)
            return false;

        var kind = buffer.FirstSpan.IsEmpty ? buffer.Slice(0, 1).ToArray()[0] : buffer.FirstSpan[0];
        if (kind is not ((byte)'+' or (byte)'-' or (byte)':' or (byte)'$'))
            throw new RespFormatException("A reply begins with a byte that no reply begins with.");

        var reader = new SequenceReader<byte>(buffer);
        reader.Advance(1);
        if (!reader.TryReadTo(out ReadOnlySequence<byte> line, "\r\n"u8))
            return buffer.Length <= MaxLineBytes ? false : throw new RespFormatException("A line does not end.");
        if (line.Length > MaxLineBytes)
            throw new RespFormatException("A line is too long.");

        if (kind == (byte)'$')
            return TryReadValue(ref buffer, reader, LengthOf(line), out reply);
        reply = kind == (byte)'-' ? new RespReply(RespKind.Error, Message: Encoding.UTF8.GetString(line)) : new RespReply(RespKind.Done);
        buffer = buffer.Slice(reader.Position);
        return true;
    }

    private bool TryReadValue(ref ReadOnlySequence<byte> buffer, SequenceReader<byte> reader, long length, out RespReply reply)
    {
        reply = default;
        if (length == -1)
        {
            reply = new RespReply(RespKind.Nil);
            buffer = buffer.Slice(reader.Position);
            return true;
        }

        if (length > MaxValueBytes)
        {
            _toSkip = length + 2;
            buffer = buffer.Slice(reader.Position);
            return TrySkip(ref buffer, out reply);
        }

        var rest = buffer.Slice(reader.Position);
        if (rest.Length < length + 2)
            return false;
        var end = rest.Slice(length, 2);
        Span<byte> lineEnd = stackalloc byte[2];
        end.CopyTo(lineEnd);
        if (!lineEnd.SequenceEqual("\r\n"u8))
            throw new RespFormatException("A value is longer than it says.");
        reply = new RespReply(RespKind.Value, rest.Slice(0, length).ToArray());
        buffer = rest.Slice(length + 2);
        return true;
    }

    private bool TrySkip(ref ReadOnlySequence<byte> buffer, out RespReply reply)
    {
        var skipped = Math.Min(_toSkip, buffer.Length);
        buffer = buffer.Slice(skipped);
        _toSkip -= skipped;
        reply = new RespReply(RespKind.TooLarge);
        return _toSkip == 0;
    }

    private static long LengthOf(ReadOnlySequence<byte> line)
    {
        Span<byte> digits = stackalloc byte[16];
        if (line.Length is > 0 and <= 16)
        {
            line.CopyTo(digits);
            if (Utf8Parser.TryParse(digits[..(int)line.Length], out long length, out var used) && used == line.Length && length is >= -1 and <= MaxDeclaredBytes)
                return length;
        }

        throw new RespFormatException("The length of a value is not one.");
    }
}
