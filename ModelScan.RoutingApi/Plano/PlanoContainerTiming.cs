namespace ModelScan.RoutingApi.Plano;

/// <summary>Pauses in a container's life that nobody sets in a configuration.</summary>
internal sealed record PlanoContainerTiming
{
    public static PlanoContainerTiming Default { get; } = new();

    /// <summary>Between two health checks while it starts.</summary>
    public TimeSpan StartProbe { get; init; } = TimeSpan.FromMilliseconds(250);

    /// <summary>Between a failed health check and the one that confirms it.</summary>
    public TimeSpan Confirmation { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Before the first restart; twice as long before the second, and so on.</summary>
    public TimeSpan Backoff { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Between two tries while degraded.</summary>
    public TimeSpan DegradedPace { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How long it may take to end when it is asked to.</summary>
    public TimeSpan StopGrace { get; init; } = TimeSpan.FromSeconds(5);
}
