using System.Text.Json;
using System.Text.Json.Nodes;

namespace ModelScan.Tests.Integration.OpenResponses;

/// <summary>
/// What Open Responses (https://www.openresponses.org, the published schema of the version that <c>shapes.json</c> names) requires of responses, items and
/// events: which members there have to be, and of which type. Members that it does not know may be there, too.
/// </summary>
/// <remarks>
/// Types in <c>shapes.json</c>: <c>string</c>, <c>integer</c>, <c>number</c>, <c>boolean</c>, <c>object</c>, <c>any</c>; <c>=a|b</c> one of these words;
/// <c>[x]</c> an array of x; <c>@x</c> the shape x, or one of the union x by its <c>type</c>; <c>…?</c> or null. A list is any of its types, a member
/// that begins with <c>~</c> may be absent.
/// </remarks>
internal static class Shapes
{
    private static readonly JsonElement Published = Load();

    /// <summary>The version of the schema.</summary>
    public static string Version => Published.GetProperty("version").GetString()!;

    /// <summary>What is wrong with a value, as paths and words; nothing where it has the shape.</summary>
    public static List<string> Problems(string shape, JsonNode? value)
    {
        var problems = new List<string>();
        Check($"@{shape}", value, shape, problems);
        return problems;
    }

    /// <summary>Whether an event of this type is one that the schema knows.</summary>
    public static bool KnowsEvent(string type) => Published.GetProperty("unions").GetProperty("event").TryGetProperty(type, out _);

    private static void Check(JsonElement type, JsonNode? value, string path, List<string> problems)
    {
        if (type.ValueKind == JsonValueKind.String)
        {
            Check(type.GetString()!, value, path, problems);
            return;
        }

        if (!type.EnumerateArray().Any(each => IsOf(each.GetString()!, value)))
            problems.Add($"{path} is {Shown(value)}, not one of {type.GetRawText()}");
    }

    private static bool IsOf(string type, JsonNode? value)
    {
        var problems = new List<string>();
        Check(type, value, "", problems);
        return problems.Count == 0;
    }

    private static void Check(string type, JsonNode? value, string path, List<string> problems)
    {
        if (type.EndsWith('?'))
        {
            if (value is null)
                return;
            type = type[..^1];
        }

        var kind = value?.GetValueKind() ?? JsonValueKind.Null;
        switch (type[0])
        {
            case '@':
                CheckShape(type[1..], value, path, problems);
                return;
            case '[' when value is JsonArray items:
                for (var i = 0; i < items.Count; i++)
                    Check(type[1..^1], items[i], $"{path}[{i}]", problems);
                return;
            case '=' when kind == JsonValueKind.String && type[1..].Split('|').Contains(value!.GetValue<string>()):
                return;
        }

        var isRight = type switch
        {
            "any" => true,
            "string" => kind == JsonValueKind.String,
            "integer" => kind == JsonValueKind.Number && value!.ToJsonString().All(character => char.IsAsciiDigit(character) || character == '-'),
            "number" => kind == JsonValueKind.Number,
            "boolean" => kind is JsonValueKind.True or JsonValueKind.False,
            "object" => kind == JsonValueKind.Object,
            _ => false,
        };
        if (!isRight)
            problems.Add($"{path} is {Shown(value)}, not {type}");
    }

    private static void CheckShape(string name, JsonNode? value, string path, List<string> problems)
    {
        if (value is not JsonObject given)
        {
            problems.Add($"{path} is {Shown(value)}, not an object");
            return;
        }

        if (!Published.GetProperty("shapes").TryGetProperty(name, out var members))
        {
            var type = given["type"] is JsonValue text && text.GetValueKind() == JsonValueKind.String ? text.GetValue<string>() : "";
            if (!Published.GetProperty("unions").GetProperty(name).TryGetProperty(type, out members))
            {
                problems.Add($"{path}.type is '{type}', which no {name} is");
                return;
            }
        }

        foreach (var member in members.EnumerateObject())
        {
            var isOptional = member.Name[0] == '~';
            var key = isOptional ? member.Name[1..] : member.Name;
            if (given.TryGetPropertyValue(key, out var found))
                Check(member.Value, found, $"{path}.{key}", problems);
            else if (!isOptional)
                problems.Add($"{path}.{key} is missing");
        }
    }

    private static string Shown(JsonNode? value)
    {
        var text = value?.ToJsonString() ?? "null";
        return text.Length <= 60 ? text : text[..60] + "…";
    }

    private static JsonElement Load()
    {
        using var document = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "Integration", "OpenResponses", "shapes.json")));
        return document.RootElement.Clone();
    }
}
