using System.Buffers.Binary;
using System.IO.Hashing;
using System.Text;

namespace ModelScan.MetricsMock.Providers.AmazonConverse;

/// <summary>
/// A message of Amazon's event streams (https://docs.aws.amazon.com/transcribe/latest/dg/event-stream.html):
/// <code>
///  total length (4) | length of headers (4) | checksum of both (4) | headers | payload | checksum of all before (4)
///  header: length of name (1), name, 7 for a text, its length (2), the text
/// </code>
/// Numbers are big-endian, checksums CRC-32.
/// </summary>
internal static class EventStreamMessage
{
    /// <summary>Writes an event, or an exception where its name ends in that word.</summary>
    public static byte[] Of(string name, string json)
    {
        var isException = name.EndsWith("Exception", StringComparison.Ordinal);
        var headers = new List<byte>();
        Add(headers, isException ? ":exception-type" : ":event-type", name);
        Add(headers, ":content-type", "application/json");
        Add(headers, ":message-type", isException ? "exception" : "event");
        var payload = Encoding.UTF8.GetBytes(json);
        var message = new byte[12 + headers.Count + payload.Length + 4];
        BinaryPrimitives.WriteInt32BigEndian(message, message.Length);
        BinaryPrimitives.WriteInt32BigEndian(message.AsSpan(4), headers.Count);
        BinaryPrimitives.WriteUInt32BigEndian(message.AsSpan(8), Crc32.HashToUInt32(message.AsSpan(0, 8)));
        headers.CopyTo(message, 12);
        payload.CopyTo(message, 12 + headers.Count);
        BinaryPrimitives.WriteUInt32BigEndian(message.AsSpan(message.Length - 4), Crc32.HashToUInt32(message.AsSpan(0, message.Length - 4)));
        return message;
    }

    private static void Add(List<byte> headers, string name, string value)
    {
        headers.Add((byte)name.Length);
        headers.AddRange(Encoding.ASCII.GetBytes(name));
        headers.Add(7);
        headers.Add((byte)(value.Length >> 8));
        headers.Add((byte)value.Length);
        headers.AddRange(Encoding.ASCII.GetBytes(value));
    }
}
