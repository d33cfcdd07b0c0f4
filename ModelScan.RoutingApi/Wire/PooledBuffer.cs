using System.Buffers;
using ModelScan.RoutingApi.Resources;

namespace ModelScan.RoutingApi.Wire;

/// <summary>
/// Takes what is written in one piece, in memory of the pool. While nothing is written it has none. Dispose it, or
/// <see cref="Clear"/> it, to give the memory back; what was read of it must not be used any more then.
/// </summary>
internal sealed class PooledBuffer : IBufferWriter<byte>, IDisposable
{
    // What a JSON writer asks for when it grows.
    private const int FirstLength = 4096;

    private byte[] _bytes = [];

    /// <summary>Bytes written.</summary>
    public int WrittenCount { get; private set; }

    public ReadOnlySpan<byte> WrittenSpan => _bytes.AsSpan(0, WrittenCount);

    public ReadOnlyMemory<byte> WrittenMemory => _bytes.AsMemory(0, WrittenCount);

    /// <inheritdoc/>
    public void Advance(int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, _bytes.Length - WrittenCount);
        WrittenCount += count;
    }

    /// <inheritdoc/>
    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        Reserve(sizeHint);
        return _bytes.AsMemory(WrittenCount);
    }

    /// <inheritdoc/>
    public Span<byte> GetSpan(int sizeHint = 0)
    {
        Reserve(sizeHint);
        return _bytes.AsSpan(WrittenCount);
    }

    /// <summary>Forgets what was written and gives the memory back.</summary>
    public void Clear()
    {
        if (_bytes.Length > 0)
            BytePool.Return(_bytes);
        (_bytes, WrittenCount) = ([], 0);
    }

    public void Dispose() => Clear();

    private void Reserve(int sizeHint)
    {
        var needed = checked(WrittenCount + Math.Max(1, sizeHint));
        if (needed <= _bytes.Length)
            return;
        var larger = BytePool.Rent(Math.Max(Math.Max(needed, FirstLength), (int)Math.Min(2L * _bytes.Length, Array.MaxLength)));
        WrittenSpan.CopyTo(larger);
        var written = WrittenCount;
        Clear();
        (_bytes, WrittenCount) = (larger, written);
    }
}
