namespace ModelScan.RoutingApi.Decisions.RouterModels;

/// <summary>Why the router model gave no usable answer.</summary>
/// <param name="Message">For people; goes into logs and explanations.</param>
/// <param name="ErrorType">For counting: <c>timeout</c>, <c>unreachable</c>, <c>unparsable</c>, <c>paused</c>, or a status code.</param>
/// <param name="Cause">What it came from; its text may name hosts and goes into logs only.</param>
internal sealed record RouterModelFailure(string Message, string ErrorType, Exception? Cause = null)
{
    /// <summary>Whether asking again at once would only cost time: nobody answers there.</summary>
    public bool IsOutage => ErrorType is "timeout" or "unreachable";
}

/// <summary>What came of asking the router model: exactly one of the two is set.</summary>
internal readonly record struct RouterReply(RouterAnswer? Answer, RouterModelFailure? Failure)
{
    public static implicit operator RouterReply(RouterAnswer answer) => new(answer, null);

    public static implicit operator RouterReply(RouterModelFailure failure) => new(null, failure);
}
