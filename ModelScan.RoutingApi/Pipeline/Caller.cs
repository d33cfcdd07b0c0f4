using ModelScan.RoutingApi.Configuration;

namespace ModelScan.RoutingApi.Pipeline;

/// <summary>Who asks, as far as the gateway itself knows. Immutable.</summary>
/// <param name="Key">The gateway's key that came with the request; <see langword="null"/> where none had to.</param>
internal sealed record Caller(GatewayKeyConfig? Key)
{
    /// <summary>Whoever may ask without a key.</summary>
    public static Caller Anonymous { get; } = new((GatewayKeyConfig?)null);

    /// <summary>The program that holds the gateway as a library.</summary>
    public static Caller Program { get; } = new((GatewayKeyConfig?)null);

    /// <summary>The key's tags, <c>name=value</c> each.</summary>
    public IReadOnlyList<string> Tags { get; } = Key is { Tags.Count: > 0 } ? [.. Key.Tags.Select(tag => $"{tag.Key}={tag.Value}")] : [];
}
