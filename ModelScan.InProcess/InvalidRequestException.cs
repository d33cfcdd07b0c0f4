namespace ModelScan.InProcess;

/// <summary>The request is wrong, or none of the models that might answer can take it. The message says what and where.</summary>
public sealed class InvalidRequestException : RouterException
{
    public InvalidRequestException()
    {
    }

    public InvalidRequestException(string message)
        : base(message)
    {
    }

    public InvalidRequestException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    /// <summary>The field that is wrong, such as <c>messages[2].role</c>; <see langword="null"/> when the request as a whole is.</summary>
    public string? Field { get; init; }
}
