namespace ModelScan.InProcess;

/// <summary>No configured provider serves the model that was asked for.</summary>
public sealed class ProviderNotFoundException : RouterException
{
    public ProviderNotFoundException()
    {
    }

    public ProviderNotFoundException(string message)
        : base(message)
    {
    }

    public ProviderNotFoundException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
