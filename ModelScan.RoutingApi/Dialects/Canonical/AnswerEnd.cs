using ModelScan.RoutingApi.UsageReports;

namespace ModelScan.RoutingApi.Dialects.Canonical;

/// <summary>Why an answer ended.</summary>
internal enum AnswerOutcome
{
    /// <summary>The model has said what it had to say.</summary>
    Whole,

    /// <summary>As <see cref="Whole"/>, to have tools called.</summary>
    Calls,

    /// <summary>As <see cref="Whole"/>, by one of the request's stop sequences.</summary>
    StopSequence,

    /// <summary>Cut by the limit of output tokens.</summary>
    Length,

    /// <summary>Cut where the model can read no more.</summary>
    ContextWindow,

    /// <summary>The provider interrupts a long turn and wants to be asked to go on.</summary>
    Paused,

    /// <summary>A filter, or the model, refused.</summary>
    Refused,

    /// <summary>It is not to be used: the provider failed, or what came is not the whole of it.</summary>
    Failed,
}

/// <summary>The end of an answer.</summary>
/// <param name="Outcome">Why it ended.</param>
internal sealed record AnswerEnd(AnswerOutcome Outcome)
{
    /// <summary>What it cost; <see langword="null"/> where the provider does not say.</summary>
    public TokenTotals? Usage { get; init; }

    /// <summary>The stop sequence that ended it, where the provider tells.</summary>
    public string? StopSequence { get; init; }

    /// <summary>The tier that served it, as the provider names it.</summary>
    public string? ServiceTier { get; init; }

    /// <summary>Why it failed; set where, and only where, it did.</summary>
    public ClientError? Error { get; init; }

    /// <summary>Whether what stands at its end may be half of something: a sentence, a call.</summary>
    public bool IsCut => Outcome is AnswerOutcome.Length or AnswerOutcome.ContextWindow or AnswerOutcome.Paused or AnswerOutcome.Refused;

    /// <summary>The end of an answer that failed.</summary>
    public static AnswerEnd Failed(ClientError error, TokenTotals? usage = null) => new(AnswerOutcome.Failed) { Error = error, Usage = usage };
}
