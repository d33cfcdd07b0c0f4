namespace ModelScan.RoutingApi.Plano;

/// <summary>Where the container is in its life.</summary>
public enum PlanoContainerStatus
{
    /// <summary>Its image is being fetched for the first start.</summary>
    Pulling,

    /// <summary>It is being started for the first time.</summary>
    Starting,

    /// <summary>It answers.</summary>
    Healthy,

    /// <summary>A health check has failed; it is asked once more, or about to be removed.</summary>
    Unhealthy,

    /// <summary>It has failed and is tried again, until it is healthy.</summary>
    Restarting,

    /// <summary>It has failed too often; it is tried again at a slower pace, until it is healthy.</summary>
    Degraded,

    /// <summary>It has been removed for good.</summary>
    Stopped,
}

/// <summary>What is known of the container at one moment.</summary>
/// <param name="Status">Where it is in its life.</param>
/// <param name="Since">Since when.</param>
/// <param name="Image">Its image.</param>
/// <param name="ContainerName">Its name, the same over all restarts.</param>
public sealed record PlanoContainerSnapshot(PlanoContainerStatus Status, DateTimeOffset Since, string Image, string ContainerName)
{
    /// <summary>The engine that runs it; <see langword="null"/> until one has been found.</summary>
    public string? Engine { get; init; }

    /// <summary>Its id; <see langword="null"/> while there is none.</summary>
    public string? ContainerId { get; init; }

    /// <summary>Where its model listener is published on this machine; <see langword="null"/> while there is no container.</summary>
    public Uri? Address { get; init; }

    /// <summary>Whether it calls a provider with the client's own credential, and so has to be told it.</summary>
    public bool TakesClientCredentials { get; init; }

    /// <summary>Restarts that count towards the limit; 0 again after a stable period.</summary>
    public int Restarts { get; init; }

    /// <summary>What went wrong last, also after it has come back; secrets are replaced.</summary>
    public string? LastError { get; init; }

    /// <summary>Whether that was a container that ran but did not say that it was well.</summary>
    public bool FailedHealthCheck { get; init; }

    /// <summary>When that was.</summary>
    public DateTimeOffset? LastErrorAt { get; init; }

    /// <summary>When its health was last asked for.</summary>
    public DateTimeOffset? LastHealthCheck { get; init; }

    /// <summary>How long the answer took, where it was good; <see langword="null"/> where it was not.</summary>
    public TimeSpan? LastHealthCheckTook { get; init; }

    /// <summary>Where requests may go now; <see langword="null"/> unless it is healthy.</summary>
    public Uri? ServingAddress => Status == PlanoContainerStatus.Healthy ? Address : null;
}
