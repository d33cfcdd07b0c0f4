namespace ModelScan.WebConsole.Api;

/// <summary>Which models should answer, and why.</summary>
public sealed record DecisionAnswer
{
    public IReadOnlyList<string> Models { get; set; } = [];

    public string? Route { get; set; }

    public string? TraceId { get; set; }

    public Explanation? Explanation { get; set; }
}

/// <summary>What stands behind a decision.</summary>
public sealed record Explanation
{
    public string DecidedBy { get; set; } = "";

    public string? RoutesFrom { get; set; }

    public Classification? Classification { get; set; }

    public IReadOnlyList<Ranked> Ranking { get; set; } = [];

    public IReadOnlyList<string> Notes { get; set; } = [];
}

/// <summary>How near a prompt is to each route.</summary>
public sealed record Classification
{
    public string Classifier { get; set; } = "";

    public string? Route { get; set; }

    public double? Probability { get; set; }

    public double? NoneProbability { get; set; }

    public double? Threshold { get; set; }

    public double? Margin { get; set; }

    public IReadOnlyList<RouteScore> Scores { get; set; } = [];
}

/// <summary>How near a prompt is to one route.</summary>
public sealed record RouteScore
{
    public string Route { get; set; } = "";

    public double? Score { get; set; }

    public double? Cosine { get; set; }

    public double? Probability { get; set; }
}

/// <summary>A candidate and why it stands where it does.</summary>
public sealed record Ranked
{
    public string Model { get; set; } = "";

    public double? InputUsdPerMillion { get; set; }

    public double? OutputUsdPerMillion { get; set; }

    public double? LatencySeconds { get; set; }

    public double? DataAgeSeconds { get; set; }

    public string? Reason { get; set; }
}

/// <summary>What another policy would have done.</summary>
public sealed record Redecisions
{
    public int Records { get; set; }

    public int Decided { get; set; }

    public int OtherModels { get; set; }

    public int OtherRoutes { get; set; }

    public RedecidedCost Cost { get; set; } = new();

    public RedecidedSwitches Switches { get; set; } = new();

    public IReadOnlyList<Moved> Routes { get; set; } = [];

    public IReadOnlyList<Moved> Models { get; set; } = [];

    public IReadOnlyList<Undecidable> Undecidable { get; set; } = [];

    public IReadOnlyList<ChangedRequest> Changes { get; set; } = [];

    public IReadOnlyList<string> Notes { get; set; } = [];
}

/// <summary>Cost before and after, USD.</summary>
public sealed record RedecidedCost
{
    public int Requests { get; set; }

    public double BeforeUsd { get; set; }

    public double AfterLowUsd { get; set; }

    public double AfterHighUsd { get; set; }

    public string Means { get; set; } = "";
}

/// <summary>Switches of sessions between models.</summary>
public sealed record RedecidedSwitches
{
    public int Before { get; set; }

    public int After { get; set; }

    public double CostUsd { get; set; }
}

/// <summary>From where to where.</summary>
public sealed record Moved(string? From, string? To, int Requests);

/// <summary>Why requests cannot be decided.</summary>
public sealed record Undecidable(string Reason, int Requests);

/// <summary>A request that another policy would have decided otherwise.</summary>
public sealed record ChangedRequest
{
    public string Id { get; set; } = "";

    public string? RouteBefore { get; set; }

    public string? RouteAfter { get; set; }

    public string? ModelBefore { get; set; }

    public string? ModelAfter { get; set; }

    public double? CostBeforeUsd { get; set; }

    public double? CostAfterLowUsd { get; set; }

    public double? CostAfterHighUsd { get; set; }
}
