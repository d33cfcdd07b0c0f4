using System.Buffers.Binary;
using System.Text;
using System.Text.Json.Nodes;

namespace ModelScan.Tests.Support;

/// <summary>Writes messages of Amazon's event streams, as Bedrock does.</summary>
internal static class ConverseFrames
{
    /// <summary>
    /// A message out of <c>{"contentBlockDelta": {…}}</c>, or out of <c>{"exception": "throttlingException", "payload": {…}}</c>; what Bedrock
    /// pads is padded.
    /// </summary>
    public static byte[] Of(JsonObject item)
    {
        if (item["exception"] is { } exception)
            return Frame([(":exception-type", exception.GetValue<string>()), (":content-type", "application/json"), (":message-type", "exception")], Encoding.UTF8.GetBytes(item["payload"]?.ToJsonString() ?? ""));
        if (item["error"] is { } error)
            return Frame([(":error-code", error.GetValue<string>()), (":error-message", item["message"]!.GetValue<string>()), (":message-type", "error")], []);
        var (type, value) = item.Single();
        var payload = value!.DeepClone();
        if (payload is JsonObject members)
            members["p"] = "abcdefghijklm";
        return Frame([(":event-type", type), (":content-type", "application/json"), (":message-type", "event")], Encoding.UTF8.GetBytes(payload.ToJsonString()));
    }

    /// <summary>A message with headers that are texts.</summary>
    public static byte[] Frame((string Name, string Value)[] headers, ReadOnlySpan<byte> payload)
    {
        var block = new List<byte>();
        foreach (var (name, value) in headers)
        {
            block.Add((byte)name.Length);
            block.AddRange(Encoding.ASCII.GetBytes(name));
            block.Add(7);
            block.AddRange([(byte)(value.Length >> 8), (byte)value.Length]);
            block.AddRange(Encoding.ASCII.GetBytes(value));
        }

        return Frame([.. block], payload);
    }

    /// <summary>A message with headers as they are to stand in it.</summary>
    public static byte[] Frame(byte[] headers, ReadOnlySpan<byte> payload)
    {
        var frame = new byte[12 + headers.Length + payload.Length + 4];
        BinaryPrimitives.WriteInt32BigEndian(frame, frame.Length);
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(4), headers.Length);
        headers.CopyTo(frame.AsSpan(12));
        payload.CopyTo(frame.AsSpan(12 + headers.Length));
        Sign(frame);
        return frame;
    }

    /// <summary>Sets both checksums anew.</summary>
    public static void Sign(Span<byte> frame)
    {
        BinaryPrimitives.WriteUInt32BigEndian(frame[8..], Checksum(frame[..8]));
        BinaryPrimitives.WriteUInt32BigEndian(frame[^4..], Checksum(frame[..^4]));
    }

    // Bit by bit, by the definition.
    private static uint Checksum(ReadOnlySpan<byte> bytes)
    {
        var crc = uint.MaxValue;
        foreach (var value in bytes)
        {
            crc ^= value;
            for (var bit = 0; bit < 8; bit++)
                crc = (crc & 1) != 0 ? (crc >> 1) ^ 0xEDB88320 : crc >> 1;
        }

        return ~crc;
    }
}
