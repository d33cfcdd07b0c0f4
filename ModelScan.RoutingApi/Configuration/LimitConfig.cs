namespace ModelScan.RoutingApi.Configuration;

/// <summary>What a limit counts (<c>kind</c>).</summary>
public enum LimitKind
{
    /// <summary>Money, in USD.</summary>
    [ConfigName("spend")]
    Spend,

    /// <summary>Tokens, weighted by <see cref="LimitConfig.Cost"/>.</summary>
    [ConfigName("tokens")]
    Tokens,

    /// <summary>Requests of clients; attempts after the first do not count.</summary>
    [ConfigName("requests")]
    Requests,

    /// <summary>Requests that are being answered at the same time.</summary>
    [ConfigName("parallel")]
    Parallel,
}

/// <summary>How strictly a limit is meant (<c>mode</c>).</summary>
public enum LimitMode
{
    /// <summary>What a request may come to is set aside before it is sent, so that the amount is not exceeded.</summary>
    [ConfigName("hard")]
    Hard,

    /// <summary>A request is counted when it is over; the first one after the amount is used up is refused.</summary>
    [ConfigName("soft")]
    Soft,

    /// <summary>Nothing is refused: what would have been is told.</summary>
    [ConfigName("shadow")]
    Shadow,
}

/// <summary>What happens to a request that does not fit (<c>on_exceeded</c>).</summary>
public enum OnExceeded
{
    /// <summary>It is refused.</summary>
    [ConfigName("reject")]
    Reject,

    /// <summary>Candidates that do not fit are left out before the others are ranked; where none fits it is refused.</summary>
    [ConfigName("route_cheaper")]
    RouteCheaper,

    /// <summary>Other models are asked (<see cref="LimitConfig.Fallback"/>).</summary>
    [ConfigName("fallback")]
    Fallback,
}

/// <summary>Whose use is counted together (<c>per</c>).</summary>
public enum LimitSubject
{
    /// <summary>Everybody's.</summary>
    All,

    /// <summary>That of one gateway key.</summary>
    Key,

    /// <summary>That of keys with one value of a tag.</summary>
    Tag,

    /// <summary>That of requests with one value of a header.</summary>
    Header,

    /// <summary>That of one model.</summary>
    Model,

    /// <summary>That of one provider.</summary>
    Provider,
}

/// <summary>A limit or budget (<c>governance.limits[]</c>, and Plano's <c>ratelimits[]</c>).</summary>
/// <param name="Id">Names it in answers, logs, metrics and stores.</param>
/// <param name="Kind">What it counts.</param>
/// <param name="Amount">How much of it: USD, tokens, requests, or requests at the same time.</param>
public sealed record LimitConfig(string Id, LimitKind Kind, double Amount)
{
    /// <summary>In which time; of no meaning for <see cref="LimitKind.Parallel"/>.</summary>
    public WindowConfig Window { get; init; } = new(WindowUnit.Month);

    /// <summary>Whose use is counted together.</summary>
    public LimitSubject Per { get; init; }

    /// <summary>The tag or header, where <see cref="Per"/> is one.</summary>
    public string? PerName { get; init; }

    /// <summary>How strictly it is meant.</summary>
    public LimitMode Mode { get; init; }

    /// <summary>What happens to a request that does not fit.</summary>
    public OnExceeded OnExceeded { get; init; }

    /// <summary>Models that are asked instead, where <see cref="OnExceeded"/> says so.</summary>
    public IReadOnlyList<string> Fallback { get; init; } = [];

    /// <summary>At which percentages it is told of, ascending.</summary>
    public IReadOnlyList<int> WarnAt { get; init; } = [];

    /// <summary>How tokens are weighted.</summary>
    public TokenCost Cost { get; init; } = TokenCost.Every;

    /// <summary>Models that it is for, as keys name them; empty for all.</summary>
    public IReadOnlyList<string> Models { get; init; } = [];

    /// <summary>Headers that a request must have for it, with these values.</summary>
    public IReadOnlyDictionary<string, string> Headers { get; init; } = new Dictionary<string, string>();

    /// <summary>Tags that a key must have for it, with these values.</summary>
    public IReadOnlyDictionary<string, string> Tags { get; init; } = new Dictionary<string, string>();

    /// <summary>Whether what it counts depends on who answers.</summary>
    public bool IsOfTheModel => Kind is LimitKind.Spend or LimitKind.Tokens || Per is LimitSubject.Model or LimitSubject.Provider || Models.Count > 0;
}

/// <summary>Units of windows.</summary>
public enum WindowUnit
{
    /// <summary>A second.</summary>
    [ConfigName("second")]
    Second,

    /// <summary>A minute.</summary>
    [ConfigName("minute")]
    Minute,

    /// <summary>An hour.</summary>
    [ConfigName("hour")]
    Hour,

    /// <summary>A day, from midnight on.</summary>
    [ConfigName("day")]
    Day,

    /// <summary>A week, from Monday on.</summary>
    [ConfigName("week")]
    Week,

    /// <summary>A month of the calendar.</summary>
    [ConfigName("month")]
    Month,

    /// <summary>The time before now, as long as <see cref="WindowConfig.Length"/> says.</summary>
    [ConfigName("rolling")]
    Rolling,
}

/// <summary>The time in which an amount may be used.</summary>
/// <param name="Unit">Its unit.</param>
public sealed record WindowConfig(WindowUnit Unit)
{
    /// <summary>How long a rolling one is, 1 minute to 366 days.</summary>
    public TimeSpan Length { get; init; }

    /// <summary>The time zone by which days, weeks and months go; <see langword="null"/> for UTC.</summary>
    public TimeZoneInfo? Zone { get; init; }
}

/// <summary>How much a token of each class counts for a limit of tokens.</summary>
/// <param name="Input">A token of the input that was neither read from a cache nor written to one.</param>
/// <param name="CacheRead">One that was read from the provider's prompt cache.</param>
/// <param name="CacheWrite">One that was written to it.</param>
/// <param name="Output">A token of the output, reasoning included.</param>
/// <param name="Reasoning">A token of the output that was reasoning, beside what it counts as output.</param>
public sealed record TokenCost(double Input, double CacheRead, double CacheWrite, double Output, double Reasoning = 0)
{
    /// <summary>Every token counts as one.</summary>
    public static TokenCost Every { get; } = new(1, 1, 1, 1);

    /// <summary>The input alone, as Plano counts.</summary>
    public static TokenCost OfInput { get; } = new(1, 1, 1, 0);
}
