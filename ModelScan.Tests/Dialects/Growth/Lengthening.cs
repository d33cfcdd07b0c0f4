using System.Globalization;
using System.Text.Json.Nodes;

namespace ModelScan.Tests.Dialects.Growth;

/// <summary>
/// Finds everything in a JSON sample that somebody can make longer, and makes it longer: lists by their own elements, objects by members that nobody
/// knows, texts by themselves. A document of each format's fields is walked, so that a list that is added to a sample is tried by itself.
/// </summary>
internal static class Lengthening
{
    private static readonly string[] Ids = ["id", "call_id", "tool_call_id", "tool_use_id", "toolUseId", "name", "index", "output_index", "contentBlockIndex", "content_index", "filename", "title"];

    /// <summary>Ways to make a list longer: its elements in turn, or many of the first and then many of the next; under their own names, or each under another.</summary>
    public static IReadOnlyList<string> Ways { get; } = ["in turn", "in turn, renamed", "grouped", "grouped, renamed"];

    /// <summary>The places of a sample, each with a way.</summary>
    public static IEnumerable<(string Path, string Way)> Of(JsonNode sample) => Walk(sample, "$");

    /// <summary>A copy of a sample in which one place is about so many times as long.</summary>
    public static JsonNode Lengthen(JsonNode sample, string path, string way, int times)
    {
        var copy = sample.DeepClone();
        var place = Find(copy, path);
        switch (place)
        {
            case JsonArray list:
                Lengthen(list, way, times);
                break;
            case JsonObject owner:
                for (var i = 0; i < times; i++)
                    owner[$"unknown_{i}"] = i;
                break;
            case JsonValue text when text.Parent is JsonObject parent:
                parent[text.GetPropertyName()] = string.Concat(Enumerable.Repeat($"{text.GetValue<string>()} ", times));
                break;
        }

        return copy;
    }

    private static IEnumerable<(string, string)> Walk(JsonNode? node, string path)
    {
        switch (node)
        {
            case JsonArray list:
                foreach (var way in Ways)
                    yield return (path, way);
                for (var i = 0; i < list.Count; i++)
                {
                    foreach (var inner in Walk(list[i], $"{path}[{i}]"))
                        yield return inner;
                }

                break;
            case JsonObject owner:
                yield return (path, "members");
                foreach (var (name, value) in owner)
                {
                    foreach (var inner in Walk(value, $"{path}.{name}"))
                        yield return inner;
                }

                break;
            case JsonValue value when value.TryGetValue<string>(out var text) && text.Length > 1 && value.Parent is JsonObject:
                yield return (path, "text");
                break;
        }
    }

    private static void Lengthen(JsonArray list, string way, int times)
    {
        var elements = list.Select(element => element!.DeepClone()).ToList();
        list.Clear();
        var order = way.StartsWith("grouped", StringComparison.Ordinal)
            ? elements.SelectMany(element => Enumerable.Range(0, times).Select(round => (element, round)))
            : Enumerable.Range(0, times).SelectMany(round => elements.Select(element => (element, round)));
        foreach (var (element, round) in order)
        {
            var copy = element.DeepClone();
            if (way.EndsWith("renamed", StringComparison.Ordinal))
                Rename(copy, round);
            list.Add(copy);
        }
    }

    private static void Rename(JsonNode? node, int round)
    {
        if (node is JsonArray list)
        {
            foreach (var element in list)
                Rename(element, round);
        }

        if (node is not JsonObject owner)
            return;
        foreach (var (name, value) in owner.ToList())
        {
            if (value is JsonValue id && Ids.Contains(name, StringComparer.Ordinal))
                owner[name] = id.TryGetValue<int>(out var number) ? number + round : string.Create(CultureInfo.InvariantCulture, $"{id}_{round}");
            else
                Rename(value, round);
        }
    }

    private static JsonNode? Find(JsonNode node, string path)
    {
        JsonNode? found = node;
        foreach (var step in path[1..].Replace("[", ".[", StringComparison.Ordinal).Split('.', StringSplitOptions.RemoveEmptyEntries))
            found = step[0] == '[' ? found![int.Parse(step[1..^1], CultureInfo.InvariantCulture)] : found![step];
        return found;
    }
}
