using System.Net.Http.Headers;
using System.Runtime.ExceptionServices;

namespace ModelScan.RoutingApi.Providers;

/// <summary>
/// A provider's stream whose error events show none of the request's credentials, wherever the stream is cut into pieces: an event is passed
/// on once it is there whole, which is when a client can do something with it.
/// <list type="number">
/// <item>a piece that ends where an event does, and most do, is looked through in the reader's own buffer and passed on;</item>
/// <item>of any other piece, what belongs to an event that goes on is kept until the rest of it is there;</item>
/// <item>when the stream ends, or breaks off, what is kept is passed on, then the end.</item>
/// </list>
/// Used by one reader at a time.
/// </summary>
internal abstract class MaskedStream(Stream inner, HttpRequestHeaders request) : ReadStream
{
    private const int FirstLength = 4096;
    private const int LeastRead = 2048;

    private byte[] _kept = [];
    private int _start;
    private int _ready; // up to here it may be passed on
    private int _end;
    private bool _isOver;
    private ExceptionDispatchInfo? _failure;

    /// <summary>The credentials; made when they are first needed.</summary>
    protected KeyMask Mask => field ??= KeyMask.Of(request);

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_end > _start || _isOver)
            return buffer.IsEmpty ? new ValueTask<int>(0) : ReadKeptAsync(buffer, cancellationToken);
        if (buffer.IsEmpty)
            return inner.ReadAsync(buffer, cancellationToken);
        var read = inner.ReadAsync(buffer, cancellationToken);
        if (!read.IsCompletedSuccessfully)
            return FinishAsync(read, buffer, cancellationToken);
        var length = read.Result;
        var passed = Pass(buffer.Span[..length]);
        return passed > 0 || length == 0 ? new ValueTask<int>(passed) : ReadKeptAsync(buffer, cancellationToken);
    }

    public override async ValueTask DisposeAsync()
    {
        await inner.DisposeAsync();
        await base.DisposeAsync();
    }

    /// <summary>How many bytes from the beginning are whole events, or are to be passed on although they are not.</summary>
    /// <param name="bytes">What is there; begins where the last result ended.</param>
    /// <param name="seen">How many of these have been looked at before.</param>
    protected abstract int Complete(ReadOnlySpan<byte> bytes, int seen);

    /// <summary>Masks what is about to be passed on.</summary>
    /// <param name="bytes">What is there.</param>
    /// <param name="passed">How many of them are passed on now, at least one.</param>
    protected abstract void Clean(Span<byte> bytes, int passed);

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            inner.Dispose();
        base.Dispose(disposing);
    }

    private async ValueTask<int> FinishAsync(ValueTask<int> read, Memory<byte> buffer, CancellationToken cancellationToken)
    {
        var length = await read;
        var passed = Pass(buffer.Span[..length]);
        return passed > 0 || length == 0 ? passed : await ReadKeptAsync(buffer, cancellationToken);
    }

    // Cleans the whole events of a piece where it lies, and keeps the rest.
    private int Pass(Span<byte> piece)
    {
        var whole = Complete(piece, 0);
        if (whole > 0)
            Clean(piece, whole);
        Keep(piece[whole..]);
        return whole;
    }

    private async ValueTask<int> ReadKeptAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        while (_ready == _start)
        {
            if (_isOver)
            {
                _failure?.Throw();
                return 0;
            }

            await ReadMoreAsync(cancellationToken);
        }

        var length = Math.Min(buffer.Length, _ready - _start);
        _kept.AsSpan(_start, length).CopyTo(buffer.Span);
        _start += length;
        if (_start == _end)
            (_start, _ready, _end) = (0, 0, 0);
        return length;
    }

    private async ValueTask ReadMoreAsync(CancellationToken cancellationToken)
    {
        MakeRoom(LeastRead);
        var seen = _end - _start;
        try
        {
            var read = await inner.ReadAsync(_kept.AsMemory(_end), cancellationToken);
            _end += read;
            _isOver = read == 0;
        }
        catch (Exception exception) when (exception is not OperationCanceledException && _end > _start)
        {
            (_failure, _isOver) = (ExceptionDispatchInfo.Capture(exception), true);
        }

        _ready = _isOver ? _end : _start + Complete(_kept.AsSpan(_start, _end - _start), seen);
        if (_ready > _start)
            Clean(_kept.AsSpan(_start, _end - _start), _ready - _start);
    }

    private void Keep(ReadOnlySpan<byte> rest)
    {
        if (rest.IsEmpty)
            return;
        MakeRoom(rest.Length);
        rest.CopyTo(_kept.AsSpan(_end));
        _end += rest.Length;
    }

    private void MakeRoom(int more)
    {
        if (_kept.Length - _end >= more)
            return;
        var length = _end - _start;
        var target = length + more > _kept.Length / 2 ? new byte[Math.Max(FirstLength, 2 * (length + more))] : _kept;
        _kept.AsSpan(_start, length).CopyTo(target);
        (_kept, _ready, _start, _end) = (target, _ready - _start, 0, length);
    }
}
