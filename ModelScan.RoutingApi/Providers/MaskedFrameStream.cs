using System.Buffers.Binary;
using System.IO.Hashing;
using System.Net.Http.Headers;

namespace ModelScan.RoutingApi.Providers;

/// <summary>
/// Amazon's binary event streams (https://docs.aws.amazon.com/lexv2/latest/dg/event-stream-encoding.html). An exception or error is looked
/// through for the request's credentials; where one was taken out, the message's checksum is made anew. What is no such stream is passed
/// on as it is: its reader says so.
/// </summary>
internal sealed class MaskedFrameStream(Stream frames, HttpRequestHeaders request) : MaskedStream(frames, request)
{
    private const int PreludeLength = 12;
    private const int ChecksumLength = 4;

    // A larger one is no error, and passed on as it arrives.
    private const int LargestWhole = 256 << 10;

    private long _rest; // of a large one

    /// <inheritdoc/>
    protected override int Complete(ReadOnlySpan<byte> bytes, int seen)
    {
        var (end, rest) = (0L, _rest);
        while (end < bytes.Length)
        {
            if (rest > 0)
            {
                var passed = Math.Min(rest, bytes.Length - end);
                (end, rest) = (end + passed, rest - passed);
                continue;
            }

            if (bytes.Length - end < PreludeLength)
                break;
            var length = BinaryPrimitives.ReadUInt32BigEndian(bytes[(int)end..]);
            if (length < PreludeLength + ChecksumLength)
                return bytes.Length;
            if (length > LargestWhole)
                rest = length;
            else if (end + length > bytes.Length)
                break;
            else
                end += length;
        }

        return (int)end;
    }

    /// <inheritdoc/>
    protected override void Clean(Span<byte> bytes, int passed)
    {
        bytes = bytes[..passed];
        while (!bytes.IsEmpty)
        {
            if (_rest == 0 && bytes.Length >= PreludeLength && BinaryPrimitives.ReadUInt32BigEndian(bytes) is > LargestWhole and var large)
                _rest = large;
            if (_rest > 0)
            {
                var part = (int)Math.Min(_rest, bytes.Length);
                _rest -= part;
                bytes = bytes[part..];
                continue;
            }

            // The stream ended inside of one, or is none.
            if (bytes.Length < PreludeLength + ChecksumLength || BinaryPrimitives.ReadUInt32BigEndian(bytes) is var length && (length < PreludeLength + ChecksumLength || length > bytes.Length))
                return;
            CleanFrame(bytes[..(int)length]);
            bytes = bytes[(int)length..];
        }
    }

    private void CleanFrame(Span<byte> frame)
    {
        var content = frame[PreludeLength..^ChecksumLength];
        if (content.IndexOf("exception"u8) < 0 && content.IndexOf("error"u8) < 0)
            return;
        if (Mask.Apply(content))
            BinaryPrimitives.WriteUInt32BigEndian(frame[^ChecksumLength..], Crc32.HashToUInt32(frame[..^ChecksumLength]));
    }
}
