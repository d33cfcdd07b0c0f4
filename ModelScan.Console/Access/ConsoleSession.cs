using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace ModelScan.WebConsole.Access;

/// <summary>
/// What a browser that has signed in holds: when that ends, chance, and a seal that only whoever has the admin key can make. Nothing is kept
/// here, so it is good for every gateway with the same key, and for none any more when the key changes.
/// </summary>
internal static class ConsoleSession
{
    /// <summary>How long it is good for.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromHours(12);

    private const int ExpirySize = sizeof(long);
    private const int ChanceSize = 16;
    private const int SealedSize = ExpirySize + ChanceSize;

    /// <summary>Makes one.</summary>
    /// <param name="adminKey">The admin key.</param>
    /// <param name="now">The time.</param>
    public static string Create(string adminKey, DateTimeOffset now)
    {
        Span<byte> bytes = stackalloc byte[SealedSize + HMACSHA256.HashSizeInBytes];
        BinaryPrimitives.WriteInt64BigEndian(bytes, now.Add(Lifetime).ToUnixTimeSeconds());
        RandomNumberGenerator.Fill(bytes.Slice(ExpirySize, ChanceSize));
        Seal(adminKey, bytes[..SealedSize], bytes[SealedSize..]);
        return Base64Url.EncodeToString(bytes);
    }

    /// <summary>Whether one is good.</summary>
    /// <param name="value">What the browser holds.</param>
    /// <param name="adminKey">The admin key.</param>
    /// <param name="now">The time.</param>
    public static bool IsGood(string? value, string adminKey, DateTimeOffset now)
    {
        Span<byte> bytes = stackalloc byte[SealedSize + HMACSHA256.HashSizeInBytes];
        if (value is null || !Base64Url.IsValid(value) || !Base64Url.TryDecodeFromChars(value, bytes, out var written) || written != bytes.Length)
            return false;
        Span<byte> seal = stackalloc byte[HMACSHA256.HashSizeInBytes];
        Seal(adminKey, bytes[..SealedSize], seal);
        return CryptographicOperations.FixedTimeEquals(seal, bytes[SealedSize..]) && BinaryPrimitives.ReadInt64BigEndian(bytes) > now.ToUnixTimeSeconds();
    }

    private static void Seal(string adminKey, ReadOnlySpan<byte> what, Span<byte> seal) =>
        HMACSHA256.HashData(SHA256.HashData(Encoding.UTF8.GetBytes($"modelscan console session\n{adminKey}")), what, seal);
}
