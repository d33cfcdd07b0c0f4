using System.Buffers.Binary;
using System.Security.Cryptography;

namespace ModelScan.RoutingApi.RequestLog.Records;

/// <summary>
/// Names one request everywhere: a ULID (https://github.com/ulid/spec), which begins with the millisecond in which the request came, so that
/// ids are in the order of time, as text and as bytes. Behind the time stand a number of this process, which is chance, and a count, so that
/// neither two requests nor two gateways have one id.
/// </summary>
internal readonly record struct RequestId : IComparable<RequestId>
{
    /// <summary>Length as text.</summary>
    public const int Length = 26;

    /// <summary>Length in bytes.</summary>
    public const int Size = 16;

    private const string Alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"; // Crockford's base 32
    private const int CountBits = 40;

    private static readonly UInt128 Process = (UInt128)RandomNumberGenerator.GetInt32(int.MaxValue) << (CountBits + 8) | (UInt128)RandomNumberGenerator.GetInt32(256) << CountBits;
    private static long _count;

    private readonly UInt128 _value;

    private RequestId(UInt128 value) => _value = value;

    /// <summary>When the request came, to the millisecond.</summary>
    public DateTimeOffset Time => DateTimeOffset.FromUnixTimeMilliseconds((long)(_value >> 80));

    /// <summary>The next larger one there could be.</summary>
    public RequestId Next() => new(_value + 1);

    /// <summary>A new one.</summary>
    /// <param name="now">When the request came; not before 1970.</param>
    public static RequestId Create(DateTimeOffset now) =>
        new(FirstAt(now)._value | Process | (UInt128)(Interlocked.Increment(ref _count) & ((1L << CountBits) - 1)));

    /// <summary>The smallest that a request of a moment can have.</summary>
    public static RequestId FirstAt(DateTimeOffset time) => new((UInt128)Math.Clamp(time.ToUnixTimeMilliseconds(), 0, (1L << 48) - 1) << 80);

    /// <summary>Reads what <see cref="WriteTo"/> wrote.</summary>
    public static RequestId Read(ReadOnlySpan<byte> bytes) => new(BinaryPrimitives.ReadUInt128BigEndian(bytes));

    /// <summary>Reads 26 letters of base 32, in any case.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out RequestId id)
    {
        id = default;
        if (text.Length != Length || text[0] > '7')
            return false;
        var value = UInt128.Zero;
        foreach (var letter in text)
        {
            var digit = Alphabet.IndexOf(char.ToUpperInvariant(letter), StringComparison.Ordinal);
            if (digit < 0)
                return false;
            value = value << 5 | (UInt128)digit;
        }

        id = new RequestId(value);
        return true;
    }

    public static bool operator <(RequestId left, RequestId right) => left._value < right._value;

    public static bool operator >(RequestId left, RequestId right) => left._value > right._value;

    public static bool operator <=(RequestId left, RequestId right) => left._value <= right._value;

    public static bool operator >=(RequestId left, RequestId right) => left._value >= right._value;

    /// <summary>Writes 16 bytes that are ordered as the ids are.</summary>
    public void WriteTo(Span<byte> bytes) => BinaryPrimitives.WriteUInt128BigEndian(bytes, _value);

    /// <summary>16 bytes that are ordered as the ids are.</summary>
    public byte[] ToBytes()
    {
        var bytes = new byte[Size];
        WriteTo(bytes);
        return bytes;
    }

    /// <summary>The same 128 bits as a trace's id (W3C Trace Context): where no trace exists, a request's own id names it.</summary>
    public string ToTraceId() => string.Create(32, _value, static (text, value) => value.TryFormat(text, out _, "x32", null));

    /// <inheritdoc/>
    public int CompareTo(RequestId other) => _value.CompareTo(other._value);

    /// <inheritdoc/>
    public override string ToString() => string.Create(Length, _value, static (text, value) =>
    {
        for (var i = text.Length - 1; i >= 0; i--)
        {
            text[i] = Alphabet[(int)(value & 31)];
            value >>= 5;
        }
    });
}
