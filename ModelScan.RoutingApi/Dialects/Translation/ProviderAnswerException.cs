namespace ModelScan.RoutingApi.Dialects.Translation;

/// <summary>A provider's answer is not what its format promises. The message is for the log and for the client.</summary>
public sealed class ProviderAnswerException : Exception
{
    public ProviderAnswerException()
    {
    }

    public ProviderAnswerException(string message)
        : base(message)
    {
    }

    public ProviderAnswerException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    /// <summary>The provider said that it failed, although its status was 2xx.</summary>
    public ProviderAnswerException(ClientError error)
        : base(error?.Message) => Error = error;

    /// <summary>What the provider said; <see langword="null"/> where it said nothing that can be understood.</summary>
    public ClientError? Error { get; }
}
