using System.Text.Json;
using ModelScan.RoutingApi.Decisions;

namespace RouterEval;

/// <summary>One test prompt.</summary>
/// <param name="Text">What the user says.</param>
/// <param name="Right">Index of the right route, or -1 when none is.</param>
internal sealed record Query(string Text, int Right);

/// <summary>A fixed test case: routes, and prompts to be sorted into them.</summary>
internal sealed record Episode(string Set, RouteSet Routes, IReadOnlyList<Query> Queries);

/// <summary>A turn of a dialogue: what the assistant said before, what the user says, and the index of the right route.</summary>
internal sealed record DialogueTurn(string? Assistant, string User, int Right);

/// <summary>A dialogue in which every user message has a right route.</summary>
internal sealed record Dialogue(string Set, RouteSet Routes, IReadOnlyList<DialogueTurn> Turns);

/// <summary>An evaluation folder: <c>routes.jsonl</c>, <c>items.jsonl</c>, <c>episodes.jsonl</c> and <c>dialogues.jsonl</c>.</summary>
internal sealed record EvaluationSet(IReadOnlyList<Episode> Episodes, IReadOnlyList<Dialogue> Dialogues)
{
    /// <summary>Reads a folder; files that are missing count as empty.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="examples">How many prompts each route of an episode gets as examples: those of its label that the episode does not ask about.</param>
    /// <exception cref="KeyNotFoundException">An episode names a route or item that is not there.</exception>
    /// <exception cref="JsonException">A line is not what the format asks for.</exception>
    public static EvaluationSet Read(string folder, int examples = 0)
    {
        var routes = new Dictionary<(string, string), ClassifiableRoute>();
        foreach (var line in Lines(folder, "routes.jsonl"))
        {
            var description = line.TryGetProperty("description", out var d) ? d.GetString() : null;
            routes[(Text(line, "dataset"), Text(line, "label"))] = new ClassifiableRoute(Text(line, "name"), description ?? "", []);
        }

        var items = Lines(folder, "items.jsonl").ToDictionary(line => Text(line, "id"), line => Text(line, "text"));
        RouteSet Routes(JsonElement line) =>
            new([.. line.GetProperty("routes").EnumerateArray().Select(key => routes[(key[0].GetString()!, key[1].GetString()!)])]);
        var labels = Lines(folder, "items.jsonl").ToLookup(line => (Text(line, "dataset"), Text(line, "label")), line => Text(line, "text"));
        RouteSet RoutesWithExamples(JsonElement line)
        {
            var asked = line.GetProperty("queries").EnumerateArray().Select(q => items[q[0].GetString()!]).ToHashSet();
            return new RouteSet([.. line.GetProperty("routes").EnumerateArray().Select(key => (key[0].GetString()!, key[1].GetString()!))
                .Select(key => routes[key] with { Examples = [.. labels[key].Where(text => !asked.Contains(text)).Take(examples)] })]);
        }

        string Set(JsonElement line) => $"{Text(line, "dataset")}/{Text(line, "split")}";

        return new EvaluationSet(
            [.. Lines(folder, "episodes.jsonl").Select(line => new Episode(
                Set(line),
                RoutesWithExamples(line),
                [.. line.GetProperty("queries").EnumerateArray().Select(q => new Query(items[q[0].GetString()!], q[1].GetInt32()))]))],
            [.. Lines(folder, "dialogues.jsonl").Select(line => new Dialogue(
                Set(line),
                Routes(line),
                [.. line.GetProperty("turns").EnumerateArray().Select(t => new DialogueTurn(
                    t.GetProperty("assistant").GetString(), Text(t, "user"), t.GetProperty("route").GetInt32()))]))]);
    }

    private static string Text(JsonElement line, string name) => line.GetProperty(name).GetString() ?? throw new JsonException($"{name} is null.");

    private static IEnumerable<JsonElement> Lines(string folder, string file)
    {
        var path = Path.Combine(folder, file);
        return File.Exists(path)
            ? File.ReadLines(path).Where(line => line.Length > 0).Select(line => JsonDocument.Parse(line).RootElement)
            : [];
    }
}
