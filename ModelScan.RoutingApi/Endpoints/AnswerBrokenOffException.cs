namespace ModelScan.RoutingApi.Endpoints;

/// <summary>Makes the server end a connection in the middle of an answer that cannot be completed. Not an error of the gateway's.</summary>
internal sealed class AnswerBrokenOffException : Exception
{
    public AnswerBrokenOffException()
        : base("the answer broke off")
    {
    }

    public AnswerBrokenOffException(string message)
        : base(message)
    {
    }

    public AnswerBrokenOffException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
