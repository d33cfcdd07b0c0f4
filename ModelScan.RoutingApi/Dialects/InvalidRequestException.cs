namespace ModelScan.RoutingApi.Dialects;

/// <summary>A client's request is wrong. The message is written for the client and says what and where.</summary>
public sealed class InvalidRequestException : Exception
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

    /// <summary>Names the field that is wrong.</summary>
    public InvalidRequestException(string field, string problem)
        : base($"{field}: {problem}") => Field = field;

    /// <summary>The field, such as <c>messages[2].role</c>; <see langword="null"/> when the body as a whole is wrong.</summary>
    public string? Field { get; }
}
