namespace ModelScan.RoutingApi.Plano;

/// <summary>The container runs but does not say that it is well. The message says what to do.</summary>
internal sealed class ContainerUnhealthyException : Exception
{
    public ContainerUnhealthyException()
    {
    }

    public ContainerUnhealthyException(string message)
        : base(message)
    {
    }

    public ContainerUnhealthyException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
