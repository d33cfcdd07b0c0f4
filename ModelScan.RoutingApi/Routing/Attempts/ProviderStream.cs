using System.IO.Compression;
using ModelScan.RoutingApi.Providers;
using ZstdSharp;

namespace ModelScan.RoutingApi.Routing.Attempts;

/// <summary>Reads a provider's answer under the attempt's time limits, and keeps a silent stream's client awake if asked to.</summary>
/// <param name="stream">The answer's body.</param>
/// <param name="deadline">The limits.</param>
/// <param name="keepAlive">Called after each silence of its interval; <see langword="null"/> to let the client wait.</param>
internal sealed class ProviderStream(Stream stream, AttemptDeadline deadline, KeepAlive? keepAlive) : IAsyncDisposable
{
    /// <summary>Reads the next piece.</summary>
    /// <returns>Its length; 0 at the end.</returns>
    /// <exception cref="OperationCanceledException">A limit was reached, or the client left.</exception>
    /// <exception cref="IOException">The provider broke off.</exception>
    /// <exception cref="InvalidDataException">The answer is not encoded as it says.</exception>
    public ValueTask<int> ReadAsync(Memory<byte> buffer)
    {
        if (stream is BrotliStream or DecompressionStream)
            return ReadDecodedAsync(buffer);
        var read = stream.ReadAsync(buffer, deadline.Token);
        return keepAlive is null || read.IsCompleted ? read : new ValueTask<int>(keepAlive.WaitAsync(read.AsTask(), deadline.Token));
    }

    /// <summary>Waits until there is something to read, or the end, without holding any memory meanwhile.</summary>
    /// <exception cref="OperationCanceledException">A limit was reached, or the client left.</exception>
    /// <exception cref="IOException">The provider broke off.</exception>
    public ValueTask<int> WaitAsync() => ReadAsync(Memory<byte>.Empty);

    public ValueTask DisposeAsync() => stream.DisposeAsync();

    /// <summary>Undoes a content encoding, for answers that have to be understood.</summary>
    /// <exception cref="NotSupportedException">The encoding is none of <see cref="ContentDecoding.Known"/>.</exception>
    public static Stream Decoded(Stream stream, ICollection<string> encodings) => ContentDecoding.Decoded(stream, encodings);

    private async ValueTask<int> ReadDecodedAsync(Memory<byte> buffer)
    {
        try
        {
            var read = stream.ReadAsync(buffer, deadline.Token);
            return keepAlive is null || read.IsCompleted ? await read : await keepAlive.WaitAsync(read.AsTask(), deadline.Token);
        }
        catch (Exception exception) when (ContentDecoding.IsMalformed(exception) && exception is not InvalidDataException)
        {
            // What the other decoders say with an InvalidDataException.
            throw new InvalidDataException(exception.Message, exception);
        }
    }
}
