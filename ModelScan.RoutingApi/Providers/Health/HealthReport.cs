namespace ModelScan.RoutingApi.Providers.Health;

/// <summary>How one provider, key or model is, at one moment.</summary>
/// <param name="Scope">Which of the three.</param>
/// <param name="Name">Its name; of a key that of the entry that holds it, never the key.</param>
/// <param name="Status"><c>healthy</c>, <c>cooling_down</c>, or <c>probing</c> while one request finds out whether it is well again.</param>
/// <param name="Reason">Why it is not healthy; <see langword="null"/> when it is.</param>
/// <param name="Left">For how long it is left alone; <see langword="null"/> when it is not.</param>
/// <param name="Failures">Failures in a row.</param>
/// <param name="LastFailure">When the last one was; <see langword="null"/> when there was none.</param>
public sealed record HealthReport(HealthScope Scope, string Name, string Status, string? Reason, TimeSpan? Left, int Failures, DateTimeOffset? LastFailure)
{
    /// <summary>How answers and metrics name a scope.</summary>
    public static string NameOf(HealthScope scope) => scope switch
    {
        HealthScope.Provider => "provider",
        HealthScope.Key => "key",
        _ => "model",
    };
}
