namespace ModelScan.RoutingApi.Configuration;

/// <summary>Headers that pass beside those that vendors document (<c>routing.headers</c>): names, or beginnings of names with <c>*</c> at their end.</summary>
public sealed record ForwardedHeadersConfig
{
    /// <summary>From client to provider (<c>to_provider</c>).</summary>
    public IReadOnlyList<string> ToProvider { get; init; } = [];

    /// <summary>From provider to client (<c>to_client</c>).</summary>
    public IReadOnlyList<string> ToClient { get; init; } = [];
}
