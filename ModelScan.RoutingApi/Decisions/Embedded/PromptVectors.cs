using System.Runtime.InteropServices;
using System.Security.Cryptography;
using ModelScan.RoutingApi.Decisions.Embedded.Encoding;

namespace ModelScan.RoutingApi.Decisions.Embedded;

/// <summary>
/// Encodes texts, and remembers the vectors of those seen lately, so that the older messages of a conversation cost nothing.
/// Keeps hashes (SHA-256, so that nobody can make two texts meet) and vectors, never texts.
/// </summary>
internal sealed class PromptVectors(RouterModel model)
{
    /// <summary>Vectors remembered, 3 KB each.</summary>
    public const int Capacity = 4_096;

    private readonly BoundedCache<Int128, PromptVector> _cache = new(Capacity);

    /// <summary>The vector of a text.</summary>
    public PromptVector Of(string text)
    {
        var key = Key(text);
        if (_cache.TryGet(key, out var vector))
            return vector!;
        var values = new float[SentenceEncoder.VectorLength];
        model.Encoder.Encode(text, values);
        vector = new PromptVector(values, model.Anchors.Cosines(values, model.Encoder));
        _cache.Add(key, vector);
        return vector;
    }

    /// <summary>Hash of the part of a text that the encoder looks at.</summary>
    private static Int128 Key(ReadOnlySpan<char> text)
    {
        if (text.Length > PieceTokenizer.MaxCharacters)
            text = text[..PieceTokenizer.MaxCharacters];
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(MemoryMarshal.AsBytes(text), hash);
        return MemoryMarshal.Read<Int128>(hash);
    }
}
