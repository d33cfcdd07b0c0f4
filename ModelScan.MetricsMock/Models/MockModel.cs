using System.Text.Json.Nodes;

namespace ModelScan.MetricsMock.Models;

/// <summary>One model of the mock's world. Immutable: a change makes a new one.</summary>
/// <param name="Name">Usually <c>provider/model</c>; a bare name is fine.</param>
internal sealed record MockModel(string Name)
{
    /// <summary>The start-up models, with the numbers of the model routing demo.</summary>
    public static IReadOnlyList<MockModel> Defaults { get; } =
    [
        new("anthropic/claude-sonnet-4-20250514") { LatencySeconds = 0.85, InputPerMillion = 3, OutputPerMillion = 15, CachedInputPerMillion = 0.3m },
        new("openai/gpt-4o") { LatencySeconds = 1.20, InputPerMillion = 5, OutputPerMillion = 20, CachedInputPerMillion = 2.5m },
        new("openai/gpt-4o-mini") { LatencySeconds = 0.40, InputPerMillion = 0.15m, OutputPerMillion = 0.6m, CachedInputPerMillion = 0.075m },
    ];

    /// <summary>95th percentile latency in seconds, published and waited for; <see langword="null"/> publishes nothing and does not wait.</summary>
    public double? LatencySeconds { get; init; }

    /// <summary>USD per million input tokens; <see langword="null"/> where no feed shall know it.</summary>
    public decimal? InputPerMillion { get; init; }

    /// <summary>USD per million output tokens; <see langword="null"/> where no feed shall know it.</summary>
    public decimal? OutputPerMillion { get; init; }

    /// <summary>USD per million input tokens read from a prompt cache.</summary>
    public decimal? CachedInputPerMillion { get; init; }

    /// <summary>What goes wrong at present; <see langword="null"/> when nothing does.</summary>
    public ModelFailure? Failure { get; init; }

    /// <summary>The part before the first slash; <c>mock</c> for a bare name.</summary>
    public string Provider => Name.IndexOf('/', StringComparison.Ordinal) is var slash and > 0 ? Name[..slash] : "mock";

    /// <summary>The part after the first slash: what a provider itself calls the model.</summary>
    public string BareName => Name.IndexOf('/', StringComparison.Ordinal) is var slash and > 0 ? Name[(slash + 1)..] : Name;

    /// <summary>This model as <c>GET /models</c> shows it, in the words that <c>PUT</c> takes.</summary>
    public JsonObject ToJson() => new()
    {
        ["name"] = Name,
        ["latency_seconds"] = LatencySeconds,
        ["input_per_million"] = InputPerMillion,
        ["output_per_million"] = OutputPerMillion,
        ["cached_input_per_million"] = CachedInputPerMillion,
        ["failure"] = Failure?.ToJson(),
    };
}
