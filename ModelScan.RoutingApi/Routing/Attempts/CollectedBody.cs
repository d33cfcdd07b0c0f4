using ModelScan.RoutingApi.Resources;

namespace ModelScan.RoutingApi.Routing.Attempts;

/// <summary>An answer read whole into pooled memory, taken from the budget of the process; dispose it to give both back.</summary>
internal sealed class CollectedBody : IDisposable
{
    private readonly MemoryLease _lease;
    private byte[] _buffer = BytePool.Rent(ProviderAnswer.SmallPiece);
    private int _length;

    private CollectedBody(MemoryBudget budget) => _lease = new MemoryLease(budget);

    /// <summary>The bytes, until <see cref="Dispose"/>.</summary>
    public ReadOnlyMemory<byte> Bytes => _buffer.AsMemory(0, _length);

    /// <summary>Whether the answer ended within the limit.</summary>
    public bool IsComplete { get; private set; }

    /// <summary>Reads until the end, or until more than <paramref name="limit"/> bytes have come.</summary>
    /// <exception cref="MemoryBudgetException">There is no memory for it.</exception>
    public static async ValueTask<CollectedBody> ReadAsync(ProviderStream provider, ProviderAnswer answer, int limit)
    {
        var body = new CollectedBody(answer.Budget);
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
            BytePool.Return(_buffer);
        (_buffer, _length) = ([], 0);
        _lease.Dispose();
    }

    private void Grow()
    {
        _lease.ReserveHeld(_buffer.Length * 2L);
        var larger = BytePool.Rent(_buffer.Length * 2);
        _buffer.CopyTo(larger, 0);
        BytePool.Return(_buffer);
        _buffer = larger;
    }
}
