namespace ModelScan.RoutingApi.Wire;

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

    /// <summary>Whether the request is right in itself, and only this model or its provider cannot take it: another may.</summary>
    public bool IsUnfit { get; private init; }

    /// <summary>Says that a model cannot take a request that is right in itself.</summary>
    /// <param name="field">What it cannot take.</param>
    /// <param name="problem">Why.</param>
    public static InvalidRequestException Unfit(string field, string problem) => new(field, problem) { IsUnfit = true };
}
