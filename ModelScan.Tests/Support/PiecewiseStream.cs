using System.Text;

namespace ModelScan.Tests.Support;

/// <summary>A stream of pieces that each arrive by themselves, then the end, or a failure instead of it.</summary>
internal sealed class PiecewiseStream(IEnumerable<byte[]> pieces, Exception? failure = null) : Stream
{
    private readonly Queue<ReadOnlyMemory<byte>> _pieces = new(pieces.Select(piece => new ReadOnlyMemory<byte>(piece)));
    private ReadOnlyMemory<byte> _rest;

    public PiecewiseStream(IEnumerable<string> pieces, Exception? failure)
        : this(pieces.Select(Encoding.UTF8.GetBytes), failure)
    {
    }

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_rest.IsEmpty && _pieces.Count == 0)
            return failure is null ? new(0) : ValueTask.FromException<int>(failure);
        if (buffer.IsEmpty)
            return new(0);
        if (_rest.IsEmpty)
            _rest = _pieces.Dequeue();
        var length = Math.Min(buffer.Length, _rest.Length);
        _rest[..length].CopyTo(buffer);
        _rest = _rest[length..];
        return new(length);
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Flush()
    {
        // Nothing is written.
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
