namespace ModelScan.RoutingApi.Plano;

/// <summary>The container runs but does not say that it is well. The message says what to do.</summary>
internal sealed class HealthCheckFailedException : Exception
{
    public HealthCheckFailedException()
    {
    }

    public HealthCheckFailedException(string message)
        : base(message)
    {
    }

    public HealthCheckFailedException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
