using ModelScan.RoutingApi.UsageReports;

namespace ModelScan.RoutingApi.RequestLog.Records;

/// <summary>
/// What became of one client's request, written when it is over: who asked what, what was decided and why, who was asked and what came of
/// it, and what it cost. Immutable, without what was said (that is a <see cref="RequestBody"/>, where it is kept at all).
/// </summary>
/// <param name="Id">The request's name, which tells when it came.</param>
internal sealed record RequestRecord(RequestId Id)
{
    private readonly int? _attemptCount;

    /// <summary>The trace that it belongs to, 32 hex digits.</summary>
    public string? TraceId { get; init; }

    public RequestState State { get; init; }

    /// <summary>The HTTP status that the client was told; 499 where it left.</summary>
    public int Status { get; init; }

    /// <summary>What went wrong, as errors are called in answers and metrics; <see langword="null"/> where nothing did.</summary>
    public string? ErrorType { get; init; }

    /// <summary>The same in words, at most 256 letters.</summary>
    public string? ErrorMessage { get; init; }

    /// <summary>From its arrival to the end of its answer.</summary>
    public TimeSpan Duration { get; init; }

    /// <summary>From its arrival to the first byte of the answer; <see langword="null"/> where none came.</summary>
    public TimeSpan? TimeToFirstByte { get; init; }

    /// <summary>From its arrival to sending the first attempt: the gateway's own time. <see langword="null"/> where nothing was sent.</summary>
    public TimeSpan? GatewayTime { get; init; }

    /// <summary>What was wanted: <c>chat</c>, <c>count_tokens</c>, <c>decide</c>.</summary>
    public string Operation { get; init; } = "chat";

    /// <summary>The client's format: <c>chat</c>, <c>messages</c>, <c>responses</c>.</summary>
    public string Format { get; init; } = "chat";

    public bool Stream { get; init; }

    /// <summary>Who asked: the gateway's key, else a fingerprint of the credential; <see langword="null"/> without either.</summary>
    public string? Key { get; init; }

    /// <summary>The client's product without its version (<c>claude-cli</c>).</summary>
    public string? UserAgent { get; init; }

    /// <summary>The session; <see langword="null"/> for none.</summary>
    public string? Session { get; init; }

    /// <summary>Whether the client named the session itself.</summary>
    public bool SessionIsExplicit { get; init; }

    /// <summary>Which of the person's messages it is, from 1, as far as the conversation shows it; <see langword="null"/> where nobody read it.</summary>
    public int? Turn { get; init; }

    /// <summary>Whether the session was alive.</summary>
    public bool Pinned { get; init; }

    /// <summary>Whether a live session moved to another model.</summary>
    public bool Switched { get; init; }

    /// <summary>What the session made of the decision; <see langword="null"/> where there was none to make.</summary>
    public string? SessionReason { get; init; }

    /// <summary>USD that a switch costs or would cost.</summary>
    public double? SwitchCost { get; init; }

    /// <summary>The model that the client named.</summary>
    public string? RequestModel { get; init; }

    /// <summary>How models were reached (<c>routing.mode</c>).</summary>
    public string Mode { get; init; } = "";

    /// <summary>Which configuration decided: the beginning of its hash.</summary>
    public string? ConfigHash { get; init; }

    /// <summary>The route; <see langword="null"/> where none matched.</summary>
    public string? Route { get; init; }

    /// <summary>What decided: a classifier, the session, or nothing.</summary>
    public string? DecidedBy { get; init; }

    /// <summary>Probability in 0..1 of the route, where the classifier gives one.</summary>
    public double? Confidence { get; init; }

    /// <summary>The route that came second in probability.</summary>
    public string? RunnerUp { get; init; }

    /// <summary>Probability of the route minus that of the next one.</summary>
    public double? Margin { get; init; }

    /// <summary>How long deciding took; <see langword="null"/> where nothing was decided.</summary>
    public TimeSpan? DecisionTime { get; init; }

    /// <summary>Why this model, in a few words for people.</summary>
    public string Why { get; init; } = "";

    /// <summary>Why the mode in force did not answer.</summary>
    public string? Fallback { get; init; }

    /// <summary>The models that could have answered, best first.</summary>
    public IReadOnlyList<CandidateRecord> Candidates { get; init; } = [];

    /// <summary>The requests that were sent, in order.</summary>
    public IReadOnlyList<AttemptRecord> Attempts { get; init; } = [];

    /// <summary>How many requests were sent; known of a record whose attempts have not been read, too.</summary>
    public int AttemptCount
    {
        get => _attemptCount ?? Attempts.Count;
        init => _attemptCount = value;
    }

    /// <summary>The provider that answered, or was asked last, as the configuration calls it.</summary>
    public string? Provider { get; init; }

    /// <summary>The model that was asked (<c>provider/model</c>).</summary>
    public string? Model { get; init; }

    /// <summary>The model as the answer names it.</summary>
    public string? ResponseModel { get; init; }

    /// <summary>Tokens as the provider reported them.</summary>
    public TokenUsage? Usage { get; init; }

    /// <summary>Whether the answer is the gateway's own estimate.</summary>
    public bool IsEstimated { get; init; }

    public CostRecord Cost { get; init; } = CostRecord.Nothing;

    /// <summary>Fields of the request that the provider was not told.</summary>
    public IReadOnlyList<string> Dropped { get; init; } = [];

    /// <summary>Limits and budgets that had a say.</summary>
    public IReadOnlyList<string> Limits { get; init; } = [];

    /// <summary>Guards that had a say, and what they did.</summary>
    public IReadOnlyList<string> Guards { get; init; } = [];

    /// <summary>What the client labelled it with, <c>name=value</c> each.</summary>
    public IReadOnlyList<string> Tags { get; init; } = [];

    /// <summary>Whether there is a <see cref="RequestBody"/>.</summary>
    public bool HasBody { get; init; }

    /// <summary>Whether what the decision was made on is kept, so that it can be made again.</summary>
    public bool HasInput { get; init; }
}

/// <summary>How a request ended.</summary>
internal enum RequestState
{
    /// <summary>The client has its answer whole.</summary>
    Completed,

    /// <summary>There is no answer, or it broke off.</summary>
    Failed,

    /// <summary>The client left before its answer was whole.</summary>
    Aborted,

    /// <summary>The gateway refused it: a request that is wrong, a limit, a guard.</summary>
    Refused,
}

/// <summary>A model that could have answered.</summary>
/// <param name="Model">The model.</param>
/// <param name="Reason">Why it stands where it does, or why it was not asked.</param>
/// <param name="WasPassedOver">Whether it was not asked.</param>
/// <param name="InputPrice">USD per million input tokens; <see langword="null"/> where unknown.</param>
/// <param name="OutputPrice">USD per million output tokens; <see langword="null"/> where unknown.</param>
/// <param name="Latency">Seconds to the first token; <see langword="null"/> where unknown.</param>
internal readonly record struct CandidateRecord(string Model, string Reason, bool WasPassedOver = false, double? InputPrice = null, double? OutputPrice = null, double? Latency = null);

/// <summary>A request that was sent to a model.</summary>
/// <param name="Provider">The provider.</param>
/// <param name="Model">The model.</param>
/// <param name="Status">Its HTTP status; 0 where there was none.</param>
/// <param name="SentAfter">From the client's request to sending this one.</param>
/// <param name="FirstByte">From sending it to the first byte of its answer.</param>
/// <param name="Duration">From sending it to the end of its answer.</param>
/// <param name="Outcome"><c>answered</c>, or what went wrong.</param>
/// <param name="Reason">The same in words.</param>
/// <param name="Connect">How long it took to connect, where the attempt had to: name and TCP, without TLS. <see langword="null"/> where a connection was there.</param>
internal readonly record struct AttemptRecord(
    string Provider, string Model, int Status, TimeSpan SentAfter, TimeSpan? FirstByte, TimeSpan Duration, string Outcome, string? Reason, TimeSpan? Connect = null);
