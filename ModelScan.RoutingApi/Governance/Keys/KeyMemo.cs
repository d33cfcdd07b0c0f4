using System.Runtime.InteropServices;
using System.Security.Cryptography;
using ModelScan.RoutingApi.Configuration;

namespace ModelScan.RoutingApi.Governance.Keys;

/// <summary>
/// What a connection has shown last and opened something: a client shows the same key with every request, and its digest is a fifth of what keys cost.
/// Known for as long as the connection lasts, and compared in constant time. Thread-safe.
/// </summary>
internal sealed class KeyMemo
{
    private Entry? _last;

    /// <summary>The key that a secret opened on this connection before; <see langword="null"/> where that has to be looked up.</summary>
    public GatewayKeyConfig? Find(ReadOnlySpan<char> secret, GatewayKeys keys) =>
        Volatile.Read(ref _last) is { } last && ReferenceEquals(last.Keys, keys) && CryptographicOperations.FixedTimeEquals(MemoryMarshal.AsBytes(secret), MemoryMarshal.AsBytes(last.Secret.AsSpan())) ? last.Key : null;

    /// <summary>A secret opens a key.</summary>
    public void Keep(ReadOnlySpan<char> secret, GatewayKeys keys, GatewayKeyConfig key) => Volatile.Write(ref _last, new Entry(secret.ToString(), keys, key));

    private sealed record Entry(string Secret, GatewayKeys Keys, GatewayKeyConfig Key);
}
