using System.Text.Json.Nodes;

namespace ModelScan.Tests.Configuration.Schema;

/// <summary>A mapping that the schema describes.</summary>
/// <param name="Path">The keys that lead to it; <c>[]</c> for an item of a list, <c>*</c> for a name that the file chooses.</param>
/// <param name="Properties">Its keys.</param>
/// <param name="Required">Those that it must have, each with a value that is allowed for it.</param>
/// <param name="IsClosed">Whether other keys are refused.</param>
internal sealed record SchemaMap(IReadOnlyList<string> Path, JsonObject Properties, IReadOnlyDictionary<string, string> Required, bool IsClosed);

/// <summary>Finds every mapping that a schema describes.</summary>
internal static class SchemaMaps
{
    public static IEnumerable<SchemaMap> Of(JsonObject schema) => Of(schema, []);

    private static IEnumerable<SchemaMap> Of(JsonObject schema, IReadOnlyList<string> path)
    {
        if (schema["properties"] is JsonObject properties)
        {
            var required = schema["required"]?.AsArray().Select(name => (string)name!).ToDictionary(name => name, name => Value(properties[name]!.AsObject())) ?? [];
            yield return new SchemaMap(path, properties, required, schema["additionalProperties"] is JsonValue closed && !(bool)closed);
            foreach (var map in properties.SelectMany(property => Of(property.Value!.AsObject(), [.. path, property.Key])))
                yield return map;
        }

        var below = (schema["anyOf"]?.AsArray() ?? []).Select(choice => (choice, path))
            .Append((schema["items"], [.. path, "[]"]))
            .Append((schema["additionalProperties"], [.. path, "*"]));
        foreach (var map in below.SelectMany(pair => pair.Item1 is JsonObject inner ? Of(inner, pair.Item2) : []))
            yield return map;
    }

    // Enough to be read; whether it makes sense is another question.
    private static string Value(JsonObject schema) =>
        (schema["anyOf"]?[0] as JsonObject)?["enum"]?[0]?.ToString() ?? ((string?)schema["type"]?.ToString() == "array" ? "[x]" : "x");
}
