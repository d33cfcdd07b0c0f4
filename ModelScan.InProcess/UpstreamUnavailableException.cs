namespace ModelScan.InProcess;

/// <summary>The provider could not be reached, or the connection broke.</summary>
public sealed class UpstreamUnavailableException : RouterException
{
    public UpstreamUnavailableException()
    {
    }

    public UpstreamUnavailableException(string message)
        : base(message)
    {
    }

    public UpstreamUnavailableException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
