using ModelScan.RoutingApi.Providers;
using ModelScan.RoutingApi.Routing.Attempts;

namespace ModelScan.RoutingApi.Routing.Observation;

/// <summary>
/// Keeps a copy of a compressed answer, so that what it reports can be read when it has passed. Bounded: of an answer that is
/// larger nothing is known.
/// </summary>
internal sealed class EncodedCopy(ICollection<string> encodings) : IDisposable
{
    private const int LargestCopy = 512 * 1024;
    private const int LargestText = 16 << 20;

    private readonly MemoryStream _copy = new();
    private bool _isTooLarge;

    public void Add(ReadOnlySpan<byte> piece)
    {
        _isTooLarge |= _copy.Length + piece.Length > LargestCopy;
        if (!_isTooLarge)
            _copy.Write(piece);
    }

    public void Dispose() => _copy.Dispose();

    /// <summary>Decodes what was kept and hands it on piece by piece.</summary>
    public void ReadInto(Action<ReadOnlySpan<byte>> read)
    {
        if (_isTooLarge)
            return;
        _copy.Position = 0;
        try
        {
            using var text = ProviderStream.Decoded(_copy, encodings);
            var buffer = new byte[16 * 1024];
            for (var total = 0; total < LargestText;)
            {
                var length = text.Read(buffer);
                if (length == 0)
                    return;
                read(buffer.AsSpan(0, length));
                total += length;
            }
        }
        catch (Exception exception) when (exception is IOException or NotSupportedException || ContentDecoding.IsMalformed(exception))
        {
            // The client got the bytes as they are; only the count of its tokens is not known.
        }
    }
}
