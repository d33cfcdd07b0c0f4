using System.Buffers;
using Microsoft.AspNetCore.WebUtilities;

namespace ModelScan.RoutingApi.Pipeline;

/// <summary>
/// A body that streams through a door: a form with a recording, a file. What has to be read to find the form's model is kept, beyond
/// <see cref="HeldInMemory"/> in a temporary file that goes with it; everything behind that goes from the client to the provider as it comes.
/// Used by one request; it can be sent once.
/// </summary>
internal sealed class DoorUpload : IAsyncDisposable
{
    /// <summary>How much of a body is kept in memory.</summary>
    public const int HeldInMemory = 64 * 1024;

    /// <summary>Bytes that pass at a time.</summary>
    public const int PieceSize = 64 * 1024;

    private readonly Stream _body;
    private readonly long? _length;
    private readonly FileBufferingWriteStream _head = new(HeldInMemory);
    private byte[] _piece = ArrayPool<byte>.Shared.Rent(PieceSize);
    private int _start;
    private int _end;
    private int _nameLength;
    private bool _isSent;

    private DoorUpload(Stream body, long? length) => (_body, _length) = (body, length);

    /// <summary>The model that the form names; <see langword="null"/> for none.</summary>
    public string? Model { get; private set; }

    /// <summary>What stands in the model's place when it is sent; <see langword="null"/> for what the client wrote.</summary>
    public string? ReplacedBy { get; set; }

    /// <summary>Bytes that will be sent; <see langword="null"/> where the client did not say how many there are.</summary>
    public long? Length => _length is { } length ? length + (Replacement.Length - _nameLength) : null;

    private ReadOnlySpan<byte> Replacement => ReplacedBy is { } name ? System.Text.Encoding.UTF8.GetBytes(name) : _piece.AsSpan(_start, _nameLength);

    /// <summary>A body of which nothing has to be known.</summary>
    /// <param name="body">Where it comes from.</param>
    /// <param name="length">Its length in bytes, if it is known.</param>
    public static DoorUpload Of(Stream body, long? length) => new(body, length);

    /// <summary>A form, read as far as to its model.</summary>
    /// <param name="body">Where it comes from.</param>
    /// <param name="length">Its length in bytes, if it is known.</param>
    /// <param name="boundary">Its boundary.</param>
    /// <param name="limit">How many bytes may stand before the model.</param>
    /// <param name="cancellationToken">Cancelled when the client leaves.</param>
    /// <returns><see langword="null"/> when more than <paramref name="limit"/> bytes stand before it.</returns>
    /// <exception cref="InvalidRequestException">It is no form.</exception>
    public static async ValueTask<DoorUpload?> OfFormAsync(Stream body, long? length, string boundary, long limit, CancellationToken cancellationToken)
    {
        var upload = new DoorUpload(body, length);
        try
        {
            if (await upload.FindModelAsync(new FormModel(boundary), limit, cancellationToken))
                return upload;
        }
        catch
        {
            await upload.DisposeAsync();
            throw;
        }

        await upload.DisposeAsync();
        return null;
    }

    /// <summary>Sends everything.</summary>
    /// <param name="destination">Where to.</param>
    /// <param name="progress">Called after every piece.</param>
    /// <param name="cancellationToken">Cancelled when it is wanted no longer.</param>
    /// <exception cref="IOException">It has been sent before.</exception>
    public async Task CopyToAsync(Stream destination, Action? progress, CancellationToken cancellationToken)
    {
        if (_isSent)
            throw new IOException("the body has been sent already");
        _isSent = true;
        await _head.DrainBufferAsync(destination, cancellationToken);
        await destination.WriteAsync(Replacement.ToArray(), cancellationToken);
        await destination.WriteAsync(_piece.AsMemory((_start + _nameLength).._end), cancellationToken);
        while (await _body.ReadAsync(_piece, cancellationToken) is var read and > 0)
        {
            await destination.WriteAsync(_piece.AsMemory(0, read), cancellationToken);
            progress?.Invoke();
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        // A connection may still be reading from it: what has been sent is left to the garbage collector.
        if (!_isSent)
            ArrayPool<byte>.Shared.Return(Interlocked.Exchange(ref _piece, []));
        return _head.DisposeAsync();
    }

    private async ValueTask<bool> FindModelAsync(FormModel form, long limit, CancellationToken cancellationToken)
    {
        var kept = 0L;
        while (true)
        {
            var passed = form.Advance(_piece.AsSpan(_start.._end));
            kept += passed;
            if (kept > limit)
                return false;
            await _head.WriteAsync(_piece.AsMemory(_start, passed), cancellationToken);
            _start += passed;
            if (form.IsOver)
                break;
            _piece.AsSpan(_start.._end).CopyTo(_piece);
            (_start, _end) = (0, _end - _start);
            var read = await _body.ReadAsync(_piece.AsMemory(_end), cancellationToken);
            if (read == 0)
                break;
            _end += read;
        }

        (Model, _nameLength) = (form.Name, form.NameLength);
        return true;
    }
}
