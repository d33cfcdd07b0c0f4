namespace ModelScan.RoutingApi.Configuration;

/// <summary>The WebSocket mode of <c>/v1/responses</c> (<c>routing.websocket</c>).</summary>
public sealed record WebSocketConfig
{
    /// <summary>Whether upgrades are accepted (<c>enabled</c>); else they are answered with 426, and clients use HTTP.</summary>
    public bool IsEnabled { get; init; } = true;

    /// <summary>Most connections at a time, 1 or more (<c>max_connections</c>).</summary>
    public int MaxConnections { get; init; } = 10_000;

    /// <summary>After how long without a message or an answer a connection is closed (<c>idle_timeout</c>).</summary>
    public TimeSpan IdleTimeout { get; init; } = TimeSpan.FromMinutes(30);

    /// <summary>How often a connection is asked whether its client is still there (<c>ping_interval</c>); it is gone when it does not say so within as long.</summary>
    public TimeSpan PingInterval { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long a connection takes requests (<c>lifetime</c>).</summary>
    public TimeSpan Lifetime { get; init; } = TimeSpan.FromMinutes(60);
}
