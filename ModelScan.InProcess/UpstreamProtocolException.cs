namespace ModelScan.InProcess;

/// <summary>The provider answered with something that is not what its format promises.</summary>
public sealed class UpstreamProtocolException : RouterException
{
    public UpstreamProtocolException()
    {
    }

    public UpstreamProtocolException(string message)
        : base(message)
    {
    }

    public UpstreamProtocolException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
