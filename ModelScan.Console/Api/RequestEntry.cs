using System.Text.Json.Serialization;

namespace ModelScan.WebConsole.Api;

/// <summary>A request on record, as <c>/admin/requests</c> tells it; what only a whole record has is empty in a row of a list.</summary>
public sealed record RequestEntry
{
    public string Id { get; set; } = "";

    public string? TraceId { get; set; }

    public DateTimeOffset Started { get; set; }

    /// <summary><c>completed</c>, <c>failed</c>, <c>aborted</c> or <c>refused</c>.</summary>
    public string State { get; set; } = "";

    public int Status { get; set; }

    public string? ErrorType { get; set; }

    public string? ErrorMessage { get; set; }

    public string OperationName { get; set; } = "chat";

    /// <summary><c>chat</c>, <c>messages</c> or <c>responses</c>.</summary>
    public string Format { get; set; } = "chat";

    public bool Stream { get; set; }

    public string? Key { get; set; }

    public string? UserAgent { get; set; }

    public string? ConversationId { get; set; }

    public bool Pinned { get; set; }

    public bool Switched { get; set; }

    public bool Fallback { get; set; }

    public string? RequestModel { get; set; }

    public string? Model { get; set; }

    public string? ResponseModel { get; set; }

    public string? ProviderName { get; set; }

    public string Mode { get; set; } = "";

    public string? Route { get; set; }

    /// <summary>Probability of the route, 0 to 1.</summary>
    public double? Confidence { get; set; }

    public string Why { get; set; } = "";

    /// <summary>Milliseconds.</summary>
    public double DurationMs { get; set; }

    /// <summary>Milliseconds to the first byte of the answer.</summary>
    public double? TimeToFirstChunkMs { get; set; }

    public int AttemptCount { get; set; }

    public UsageEntry? Usage { get; set; }

    public CostEntry Cost { get; set; } = new();

    public IReadOnlyList<string> Tags { get; set; } = [];

    public bool HasBody { get; set; }

    public bool HasInput { get; set; }

    public string? Policy { get; set; }

    public string? DecidedBy { get; set; }

    public string? SessionReason { get; set; }

    public bool SessionExplicit { get; set; }

    /// <summary>Milliseconds of the gateway's own before it asked anybody.</summary>
    public double? GatewayMs { get; set; }

    public string? FallbackReason { get; set; }

    /// <summary>The route that came second.</summary>
    public string? RunnerUp { get; set; }

    /// <summary>Probability of the route minus that of the next one.</summary>
    public double? Margin { get; set; }

    public double? DecisionMs { get; set; }

    public double? SwitchCostUsd { get; set; }

    public IReadOnlyList<CandidateEntry> Candidates { get; set; } = [];

    public IReadOnlyList<AttemptEntry> Attempts { get; set; } = [];

    public IReadOnlyList<string> Dropped { get; set; } = [];

    public IReadOnlyList<string> Limits { get; set; } = [];

    public IReadOnlyList<string> Guards { get; set; } = [];

    public FeedbackEntry? Feedback { get; set; }

    public BodyEntry? Body { get; set; }

    /// <summary>What answered, or was asked last; else what was asked for.</summary>
    [JsonIgnore]
    public string? AnsweredBy => Model ?? RequestModel;
}

/// <summary>Tokens as the provider counted them.</summary>
public sealed record UsageEntry
{
    public long InputTokens { get; set; }

    public long CacheReadInputTokens { get; set; }

    public long CacheWriteInputTokens { get; set; }

    public long OutputTokens { get; set; }

    public long ReasoningOutputTokens { get; set; }

    public bool Estimated { get; set; }
}

/// <summary>What a request cost, in USD.</summary>
public sealed record CostEntry
{
    /// <summary><c>priced</c>, <c>no_price</c> or <c>nothing_billable</c>.</summary>
    public string State { get; set; } = "nothing_billable";

    public double? TotalUsd { get; set; }

    public double? InputUsd { get; set; }

    public double? CacheReadUsd { get; set; }

    public double? CacheWriteUsd { get; set; }

    public double? OutputUsd { get; set; }

    public string? PriceSource { get; set; }

    public DateTimeOffset? PriceTime { get; set; }

    /// <summary>The same tokens at the model that was asked for.</summary>
    public double? RequestedUsd { get; set; }

    public double? SavedUsd { get; set; }
}

/// <summary>A model that could have answered.</summary>
public sealed record CandidateEntry
{
    public string Model { get; set; } = "";

    public string Reason { get; set; } = "";

    public bool PassedOver { get; set; }

    public double? InputUsdPerMillion { get; set; }

    public double? OutputUsdPerMillion { get; set; }

    /// <summary>Seconds.</summary>
    [JsonPropertyName("latency_s")]
    public double? LatencySeconds { get; set; }
}

/// <summary>A request that was sent to a model.</summary>
public sealed record AttemptEntry
{
    public string ProviderName { get; set; } = "";

    public string Model { get; set; } = "";

    public int Status { get; set; }

    public double SentAfterMs { get; set; }

    /// <summary>Milliseconds after it was sent.</summary>
    public double? FirstByteMs { get; set; }

    public double DurationMs { get; set; }

    public string Outcome { get; set; } = "";

    public string? Reason { get; set; }
}

/// <summary>What a person says of a decision.</summary>
public sealed record FeedbackEntry
{
    public bool Right { get; set; }

    public string? Route { get; set; }

    public DateTimeOffset At { get; set; }
}

/// <summary>What was said.</summary>
public sealed record BodyEntry
{
    public string? Request { get; set; }

    public string? Response { get; set; }

    /// <summary>A stream's events as they went to the client.</summary>
    public string? Stream { get; set; }

    public string? DecisionInput { get; set; }

    public bool Cut { get; set; }
}
