namespace ModelScan.RoutingApi.Decisions.Embedded.Encoder;

/// <summary>The encoder cannot be loaded on this machine, or from these files; the message says why and is fit for people.</summary>
public sealed class EncoderUnavailableException : Exception
{
    public EncoderUnavailableException()
    {
    }

    public EncoderUnavailableException(string message)
        : base(message)
    {
    }

    public EncoderUnavailableException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
