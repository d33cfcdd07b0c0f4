using System.Collections.Frozen;
using System.Security.Cryptography;
using System.Text;
using ModelScan.RoutingApi.Configuration;

namespace ModelScan.RoutingApi.Governance.Keys;

/// <summary>
/// The gateway's keys by their secrets. A secret is never compared itself: its digest is, in constant time, with that of one key, which is found by the digest's first
/// bytes; they tell nothing that could be tried. Immutable.
/// </summary>
internal sealed class GatewayKeys
{
    private readonly FrozenDictionary<ulong, (byte[] Hash, GatewayKeyConfig Key)> _byDigest;
    private readonly FrozenDictionary<string, GatewayKeyConfig> _byId;

    /// <summary>Compiles the keys.</summary>
    public GatewayKeys(IReadOnlyList<GatewayKeyConfig> keys)
    {
        _byId = keys.DistinctBy(key => key.Id).ToFrozenDictionary(key => key.Id, StringComparer.Ordinal);
        _byDigest = keys.Select(key => (Hash: Convert.FromHexString(key.Hash), Key: key)).DistinctBy(pair => Place(pair.Hash)).ToFrozenDictionary(pair => Place(pair.Hash));
    }

    /// <summary>The key of that id, or <see langword="null"/>.</summary>
    public GatewayKeyConfig? Find(string id) => _byId.GetValueOrDefault(id);

    /// <summary>The key that a secret opens, or <see langword="null"/>.</summary>
    public GatewayKeyConfig? Match(ReadOnlySpan<char> secret)
    {
        Span<byte> text = stackalloc byte[KeySecret.Longest];
        if (!Encoding.UTF8.TryGetBytes(secret, text, out var length))
            return null;
        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(text[..length], digest);
        return _byDigest.TryGetValue(Place(digest), out var found) && CryptographicOperations.FixedTimeEquals(found.Hash, digest) ? found.Key : null;
    }

    /// <summary>Why a key opens nothing; <see langword="null"/> where it does.</summary>
    public static string? Problem(GatewayKeyConfig key, DateTimeOffset now) =>
        key.IsDisabled ? "is disabled" : key.Expires is { } end && now >= end ? "has expired" : null;

    private static ulong Place(ReadOnlySpan<byte> digest) => BitConverter.ToUInt64(digest);
}
