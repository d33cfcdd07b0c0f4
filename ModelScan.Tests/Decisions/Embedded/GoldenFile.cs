using System.Text.Json;
using ModelScan.RoutingApi.Decisions;

namespace ModelScan.Tests.Decisions.Embedded;

/// <summary>The golden files: JSON lines with what the reference implementation makes of a text or a case.</summary>
internal static class GoldenFile
{
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web);

    /// <summary>Texts with ids and the first components of their vectors.</summary>
    public static IReadOnlyList<GoldenText> Texts { get; } = Read<GoldenText>("golden.jsonl");

    /// <summary>More texts with ids.</summary>
    public static IReadOnlyList<GoldenText> MoreTexts { get; } = Read<GoldenText>("golden-ids.jsonl");

    public static IReadOnlyList<GoldenCase> Cases { get; } = Read<GoldenCase>("golden-scores.jsonl");

    private static T[] Read<T>(string file) =>
        [.. File.ReadLines(Path.Combine(AppContext.BaseDirectory, "Decisions", "Embedded", "Golden", file))
            .Select(line => JsonSerializer.Deserialize<T>(line, Options)!)];
}

internal sealed record GoldenText(string Text, int[] Ids, float[]? Vector);

/// <summary>A decision about a prompt (<c>kind</c> single), or about every turn of a conversation (dialogue).</summary>
internal sealed record GoldenCase
{
    public required string Kind { get; init; }

    public required IReadOnlyList<GoldenRoute> Routes { get; init; }

    public required string[] RouteTexts { get; init; }

    public string? Prompt { get; init; }

    public double[] Cosine { get; init; } = [];

    public double Prior { get; init; }

    public double[] Utility { get; init; } = [];

    public double None { get; init; }

    public double P { get; init; }

    public double PNone { get; init; }

    public double T { get; init; }

    public string? Decision { get; init; }

    public IReadOnlyList<GoldenTurn> Turns { get; init; } = [];

    public RouteSet RouteSet() => new([.. Routes.Select(r => new ClassifiableRoute(r.Name, r.Description ?? "", []))]);
}

internal sealed record GoldenRoute(string Name, string? Description);

internal sealed record GoldenTurn
{
    public required string User { get; init; }

    public string? AssistantBefore { get; init; }

    public required double[] Cosine { get; init; }

    public double[]? Context { get; init; }

    public double Short { get; init; }

    public double Asked { get; init; }

    public int Previous { get; init; }

    public double Prior { get; init; }

    public required double[] Utility { get; init; }

    public double None { get; init; }

    public double P { get; init; }

    public double T { get; init; }

    public string? Decision { get; init; }
}
