using System.Buffers;
using System.Globalization;
using System.Text;

namespace ModelScan.RoutingApi.Decisions.Sessions.Redis;

/// <summary>
/// Commands in the form of the Redis serialisation protocol: an array of bulk strings, <c>*2␍␊$3␍␊GET␍␊$1␍␊k␍␊</c>.
/// See <see href="https://redis.io/docs/latest/develop/reference/protocol-spec/">the specification</see>.
/// </summary>
internal static class RespCommand
{
    /// <summary>Encodes a command whose arguments are all text.</summary>
    public static byte[] Of(params ReadOnlySpan<string> arguments)
    {
        var buffer = new ArrayBufferWriter<byte>();
        Begin(buffer, arguments.Length);
        foreach (var argument in arguments)
            Add(buffer, Encoding.UTF8.GetBytes(argument));
        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>Encodes <c>SET key value PX milliseconds</c>.</summary>
    public static byte[] Set(string key, ReadOnlySpan<byte> value, TimeSpan ttl)
    {
        var buffer = new ArrayBufferWriter<byte>(value.Length + 128);
        Begin(buffer, 5);
        Add(buffer, "SET"u8);
        Add(buffer, Encoding.UTF8.GetBytes(key));
        Add(buffer, value);
        Add(buffer, "PX"u8);
        Add(buffer, Encoding.ASCII.GetBytes(((long)ttl.TotalMilliseconds).ToString(CultureInfo.InvariantCulture)));
        return buffer.WrittenSpan.ToArray();
    }

    private static void Begin(ArrayBufferWriter<byte> buffer, int count) => Header(buffer, (byte)'*', count);

    private static void Add(ArrayBufferWriter<byte> buffer, ReadOnlySpan<byte> argument)
    {
        Header(buffer, (byte)'$', argument.Length);
        buffer.Write(argument);
        buffer.Write("\r\n"u8);
    }

    private static void Header(ArrayBufferWriter<byte> buffer, byte kind, int count)
    {
        var span = buffer.GetSpan(16);
        span[0] = kind;
        count.TryFormat(span[1..], out var digits, default, CultureInfo.InvariantCulture);
        "\r\n"u8.CopyTo(span[(1 + digits)..]);
        buffer.Advance(digits + 3);
    }
}
