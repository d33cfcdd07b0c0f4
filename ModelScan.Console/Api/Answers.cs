using System.Text.Json;
using System.Text.Json.Serialization;

namespace ModelScan.WebConsole.Api;

/// <summary>A page of requests, the latest first.</summary>
/// <param name="Data">The requests.</param>
/// <param name="Next">Where the next page begins; <see langword="null"/> for none.</param>
public sealed record RequestPage(IReadOnlyList<RequestEntry> Data, string? Next);

/// <summary>Groups of requests.</summary>
/// <param name="Data">The groups.</param>
public sealed record AggregatePage(IReadOnlyList<AggregateEntry> Data);

/// <summary>What some requests come to.</summary>
public sealed record AggregateEntry
{
    public DateTimeOffset? Start { get; set; }

    public long Requests { get; set; }

    public long Failed { get; set; }

    public long Aborted { get; set; }

    public long Refused { get; set; }

    public long InputTokens { get; set; }

    public long CacheReadInputTokens { get; set; }

    public long OutputTokens { get; set; }

    public double CostUsd { get; set; }

    public double SavedUsd { get; set; }

    public long WithoutPrice { get; set; }

    public Quantiles? TimeToFirstChunkMs { get; set; }

    public Quantiles? DurationMs { get; set; }

    public Quantiles? GatewayMs { get; set; }

    /// <summary>What they are grouped by, each under its own name.</summary>
    [JsonExtensionData]
    public IDictionary<string, JsonElement>? Values { get; set; }

    /// <summary>One of <see cref="Values"/>; <see langword="null"/> where requests have none.</summary>
    /// <param name="name">What they are grouped by.</param>
    public string? Value(string name) => Values is not null && Values.TryGetValue(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}

/// <summary>Quantiles, milliseconds.</summary>
public sealed record Quantiles
{
    public double P50 { get; set; }

    public double P95 { get; set; }

    public double? P99 { get; set; }
}

/// <summary>Where requests are recorded, and what could not be.</summary>
public sealed record LogStatus
{
    public string Store { get; set; } = "none";

    public string? Place { get; set; }

    public string? Problem { get; set; }

    public long Waiting { get; set; }

    public long ShedRecords { get; set; }

    public long ShedBodies { get; set; }

    public IReadOnlyList<string> FilterKeys { get; set; } = [];
}

/// <summary>The mode in force.</summary>
public sealed record ModeState
{
    public string Mode { get; set; } = "";

    public string Configured { get; set; } = "";

    public bool Commanded { get; set; }

    public DateTimeOffset Since { get; set; }

    public IReadOnlyList<ServingMode> Serving { get; set; } = [];
}

/// <summary>A mode that requests are in.</summary>
public sealed record ServingMode(string Mode, int Requests, bool Draining);

/// <summary>The configuration in force.</summary>
public sealed record ConfigState
{
    public string Source { get; set; } = "";

    public string Hash { get; set; } = "";

    public DateTimeOffset Since { get; set; }

    public string Mode { get; set; } = "";

    public string Classifier { get; set; } = "";

    public string? ClassifierProblem { get; set; }

    public IReadOnlyList<string> Routes { get; set; } = [];

    public IReadOnlyList<string> Warnings { get; set; } = [];

    public IReadOnlyList<string> Notices { get; set; } = [];

    public IReadOnlyList<string> Refused { get; set; } = [];

    public IReadOnlyList<FeedState> ModelMetricsSources { get; set; } = [];

    public JsonElement Document { get; set; }
}

/// <summary>A source of prices or latencies.</summary>
public sealed record FeedState
{
    public string Name { get; set; } = "";

    public int Models { get; set; }

    public double? AgeSeconds { get; set; }

    public int Failures { get; set; }

    public string? LastFailure { get; set; }
}

/// <summary>The configured models, and how providers, keys and models are.</summary>
/// <param name="Models">The models.</param>
/// <param name="Health">Whatever has something to tell.</param>
public sealed record ProvidersState(IReadOnlyList<ModelState> Models, IReadOnlyList<HealthState> Health);

/// <summary>A configured model.</summary>
public sealed record ModelState
{
    public string Name { get; set; } = "";

    public string Provider { get; set; } = "";

    public string Model { get; set; } = "";

    public string? Address { get; set; }

    /// <summary><c>client</c>, <c>none</c> or <c>configured</c>.</summary>
    public string Credential { get; set; } = "";

    /// <summary>Why it is not asked at this moment; <see langword="null"/> where it is.</summary>
    public string? LeftAlone { get; set; }

    /// <summary>Why it can never be asked; <see langword="null"/> where it can.</summary>
    public string? Problem { get; set; }

    public bool Mocked { get; set; }

    public bool Default { get; set; }

    public bool Wildcard { get; set; }

    public IReadOnlyList<string> Takes { get; set; } = [];

    public long? ContextTokens { get; set; }

    public long? MaxOutputTokens { get; set; }

    public double? InputUsdPerMillion { get; set; }

    public double? OutputUsdPerMillion { get; set; }

    public double? LatencySeconds { get; set; }
}

/// <summary>How a provider, a key or a model is.</summary>
public sealed record HealthState
{
    public string Scope { get; set; } = "";

    public string Name { get; set; } = "";

    public string Status { get; set; } = "";

    public string? Reason { get; set; }

    public double? LeftSeconds { get; set; }

    public int Failures { get; set; }

    public DateTimeOffset? LastFailure { get; set; }
}

/// <summary>An error as the gateway tells it.</summary>
/// <param name="Error">The error.</param>
public sealed record ApiError(ApiErrorBody? Error);

/// <summary>What is wrong.</summary>
/// <param name="Message">In words.</param>
public sealed record ApiErrorBody(string? Message);
