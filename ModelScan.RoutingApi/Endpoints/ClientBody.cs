using System.Buffers;
using ModelScan.RoutingApi.Pipeline;

namespace ModelScan.RoutingApi.Endpoints;

/// <summary>A request's body in one piece of pooled memory; dispose it to give the memory back.</summary>
internal sealed class ClientBody : RequestMemory
{
    // A client that announces a large body gets its memory as the bytes arrive, not on its word; one that announces nothing
    // gets this much to begin with.
    private const int FirstRent = 16 * 1024;
    private const int LargestTrustedLength = 1024 * 1024;

    private readonly byte[] _buffer;
    private readonly int _length;

    private ClientBody(byte[] buffer, int length) => (_buffer, _length) = (buffer, length);

    /// <inheritdoc/>
    protected override ReadOnlyMemory<byte> Held => _buffer.AsMemory(0, _length);

    /// <summary>Reads the whole body.</summary>
    /// <param name="request">Whose body.</param>
    /// <param name="limit">Largest body in bytes.</param>
    /// <returns>The body, or <see langword="null"/> when it is larger than <paramref name="limit"/>.</returns>
    /// <exception cref="OperationCanceledException">The client left.</exception>
    public static async ValueTask<ClientBody?> ReadAsync(HttpRequest request, long limit)
    {
        if (request.ContentLength > limit)
            return null;
        var cancellationToken = request.HttpContext.RequestAborted;
        var end = KnownEnd(request);
        var buffer = ArrayPool<byte>.Shared.Rent((int)Math.Min(end ?? FirstRent, LargestTrustedLength));
        var length = 0;
        try
        {
            while (true)
            {
                var read = length == end ? 0 : await request.Body.ReadAsync(buffer.AsMemory(length), cancellationToken);
                if (read == 0)
                    return new ClientBody(buffer, length);
                length += read;
                if (length > limit)
                {
                    ArrayPool<byte>.Shared.Return(buffer);
                    return null;
                }

                if (length == buffer.Length && length != end)
                    buffer = Grow(buffer, length);
            }
        }
        catch (IOException exception) when (exception.InnerException is OverflowException)
        {
            // A chunk of more bytes than the server can count, which it does not tell as the client's fault.
            ArrayPool<byte>.Shared.Return(buffer);
            throw new BadHttpRequestException("Bad chunk size", StatusCodes.Status400BadRequest, exception);
        }
        catch
        {
            ArrayPool<byte>.Shared.Return(buffer);
            throw;
        }
    }

    /// <inheritdoc/>
    protected override void GiveBack() => ArrayPool<byte>.Shared.Return(_buffer);

    // A small body in memory of its own size: many requests wait for their answers at a time, and the pool keeps few arrays of
    // each size. HTTP/2 says at the very end that a body is over, so that one has to be read to there.
    private static long? KnownEnd(HttpRequest request) => HttpProtocol.IsHttp11(request.Protocol) ? request.ContentLength : null;

    private static byte[] Grow(byte[] buffer, int length)
    {
        var larger = ArrayPool<byte>.Shared.Rent(buffer.Length * 2);
        buffer.AsSpan(0, length).CopyTo(larger);
        ArrayPool<byte>.Shared.Return(buffer);
        return larger;
    }
}
