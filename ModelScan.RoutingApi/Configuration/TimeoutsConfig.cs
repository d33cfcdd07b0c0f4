namespace ModelScan.RoutingApi.Configuration;

/// <summary>How long a provider may take (<c>routing.timeouts</c>). Each limit is about one thing, so that none has to be generous for another's sake.</summary>
public sealed record TimeoutsConfig
{
    /// <summary>Establishing a connection, TLS included (<c>connect</c>).</summary>
    public TimeSpan Connect { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>From sending a request to the first byte of its answer's body (<c>first_byte</c>); thinking falls under this one.</summary>
    public TimeSpan FirstByte { get; init; } = TimeSpan.FromSeconds(120);

    /// <summary>Between two pieces of an answer (<c>idle</c>).</summary>
    public TimeSpan Idle { get; init; } = TimeSpan.FromSeconds(120);

    /// <summary>A client's whole request, all attempts together (<c>total</c>).</summary>
    public TimeSpan Total { get; init; } = TimeSpan.FromMinutes(30);
}
