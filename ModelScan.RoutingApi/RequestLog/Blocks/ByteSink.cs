using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Text;
using ModelScan.RoutingApi.Resources;

namespace ModelScan.RoutingApi.RequestLog.Blocks;

/// <summary>Bytes that grow while they are written; dispose it to give the memory back.</summary>
internal sealed class ByteSink : IDisposable
{
    private const int MostBytesOfNumber = 10;

    private byte[] _bytes = BytePool.Rent(4096);

    public int Length { get; private set; }

    public ReadOnlySpan<byte> Written => _bytes.AsSpan(0, Length);

    /// <summary>The same; what is written next may lie elsewhere.</summary>
    public ReadOnlyMemory<byte> WrittenMemory => _bytes.AsMemory(0, Length);

    public void Clear() => Length = 0;

    /// <summary>Forgets what was written behind a length.</summary>
    public void Truncate(int length) => Length = length;

    [MethodImpl(MethodImplOptions.NoInlining)]
    public void WriteByte(byte value) => Take(1)[0] = value;

    public void Write(ReadOnlySpan<byte> bytes) => bytes.CopyTo(Take(bytes.Length));

    /// <summary>Seven bits a byte, the lowest first, the eighth says that more follow (LEB128).</summary>
    [MethodImpl(MethodImplOptions.NoInlining)] // a request writes dozens, and each would be these instructions once more
    public void WriteNumber(long value) => WriteNumbers(new ReadOnlySpan<long>(in value));

    /// <summary>One number after the other, each as <see cref="WriteNumber"/> writes it.</summary>
    public void WriteNumbers(ReadOnlySpan<long> values)
    {
        if (_bytes.Length - Length < MostBytesOfNumber * values.Length)
            Grow(MostBytesOfNumber * values.Length);
        var (bytes, length) = (_bytes, Length);
        foreach (var value in values)
        {
            var rest = (ulong)value;
            while (rest >= 0x80)
            {
                bytes[length++] = (byte)(rest | 0x80);
                rest >>= 7;
            }

            bytes[length++] = (byte)rest;
        }

        Length = length;
    }

    /// <summary>Eight bytes.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public void WriteDouble(double value) => BinaryPrimitives.WriteDoubleLittleEndian(Take(sizeof(double)), value);

    /// <summary>A length in bytes, and UTF-8.</summary>
    public void WriteText(string text)
    {
        var length = Encoding.UTF8.GetByteCount(text);
        WriteNumber(length);
        Encoding.UTF8.GetBytes(text, Take(length));
    }

    public void Dispose()
    {
        var bytes = _bytes;
        _bytes = [];
        if (bytes.Length > 0)
            BytePool.Return(bytes);
    }

    private Span<byte> Take(int length)
    {
        if (_bytes.Length - Length < length)
            Grow(length);
        var span = _bytes.AsSpan(Length, length);
        Length += length;
        return span;
    }

    private void Grow(int by)
    {
        var larger = BytePool.Rent(Math.Max(_bytes.Length * 2, Length + by));
        _bytes.AsSpan(0, Length).CopyTo(larger);
        BytePool.Return(_bytes);
        _bytes = larger;
    }
}

/// <summary>Reads what a <see cref="ByteSink"/> wrote.</summary>
internal ref struct ByteSource(ReadOnlySpan<byte> bytes)
{
    private readonly ReadOnlySpan<byte> _bytes = bytes;

    public int Position { get; private set; }

    /// <summary>Whether there is nothing more to read.</summary>
    public readonly bool IsAtEnd => Position == _bytes.Length;

    /// <summary>The next byte.</summary>
    /// <exception cref="InvalidDataException">The bytes end before their end.</exception>
    public byte ReadByte() => Take(1)[0];

    /// <summary>The next bytes.</summary>
    /// <exception cref="InvalidDataException">The bytes end before their end.</exception>
    public ReadOnlySpan<byte> Take(int length)
    {
        if ((uint)length > (uint)(_bytes.Length - Position))
            throw new InvalidDataException("a block of records ends before its end");
        var taken = _bytes.Slice(Position, length);
        Position += length;
        return taken;
    }

    /// <summary>A number in LEB128.</summary>
    /// <exception cref="InvalidDataException">The bytes end before their end.</exception>
    public long ReadNumber()
    {
        var value = 0UL;
        for (var shift = 0; shift < 64; shift += 7)
        {
            var next = ReadByte();
            value |= (ulong)(next & 0x7F) << shift;
            if (next < 0x80)
                return (long)value;
        }

        throw new InvalidDataException("a number in a block of records has no end");
    }

    /// <summary>A number that is a length.</summary>
    /// <exception cref="InvalidDataException">The bytes end before their end, or the number is no length.</exception>
    public int ReadLength()
    {
        var length = ReadNumber();
        return length >= 0 && length <= _bytes.Length ? (int)length : throw new InvalidDataException("a length in a block of records is none");
    }

    /// <summary>Eight bytes.</summary>
    /// <exception cref="InvalidDataException">The bytes end before their end.</exception>
    public double ReadDouble() => BinaryPrimitives.ReadDoubleLittleEndian(Take(sizeof(double)));

    /// <summary>A length in bytes, and UTF-8.</summary>
    /// <exception cref="InvalidDataException">The bytes end before their end.</exception>
    public string ReadText() => Encoding.UTF8.GetString(Take(ReadLength()));
}
