namespace ModelScan.InProcess;

/// <summary>Neither the mode in force nor direct mode could answer; the message has both reasons.</summary>
public sealed class FallbackFailedException : RouterException
{
    public FallbackFailedException()
    {
    }

    public FallbackFailedException(string message)
        : base(message)
    {
    }

    public FallbackFailedException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
