namespace ModelScan.RoutingApi.Plano;

/// <summary>The container cannot be started, or has ended. The message says why and what to do.</summary>
internal sealed class ContainerDownException : Exception
{
    public ContainerDownException()
    {
    }

    public ContainerDownException(string message)
        : base(message)
    {
    }

    public ContainerDownException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    /// <summary>Whether only a person can help: trying again soon is of no use.</summary>
    public bool IsLasting { get; init; }
}
