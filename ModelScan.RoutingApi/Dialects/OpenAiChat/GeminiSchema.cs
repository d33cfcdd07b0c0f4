using System.Text.Json;
using ModelScan.RoutingApi.Dialects.Translation;

namespace ModelScan.RoutingApi.Dialects.OpenAiChat;

/// <summary>
/// Writes a JSON Schema without the keywords that Gemini refuses (https://ai.google.dev/api/caching#Schema): <c>$schema</c>,
/// <c>additionalProperties</c>, <c>default</c> and the like, and formats of strings other than <c>enum</c> and <c>date-time</c>.
/// </summary>
internal static class GeminiSchema
{
    private const int MaxDepth = 64;

    /// <summary>Writes <paramref name="schema"/> at a value's place.</summary>
    /// <exception cref="InvalidRequestException">It is nested more than 64 deep.</exception>
    public static void Write(Utf8JsonWriter json, RequestField schema, DroppedFields dropped, string path) => WriteSchema(json, schema, dropped, path, 0);

    private static void WriteSchema(Utf8JsonWriter json, RequestField schema, DroppedFields dropped, string path, int depth)
    {
        if (depth > MaxDepth)
            throw schema.Refuse($"is nested more than {MaxDepth} deep");
        if (!schema.IsObject)
        {
            json.WriteRawValue(schema.Raw, skipInputValidation: true);
            return;
        }

        json.WriteStartObject();
        foreach (var (name, field) in schema.Fields())
        {
            if (IsRefused(name) || (name == "format" && !IsKnownFormat(schema, field)))
            {
                dropped.Add($"{path}.{name}");
                continue;
            }

            json.WritePropertyName(name);
            switch (name)
            {
                case "properties" when field.IsObject:
                    json.WriteStartObject();
                    foreach (var (property, inner) in field.Fields())
                    {
                        json.WritePropertyName(property);
                        WriteSchema(json, inner, dropped, path, depth + 1);
                    }

                    json.WriteEndObject();
                    break;
                case "items":
                    WriteSchema(json, field, dropped, path, depth + 1);
                    break;
                case "anyOf" or "oneOf" or "allOf" when field.IsArray:
                    json.WriteStartArray();
                    foreach (var inner in field.Items())
                        WriteSchema(json, inner, dropped, path, depth + 1);
                    json.WriteEndArray();
                    break;
                default:
                    json.WriteRawValue(field.Raw, skipInputValidation: true);
                    break;
            }
        }

        json.WriteEndObject();
    }

    private static bool IsRefused(string keyword) => keyword is "$schema" or "$id" or "$comment" or "additionalProperties" or "unevaluatedProperties"
        or "patternProperties" or "propertyNames" or "default" or "examples" or "exclusiveMinimum" or "exclusiveMaximum" or "const" or "contentEncoding"
        or "contentMediaType" or "strict";

    private static bool IsKnownFormat(RequestField schema, RequestField format) =>
        !(schema.Find("type") is { IsText: true, Text: "string" }) || (format.IsText && format.Text is "enum" or "date-time");
}
