namespace ModelScan.InProcess;

/// <summary>The provider, or all of them, answered with an error; its body is in <see cref="Body"/> where there was one answer.</summary>
public sealed class UpstreamStatusException : RouterException
{
    public UpstreamStatusException()
    {
    }

    public UpstreamStatusException(string message)
        : base(message)
    {
    }

    public UpstreamStatusException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    /// <summary>What the provider said, as it said it; <see langword="null"/> when several were asked.</summary>
    public string? Body { get; init; }
}
