namespace ModelScan.RoutingApi.Configuration;

/// <summary>Which requests may be answered with an answer that was given before (<c>response_cache.requests</c>).</summary>
public enum CachedRequests
{
    /// <summary>Those that ask for a temperature of 0.</summary>
    [ConfigName("deterministic")]
    Deterministic,

    /// <summary>All.</summary>
    [ConfigName("all")]
    All,
}

/// <summary>Answers that are given again to the same request (<c>response_cache</c>). Without the section there is none.</summary>
public sealed record ResponseCacheConfig
{
    /// <summary>Which requests.</summary>
    public CachedRequests Requests { get; init; }

    /// <summary>How old an answer becomes (<c>max_age</c>).</summary>
    public TimeSpan MaxAge { get; init; } = TimeSpan.FromHours(1);

    /// <summary>Most bytes of all answers together (<c>max_size</c>); those that were not asked for the longest go first.</summary>
    public long MaxSize { get; init; } = 64L << 20;

    /// <summary>Most bytes of one answer (<c>max_answer_size</c>); a larger one is not kept.</summary>
    public long MaxAnswerSize { get; init; } = 1L << 20;
}
