using System.Collections.Frozen;
using System.IO.Compression;
using ZstdSharp;
using ZstdSharp.Unsafe;

namespace ModelScan.RoutingApi.Providers;

/// <summary>
/// Undoes content encodings, of answers as of requests (RFC 9110, 8.4.1; RFC 8878 for zstd, of which RFC 9659 bounds the window).
/// </summary>
internal static class ContentDecoding
{
    // RFC 9659: a decoder need not offer more than 8 MB of window to what comes over HTTP.
    private const int LargestZstdWindowLog = 23;

    private static readonly FrozenDictionary<string, Func<Stream, Stream>> Decoders = new Dictionary<string, Func<Stream, Stream>>
    {
        ["gzip"] = static stream => new GZipStream(stream, CompressionMode.Decompress),
        ["x-gzip"] = static stream => new GZipStream(stream, CompressionMode.Decompress),
        ["deflate"] = static stream => new ZLibStream(stream, CompressionMode.Decompress),
        ["br"] = static stream => new BrotliStream(stream, CompressionMode.Decompress),
        ["zstd"] = Zstandard,
        ["identity"] = static stream => stream,
    }.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);

    /// <summary>What can be decoded, as <c>Accept-Encoding</c> lists it.</summary>
    public const string Known = "gzip, deflate, br, zstd";

    /// <summary>Whether <paramref name="encoding"/> can be undone.</summary>
    public static bool Knows(string encoding) => Decoders.ContainsKey(encoding);

    /// <summary>The text behind the encodings, in the order in which the header names them.</summary>
    /// <exception cref="NotSupportedException">An encoding is none of <see cref="Known"/>.</exception>
    public static Stream Decoded(Stream stream, ICollection<string> encodings)
    {
        foreach (var encoding in encodings.Reverse())
        {
            stream = Decoders.TryGetValue(encoding, out var decoder)
                ? decoder(stream)
                : throw new NotSupportedException($"its answer is encoded as {encoding}");
        }

        return stream;
    }

    /// <summary>Whether an exception of such a stream says that the bytes are not what the encoding promises: each decoder says it in its own way.</summary>
    public static bool IsMalformed(Exception exception) => exception is InvalidDataException or InvalidOperationException or ZstdException or EndOfStreamException;

    private static DecompressionStream Zstandard(Stream stream)
    {
        var decoder = new DecompressionStream(stream, leaveOpen: false);
        decoder.SetParameter(ZSTD_dParameter.ZSTD_d_windowLogMax, LargestZstdWindowLog);
        return decoder;
    }
}
