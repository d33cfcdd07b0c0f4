using System.Buffers;

namespace ModelScan.RoutingApi.Routing.Attempts;

/// <summary>An answer read whole into pooled memory; dispose it to give the memory back.</summary>
internal sealed class CollectedBody : IDisposable
{
    private byte[] _buffer = ArrayPool<byte>.Shared.Rent(ProviderAnswer.SmallPiece);
    private int _length;

    private CollectedBody()
    {
    }

    /// <summary>The bytes, until <see cref="Dispose"/>.</summary>
    public ReadOnlyMemory<byte> Bytes => _buffer.AsMemory(0, _length);

    /// <summary>Whether the answer ended within the limit.</summary>
    public bool IsComplete { get; private set; }

    /// <summary>Reads until the end, or until more than <paramref name="limit"/> bytes have come.</summary>
    public static async ValueTask<CollectedBody> ReadAsync(ProviderStream provider, ProviderAnswer answer, int limit)
    {
        var body = new CollectedBody();
        try
        {
            while (body._length <= limit)
            {
                if (body._length == body._buffer.Length)
                    body.Grow();
                var read = await provider.ReadAsync(body._buffer.AsMemory(body._length));
                if (body._length == 0)
                    answer.Observation.FirstByte();
                if (read == 0)
                {
                    body.IsComplete = true;
                    break;
                }

                body._length += read;
                answer.Deadline.ExpectNextPiece();
            }

            return body;
        }
        catch
        {
            body.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        if (_buffer.Length > 0)
            ArrayPool<byte>.Shared.Return(_buffer);
        (_buffer, _length) = ([], 0);
    }

    private void Grow()
    {
        var larger = ArrayPool<byte>.Shared.Rent(_buffer.Length * 2);
        _buffer.CopyTo(larger, 0);
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = larger;
    }
}
