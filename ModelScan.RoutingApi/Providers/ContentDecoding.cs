using System.IO.Compression;

namespace ModelScan.RoutingApi.Providers;

/// <summary>Undoes content encodings.</summary>
internal static class ContentDecoding
{
    /// <summary>The text behind the encodings, in the order in which the header names them.</summary>
    /// <exception cref="NotSupportedException">An encoding is none of gzip, br and deflate.</exception>
    public static Stream Decoded(Stream stream, ICollection<string> encodings)
    {
        foreach (var encoding in encodings.Reverse())
        {
            stream = encoding.ToLowerInvariant() switch
            {
                "gzip" or "x-gzip" => new GZipStream(stream, CompressionMode.Decompress),
                "br" => new BrotliStream(stream, CompressionMode.Decompress),
                "deflate" => new ZLibStream(stream, CompressionMode.Decompress),
                "identity" => stream,
                _ => throw new NotSupportedException($"its answer is encoded as {encoding}"),
            };
        }

        return stream;
    }
}
