using System.Text.Json;
using ModelScan.RoutingApi.Decisions;

namespace RouterEval;

/// <summary>A labelled prompt.</summary>
/// <param name="Configuration">Name of the configuration to which it belongs.</param>
/// <param name="Language">Two letters.</param>
/// <param name="Kind">What is hard about it: plain, short, long, negation, mention, colloquial, offtopic; of pasted ones where the request stands.</param>
/// <param name="Prompt">What the person says.</param>
/// <param name="Right">Indexes of every route that a careful person would accept; -1 where none is acceptable, too.</param>
internal sealed record LabelledPrompt(string Configuration, string Language, string Kind, string Prompt, IReadOnlyList<int> Right)
{
    public bool HasRoute => Right.Any(right => right >= 0);

    public bool IsEnglish => Language == "en";
}

/// <summary>A labelled conversation.</summary>
/// <param name="Configuration">Name of the configuration to which it belongs.</param>
/// <param name="Language">Two letters.</param>
/// <param name="Turns">What the user says, and what the assistant answers.</param>
/// <param name="Right">What is right at each of the user's turns.</param>
internal sealed record LabelledDialogue(string Configuration, string Language, IReadOnlyList<(string User, string Assistant)> Turns, IReadOnlyList<IReadOnlyList<int>> Right);

/// <summary>
/// Configurations as teams write them, with labelled prompts and conversations: <c>configs.jsonl</c>, <c>items.jsonl</c>,
/// <c>dialogues.jsonl</c>, and <c>pasted.jsonl</c> with long prompts that hold a pasted text.
/// </summary>
internal sealed record ConfigurationSet(
    IReadOnlyDictionary<string, RouteSet> Routes,
    IReadOnlyList<LabelledPrompt> Prompts,
    IReadOnlyList<LabelledPrompt> Pasted,
    IReadOnlyList<LabelledDialogue> Dialogues)
{
    /// <summary>Whether a folder holds such a set.</summary>
    public static bool IsIn(string folder) => File.Exists(Path.Combine(folder, "configs.jsonl"));

    /// <summary>Reads a folder; missing prompts or dialogues count as empty.</summary>
    /// <exception cref="KeyNotFoundException">A line lacks something, or names what is not there.</exception>
    public static ConfigurationSet Read(string folder)
    {
        var routes = Lines(folder, "configs.jsonl").ToDictionary(line => Text(line, "config"), line => new RouteSet([.. line.GetProperty("routes").EnumerateArray()
            .Select(route => new ClassifiableRoute(Text(route, "name"), route.TryGetProperty("description", out var d) ? d.GetString() ?? "" : "", []))]));
        return new ConfigurationSet(
            routes,
            PromptsOf(folder, "items.jsonl", routes),
            PromptsOf(folder, "pasted.jsonl", routes),
            [.. Lines(folder, "dialogues.jsonl").Select(line => new LabelledDialogue(
                Text(line, "config"), Text(line, "lang"),
                [.. line.GetProperty("turns").EnumerateArray().Select(turn => (Text(turn, "user"), Text(turn, "assistant")))],
                [.. line.GetProperty("right").EnumerateArray().Select(right => Right(routes[Text(line, "config")], right))]))]);
    }

    private static LabelledPrompt[] PromptsOf(string folder, string file, Dictionary<string, RouteSet> routes) =>
        [.. Lines(folder, file).Select(line => new LabelledPrompt(
            Text(line, "config"), Text(line, "lang"), Text(line, "kind"), Text(line, "prompt"), Right(routes[Text(line, "config")], line.GetProperty("right"))))];

    private static int[] Right(RouteSet routes, JsonElement names) =>
        [.. names.EnumerateArray().Select(name => name.ValueKind == JsonValueKind.Null ? -1 : routes.Routes.Index().First(route => route.Item.Name == name.GetString()).Index)];

    private static IEnumerable<JsonElement> Lines(string folder, string file)
    {
        var path = Path.Combine(folder, file);
        return File.Exists(path) ? File.ReadLines(path).Where(line => line.Length > 0).Select(line => JsonDocument.Parse(line).RootElement) : [];
    }

    private static string Text(JsonElement line, string name) => line.GetProperty(name).GetString()!;
}
