namespace ModelScan.RoutingApi.Dialects.Canonical;

/// <summary>
/// Errors of answers that nobody but the gateway can tell of. Coding agents decide by words whether to ask again: "connection lost",
/// "timeout" and "service unavailable" are among those that they all look for.
/// </summary>
internal static class AnswerErrors
{
    /// <summary>The stream stopped before its end.</summary>
    public static ClientError Cut(AnswerContext context) => context.Error("closed the stream before the answer was complete: connection lost");

    /// <summary>The answer has nothing in it, not even a reason.</summary>
    public static ClientError Empty(AnswerContext context) => context.Error("ended its answer before it had begun: service unavailable");

    /// <summary>The reason that the provider gives says that it failed, or is not known.</summary>
    public static ClientError Reason(AnswerContext context, string field, string word) =>
        context.Error($"ended its answer with {field} \"{word}\", which is no end of a complete one: service unavailable");
}
