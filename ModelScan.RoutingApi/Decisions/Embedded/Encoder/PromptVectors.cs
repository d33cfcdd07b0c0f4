using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace ModelScan.RoutingApi.Decisions.Embedded.Encoder;

/// <summary>
/// Vectors of texts, of which those seen lately are remembered, so that routes and the older messages of a conversation cost nothing.
/// Keeps hashes of pieces (SHA-256, so that nobody can make two texts meet) and vectors, never texts.
/// </summary>
internal sealed class PromptVectors(EncoderModel model, EncoderQueue queue)
{
    /// <summary>Vectors remembered, 1.5 KB each.</summary>
    public const int Capacity = 8_192;

    private readonly BoundedCache<Int128, float[]> _cache = new(Capacity);

    /// <summary>What the vectors are made by.</summary>
    public EncoderModel Model => model;

    /// <summary>The vector of a text.</summary>
    public ValueTask<float[]> OfAsync(string text, CancellationToken cancellationToken) => OfAsync(model.Ids(model.Pieces(text)), cancellationToken);

    /// <summary>The vector of pieces with their marks; not to be changed.</summary>
    /// <exception cref="RouteClassificationException">The encoder is too busy, or failed.</exception>
    public ValueTask<float[]> OfAsync(int[] ids, CancellationToken cancellationToken)
    {
        var key = Key(ids);
        return _cache.TryGet(key, out var vector) ? ValueTask.FromResult(vector!) : KeepAsync(key, queue.EncodeAsync(ids, cancellationToken));
    }

    /// <summary>Has the vector of pieces with their marks remembered, as one of many (<see cref="EncoderQueue.EncodeLaterAsync"/>).</summary>
    /// <exception cref="RouteClassificationException">The encoder is too busy, or failed.</exception>
    public async ValueTask PrepareAsync(int[] ids, CancellationToken cancellationToken)
    {
        var key = Key(ids);
        if (!_cache.TryGet(key, out _))
            await KeepAsync(key, queue.EncodeLaterAsync(ids, cancellationToken)).ConfigureAwait(false);
    }

    /// <summary>The vector of pieces with their marks, where it is remembered; not to be changed.</summary>
    public bool TryGet(int[] ids, [NotNullWhen(true)] out float[]? vector) => _cache.TryGet(Key(ids), out vector);

    /// <summary>Remembers what the encoder once made of pieces with their marks.</summary>
    public void Remember(int[] ids, float[] vector) => _cache.Add(Key(ids), vector);

    private async ValueTask<float[]> KeepAsync(Int128 key, Task<float[]> encoding)
    {
        var vector = await encoding.ConfigureAwait(false);
        _cache.Add(key, vector);
        return vector;
    }

    private static Int128 Key(ReadOnlySpan<int> ids)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(MemoryMarshal.AsBytes(ids), hash);
        return MemoryMarshal.Read<Int128>(hash);
    }
}
