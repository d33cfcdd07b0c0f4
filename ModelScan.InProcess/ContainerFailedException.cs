namespace ModelScan.InProcess;

/// <summary>The embedded Plano container cannot be run.</summary>
public sealed class ContainerFailedException : RouterException
{
    public ContainerFailedException()
    {
    }

    public ContainerFailedException(string message)
        : base(message)
    {
    }

    public ContainerFailedException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
