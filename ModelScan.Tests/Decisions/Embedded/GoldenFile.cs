using System.Text.Json;
using System.Text.Json.Serialization;
using ModelScan.RoutingApi.Decisions;

namespace ModelScan.Tests.Decisions.Embedded;

/// <summary>The golden files: JSON lines with what the reference implementation makes of a text or a case.</summary>
internal static class GoldenFile
{
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web);

    public static IReadOnlyList<GoldenText> Texts { get; } = Read<GoldenText>("golden.jsonl");

    public static IReadOnlyList<GoldenCase> Cases { get; } = Read<GoldenCase>("golden-scores.jsonl");

    private static T[] Read<T>(string file) =>
        [.. File.ReadLines(Path.Combine(AppContext.BaseDirectory, "Decisions", "Embedded", "Golden", file))
            .Select(line => JsonSerializer.Deserialize<T>(line, Options)!)];
}

internal sealed record GoldenText(string Text, int[] Ids, float[] Vector);

internal sealed record GoldenCase
{
    public required string Kind { get; init; }

    public required IReadOnlyList<GoldenRoute> Routes { get; init; }

    public required string[] RouteTexts { get; init; }

    public required IReadOnlyList<GoldenMessage> Messages { get; init; }

    public required int Best { get; init; }

    public required double D { get; init; }

    public required double P { get; init; }

    public string? Decision { get; init; }

    // Of single prompts:
    public string[] Terms { get; init; } = [];

    public double[] Cosine { get; init; } = [];

    public double[] Bm25 { get; init; } = [];

    public double[] Score { get; init; } = [];

    public double AnchorMean { get; init; }

    public double? Margin { get; init; }

    // Of conversations:
    public IReadOnlyList<GoldenTurn> Turns { get; init; } = [];

    public string? Assistant { get; init; }

    public double[] Acc { get; init; } = [];

    public double[] Total { get; init; } = [];

    [JsonIgnore]
    public RouteSet RouteSet => new([.. Routes.Select(r => new ClassifiableRoute(r.Name, r.Description ?? "", r.Examples ?? []))]);

    [JsonIgnore]
    public IReadOnlyList<ConversationMessage> Conversation =>
        [.. Messages.Select(m => new ConversationMessage(Enum.Parse<ConversationRole>(m.Role, ignoreCase: true), m.Content))];
}

internal sealed record GoldenRoute(string Name, string? Description, string[]? Examples);

internal sealed record GoldenMessage(string Role, string Content);

internal sealed record GoldenTurn(
    string User, double[] Cosine, double[] Bm25, double[] Score, double AnchorMean, double M, double Decay, double Weight);
