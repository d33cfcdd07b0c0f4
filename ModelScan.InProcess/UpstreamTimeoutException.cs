namespace ModelScan.InProcess;

/// <summary>The provider did not answer in time (<c>routing.timeouts</c>, <c>routing.proxy.timeout</c>).</summary>
public sealed class UpstreamTimeoutException : RouterException
{
    public UpstreamTimeoutException()
    {
    }

    public UpstreamTimeoutException(string message)
        : base(message)
    {
    }

    public UpstreamTimeoutException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
