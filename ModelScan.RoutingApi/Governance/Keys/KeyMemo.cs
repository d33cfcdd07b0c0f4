using ModelScan.RoutingApi.Configuration;

namespace ModelScan.RoutingApi.Governance.Keys;

/// <summary>
/// What a connection has shown last and opened something: a client shows the same key with every request, and its digest is most of what keys cost.
/// By reference: the server keeps the very text of a header that comes again unchanged (Kestrel, <c>DisableStringReuse</c>), so nothing is compared that
/// a guess could profit from. Thread-safe.
/// </summary>
internal sealed class KeyMemo
{
    private Entry? _last;

    /// <summary>The key that a header opened on this connection before; <see langword="null"/> where that has to be looked up.</summary>
    public GatewayKeyConfig? Find(string header, GatewayKeys keys) =>
        Volatile.Read(ref _last) is { } last && ReferenceEquals(last.Header, header) && ReferenceEquals(last.Keys, keys) ? last.Key : null;

    /// <summary>A header opens a key.</summary>
    public void Keep(string header, GatewayKeys keys, GatewayKeyConfig key) => Volatile.Write(ref _last, new Entry(header, keys, key));

    private sealed record Entry(string Header, GatewayKeys Keys, GatewayKeyConfig Key);
}
