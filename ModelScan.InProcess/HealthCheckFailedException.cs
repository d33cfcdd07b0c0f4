namespace ModelScan.InProcess;

/// <summary>The embedded Plano container runs but is not healthy.</summary>
public sealed class HealthCheckFailedException : RouterException
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
