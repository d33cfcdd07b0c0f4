using System.Text.Json;
using System.Text.Json.Nodes;

namespace ModelScan.MetricsMock.Providers;

/// <summary>
/// The smallest value that satisfies a JSON Schema, as far as tool and output schemas go: types, required properties, <c>enum</c>,
/// <c>const</c>, <c>$ref</c> within the schema, <c>anyOf</c>/<c>oneOf</c> (first), <c>allOf</c> (together), bounds of numbers, lengths
/// and items, common formats. A <c>pattern</c> is not looked at. Strings say the name of their property.
/// </summary>
internal static class SchemaSample
{
    // A schema may refer to itself; its required part cannot do so for ever in any schema that a value satisfies.
    private const int MaxDepth = 24;

    public static JsonNode Of(JsonElement schema) => Sample(schema, schema, "value", 0) ?? new JsonObject();

    private static JsonNode? Sample(JsonElement schema, JsonElement root, string name, int depth)
    {
        if (schema.ValueKind != JsonValueKind.Object || depth > MaxDepth)
            return null;
        if (schema.TryGetProperty("$ref", out var reference) && Resolve(reference, root) is { } target)
            return Sample(target, root, name, depth + 1);
        if (schema.TryGetProperty("const", out var constant))
            return JsonNode.Parse(constant.GetRawText());
        if (schema.TryGetProperty("enum", out var values) && values.ValueKind == JsonValueKind.Array && values.GetArrayLength() > 0)
            return JsonNode.Parse(values[0].GetRawText());
        foreach (var alternative in (ReadOnlySpan<string>)["anyOf", "oneOf"])
        {
            if (schema.TryGetProperty(alternative, out var choices) && choices.ValueKind == JsonValueKind.Array && choices.GetArrayLength() > 0)
                return Sample(choices[0], root, name, depth + 1);
        }

        return TypeOf(schema) switch
        {
            "object" => SampleObject(schema, root, depth),
            "array" => SampleArray(schema, root, name, depth),
            "string" => SampleString(schema, name),
            "integer" => (long)Math.Ceiling(SampleNumber(schema)),
            "number" => SampleNumber(schema),
            "boolean" => true,
            _ => null,
        };
    }

    private static string TypeOf(JsonElement schema)
    {
        if (schema.TryGetProperty("type", out var type))
        {
            if (type.ValueKind == JsonValueKind.String)
                return type.GetString()!;
            if (type.ValueKind == JsonValueKind.Array && type.GetArrayLength() > 0 && type[0].ValueKind == JsonValueKind.String)
                return type[0].GetString()!;
        }

        return schema.TryGetProperty("items", out _) ? "array"
            : schema.TryGetProperty("properties", out _) || schema.TryGetProperty("allOf", out _) ? "object"
            : schema.EnumerateObject().Any() ? "string" : "object";
    }

    private static JsonObject SampleObject(JsonElement schema, JsonElement root, int depth)
    {
        var sample = new JsonObject();
        if (schema.TryGetProperty("allOf", out var parts) && parts.ValueKind == JsonValueKind.Array)
        {
            foreach (var part in parts.EnumerateArray())
            {
                if (Sample(part, root, "value", depth + 1) is JsonObject partial)
                {
                    foreach (var (key, value) in partial)
                        sample[key] = value?.DeepClone();
                }
            }
        }

        if (schema.TryGetProperty("required", out var required) && required.ValueKind == JsonValueKind.Array)
        {
            var properties = schema.TryGetProperty("properties", out var declared) && declared.ValueKind == JsonValueKind.Object ? declared : default;
            foreach (var name in required.EnumerateArray().Where(item => item.ValueKind == JsonValueKind.String).Select(item => item.GetString()!))
            {
                sample[name] = properties.ValueKind == JsonValueKind.Object && properties.TryGetProperty(name, out var property)
                    ? Sample(property, root, name, depth + 1)
                    : name;
            }
        }

        return sample;
    }

    private static JsonArray SampleArray(JsonElement schema, JsonElement root, string name, int depth)
    {
        var count = Math.Clamp(Bound(schema, "minItems") ?? 1, 1, 100);
        var sample = new JsonArray();
        if (!schema.TryGetProperty("items", out var items) || Bound(schema, "maxItems") is 0)
            return sample;
        for (var index = 0; index < count; index++)
            sample.Add(Sample(items, root, name, depth + 1));
        return sample;
    }

    private static string SampleString(JsonElement schema, string name)
    {
        var format = schema.TryGetProperty("format", out var declared) && declared.ValueKind == JsonValueKind.String ? declared.GetString() : null;
        var text = format switch
        {
            "date" => "2026-01-31",
            "time" => "12:30:00Z",
            "date-time" => "2026-01-31T12:30:00Z",
            "email" => "someone@example.com",
            "uuid" => "123e4567-e89b-42d3-a456-426614174000",
            "uri" or "url" => "https://example.com/",
            _ => name,
        };
        var min = (int)Math.Clamp(Bound(schema, "minLength") ?? 0, 0, 10_000);
        var max = (int)Math.Clamp(Bound(schema, "maxLength") ?? int.MaxValue, 0, int.MaxValue);
        text = text.PadRight(min, 'x');
        return text.Length > max ? text[..max] : text;
    }

    private static double SampleNumber(JsonElement schema)
    {
        var least = Bound(schema, "minimum") ?? Bound(schema, "exclusiveMinimum") + 1;
        var most = Bound(schema, "maximum") ?? Bound(schema, "exclusiveMaximum") - 1;
        return Math.Min(Math.Max(1, least ?? 1), most ?? double.MaxValue);
    }

    private static double? Bound(JsonElement schema, string name) =>
        schema.TryGetProperty(name, out var bound) && bound.ValueKind == JsonValueKind.Number ? bound.GetDouble() : null;

    // "#/$defs/Place", "#/definitions/Place", "#"
    private static JsonElement? Resolve(JsonElement reference, JsonElement root)
    {
        if (reference.ValueKind != JsonValueKind.String || reference.GetString() is not { } pointer || !pointer.StartsWith('#'))
            return null;
        var target = root;
        foreach (var escaped in pointer.Split('/').Skip(1))
        {
            var key = escaped.Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal);
            if (target.ValueKind != JsonValueKind.Object || !target.TryGetProperty(key, out target))
                return null;
        }

        return target;
    }
}
