using ModelScan.RoutingApi.Dialects;
using ModelScan.RoutingApi.Pipeline;
using ModelScan.RoutingApi.Resources;

namespace ModelScan.RoutingApi.Endpoints;

/// <summary>A body that was read, or why it was not.</summary>
/// <param name="Body">The body; <see langword="null"/> where it was not read. Whoever gets it disposes it.</param>
/// <param name="Refusal">What the client is told instead.</param>
internal readonly record struct BodyReading(ClientBody? Body, ClientError? Refusal) : IDisposable
{
    public void Dispose() => Body?.Dispose();
}

/// <summary>A request's body in one piece of pooled memory, taken from the budget of the process; dispose it to give both back.</summary>
internal sealed class ClientBody : RequestMemory
{
    // What is only announced costs this much. A body of which this much has come gets all its memory at once or none: where several grew
    // side by side until there was no more, none of them would be answered.
    private const int FirstRent = 16 * 1024;

    // Where the length is not known, a buffer that is full becomes four times as large up to here, then twice.
    private const int FastGrowth = 1024 * 1024;

    private readonly MemoryLease _lease;
    private byte[] _buffer = [];
    private int _length;

    private ClientBody(MemoryBudget budget) => _lease = new MemoryLease(budget);

    /// <inheritdoc/>
    protected override ReadOnlyMemory<byte> Held => _buffer.AsMemory(0, _length);

    /// <summary>Reads the whole body.</summary>
    /// <param name="request">Whose body.</param>
    /// <param name="limit">Largest body in bytes.</param>
    /// <param name="budget">Where its memory comes from.</param>
    /// <exception cref="OperationCanceledException">The client left.</exception>
    public static async ValueTask<BodyReading> ReadAsync(HttpRequest request, long limit, MemoryBudget budget)
    {
        if (request.ContentLength > Math.Min(limit, budget.LargestBody))
            return new(null, TooLarge(limit, budget));
        var body = new ClientBody(budget);
        try
        {
            if (await body.FillAsync(request, Math.Min(limit, budget.LargestBody)))
                return new(body, null);
            body.Dispose();
            return new(null, TooLarge(limit, budget));
        }
        catch (Exception exception) when (exception is MemoryBudgetException or OutOfMemoryException)
        {
            body.Dispose();
            return new(null, ClientError.Busy(exception as MemoryBudgetException ?? new MemoryBudgetException()));
        }
        catch (IOException exception) when (exception.InnerException is OverflowException)
        {
            // A chunk of more bytes than the server can count, which it does not tell as the client's fault.
            body.Dispose();
            throw new BadHttpRequestException("Bad chunk size", StatusCodes.Status400BadRequest, exception);
        }
        catch
        {
            body.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public override void Reserve(long length) => _lease.Reserve(length);

    /// <inheritdoc/>
    protected override void GiveBack()
    {
        BytePool.Return(_buffer);
        _buffer = [];
        _lease.Dispose();
    }

    // The bytes are somebody else's now, who is about to be done with them.
    /// <inheritdoc/>
    protected override void Leave() => _lease.Dispose();

    // False when there are more than the limit.
    private async ValueTask<bool> FillAsync(HttpRequest request, long limit)
    {
        var cancellationToken = request.HttpContext.RequestAborted;
        var end = KnownEnd(request);

        // One more where the end has to be read, so that it does not need a larger buffer.
        var whole = end ?? request.ContentLength + 1;
        Grow((int)Math.Min(whole ?? FirstRent, FirstRent));
        while (_length != end)
        {
            if (_length == _buffer.Length)
                Grow((int)Math.Min(int.MaxValue, whole > _length ? whole.Value : _length * (_length < FastGrowth ? 4L : 2L)));
            var read = await request.Body.ReadAsync(_buffer.AsMemory(_length), cancellationToken);
            if (read == 0)
                break;
            _length += read;
            if (_length > limit)
                return false;
        }

        return true;
    }

    // A body in memory of its own size: many requests wait for their answers at a time, and the pool keeps few arrays of
    // each size. HTTP/2 says at the very end that a body is over, so that one has to be read to there.
    private static long? KnownEnd(HttpRequest request) => HttpProtocol.IsHttp11(request.Protocol) ? request.ContentLength : null;

    private static ClientError TooLarge(long limit, MemoryBudget budget) =>
        limit <= budget.LargestBody ? ClientError.BodyTooLarge(limit) : ClientError.BodyTooLargeForMemory(budget.LargestBody);

    private void Grow(int length)
    {
        _lease.Reserve(length);
        var larger = BytePool.Rent(length);
        _buffer.AsSpan(0, _length).CopyTo(larger);
        BytePool.Return(_buffer);
        _buffer = larger;
    }
}
