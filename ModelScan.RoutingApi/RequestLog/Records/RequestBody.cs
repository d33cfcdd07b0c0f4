namespace ModelScan.RoutingApi.RequestLog.Records;

/// <summary>What was said in a request, kept apart from its <see cref="RequestRecord"/> and only where the configuration wants it.</summary>
/// <param name="Id">The request.</param>
internal sealed record RequestBody(RequestId Id)
{
    /// <summary>The request's body as it came, at its beginning.</summary>
    public string? Request { get; init; }

    /// <summary>The answer: a stream put together, anything else as it went, at its beginning.</summary>
    public string? Response { get; init; }

    /// <summary>A stream's events as they went, at their beginning; <see langword="null"/> for another answer, and where something secret may be in the pieces.</summary>
    public string? Stream { get; init; }

    /// <summary>What the decision was made on: the person's newest messages, as JSON.</summary>
    public string? Input { get; init; }

    /// <summary>Whether something was longer than what is kept.</summary>
    public bool IsCut { get; init; }

    /// <summary>Memory that it takes, about, in bytes.</summary>
    public int Size => 64 + (2 * ((Request?.Length ?? 0) + (Response?.Length ?? 0) + (Stream?.Length ?? 0) + (Input?.Length ?? 0)));
}

/// <summary>A person's verdict on a decision.</summary>
/// <param name="Id">The request.</param>
/// <param name="IsRight">Whether the route was right.</param>
/// <param name="Route">The route that would have been; <see langword="null"/> for none, or where nobody said.</param>
/// <param name="Names">Whether <paramref name="Route"/> was named, be it as none.</param>
/// <param name="At">When it was given.</param>
internal sealed record RouteFeedback(RequestId Id, bool IsRight, string? Route, bool Names, DateTimeOffset At);
