using ModelScan.RoutingApi.Dialects;

namespace ModelScan.RoutingApi.Routing.Attempts;

/// <summary>A request goes on from a response that neither the gateway has nor the provider can have.</summary>
internal sealed class EarlierMissingException : Exception
{
    public EarlierMissingException()
    {
    }

    public EarlierMissingException(string message)
        : base(message)
    {
    }

    public EarlierMissingException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    /// <summary>With what the client is told where nobody else can be asked.</summary>
    public EarlierMissingException(ClientError error)
        : base(error.Message) => Error = error;

    /// <summary>What the client is told where nobody else can be asked.</summary>
    public ClientError Error { get; } = ClientError.Internal();
}
