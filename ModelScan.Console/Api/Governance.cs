namespace ModelScan.WebConsole.Api;

/// <summary>The gateway's keys.</summary>
public sealed record KeysState
{
    /// <summary>What clients without a key may.</summary>
    public string Anonymous { get; set; } = "";

    /// <summary>Where keys that are made here are kept; <see langword="null"/> where none can be made.</summary>
    public string? File { get; set; }

    public IReadOnlyList<KeyState> Keys { get; set; } = [];
}

/// <summary>A key.</summary>
public sealed record KeyState
{
    public string Id { get; set; } = "";

    /// <summary><c>file</c> or <c>configuration</c>; keys of the configuration are changed there.</summary>
    public string From { get; set; } = "";

    /// <summary>Why it opens nothing; <see langword="null"/> where it does.</summary>
    public string? Problem { get; set; }

    public bool Disabled { get; set; }

    public IReadOnlyList<string> Models { get; set; } = [];

    public IReadOnlyList<string> Limits { get; set; } = [];

    public IReadOnlyDictionary<string, string> Tags { get; set; } = new Dictionary<string, string>();

    public DateTimeOffset? Expires { get; set; }

    public long Requests { get; set; }

    public DateTimeOffset? LastUsed { get; set; }
}

/// <summary>A key's secret, told once.</summary>
public sealed record KeySecret
{
    public string Id { get; set; } = "";

    public string Secret { get; set; } = "";
}

/// <summary>Limits and budgets.</summary>
public sealed record LimitsState
{
    public string Store { get; set; } = "";

    public string? Problem { get; set; }

    public IReadOnlyList<LimitState> Limits { get; set; } = [];

    public IReadOnlyList<RefusalState> Refusals { get; set; } = [];
}

/// <summary>A limit.</summary>
public sealed record LimitState
{
    public string Id { get; set; } = "";

    /// <summary><c>spend</c>, <c>tokens</c>, <c>requests</c> or <c>parallel</c>.</summary>
    public string Kind { get; set; } = "";

    public double Amount { get; set; }

    public string? Window { get; set; }

    public string Per { get; set; } = "";

    /// <summary><c>hard</c>, <c>soft</c> or <c>shadow</c>.</summary>
    public string Mode { get; set; } = "";

    public string OnExceeded { get; set; } = "";

    public IReadOnlyList<SubjectState> Subjects { get; set; } = [];
}

/// <summary>How far somebody has used a limit.</summary>
public sealed record SubjectState
{
    public string Subject { get; set; } = "";

    public double Used { get; set; }

    /// <summary>Set aside for requests that run.</summary>
    public double Reserved { get; set; }

    public double Left { get; set; }

    public double ResetsInSeconds { get; set; }
}

/// <summary>A request that was refused.</summary>
public sealed record RefusalState
{
    public DateTimeOffset Time { get; set; }

    public string? Key { get; set; }

    public string Reason { get; set; } = "";

    public string? Model { get; set; }

    /// <summary>Whether it would only have been refused.</summary>
    public bool Shadow { get; set; }
}
