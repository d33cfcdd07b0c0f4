using System.Buffers;

namespace ModelScan.Tests.Wire;

public sealed class PooledBufferTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(4096)]
    [InlineData(100_000)]
    public void Write_Pieces_AreKeptInOnePiece(int length)
    {
        using var buffer = new PooledBuffer();
        var pieces = Enumerable.Range(0, 3).Select(number => Enumerable.Repeat((byte)number, length).ToArray()).ToArray();
        foreach (var piece in pieces)
            buffer.Write(piece);
        Assert.Equal(pieces.SelectMany(piece => piece), buffer.WrittenMemory.ToArray());
    }

    [Fact]
    public void Clear_BeginsAnew()
    {
        using var buffer = new PooledBuffer();
        buffer.Write("old"u8);
        buffer.Clear();
        Assert.Equal(0, buffer.WrittenCount);
        buffer.Write("new"u8);
        Assert.Equal("new"u8.ToArray(), buffer.WrittenSpan.ToArray());
    }

    [Fact]
    public void Advance_BeyondTheMemory_IsRefused()
    {
        using var buffer = new PooledBuffer();
        var room = buffer.GetMemory(10).Length;
        Assert.Throws<ArgumentOutOfRangeException>(() => buffer.Advance(room + 1));
    }
}
