using System.Text;
using ModelScan.RoutingApi.Dialects.Canonical;

namespace ModelScan.RoutingApi.Dialects.Fitting;

/// <summary>
/// A schema for Anthropic's grammar (https://docs.anthropic.com/en/docs/build-with-claude/structured-outputs#json-schema-limitations): every
/// object is closed, and bounds of numbers, lengths and lists stand in descriptions, where the model reads them.
/// </summary>
internal sealed class GrammarSchema(Losses losses, string place)
{
    /// <summary>Writes <paramref name="schema"/> at a value's place.</summary>
    public void Write(Utf8JsonWriter json, RequestField schema) => Write(json, schema, 0);

    private void Write(Utf8JsonWriter json, RequestField schema, int depth)
    {
        if (depth > GeminiSchema.MaxDepth)
            throw schema.Refuse($"is nested more than {GeminiSchema.MaxDepth} deep");
        if (!schema.IsObject)
        {
            json.WriteRawValue(schema.Raw, skipInputValidation: true);
            return;
        }

        json.WriteStartObject();
        var bounds = new StringBuilder();
        var isObject = schema.Find("properties") is not null || schema.Find("type") is { IsText: true, Text: "object" };
        foreach (var (name, field) in schema.Fields())
        {
            if (IsBound(name) && !(name == "minItems" && field.Raw is [(byte)'0' or (byte)'1']))
            {
                losses.Change($"{place}.{name}");
                bounds.Append(bounds.Length > 0 ? ", " : "").Append(name).Append(' ').Append(Encoding.UTF8.GetString(field.Raw));
            }
            else if (name == "description" || (name == "additionalProperties" && isObject))
            {
                if (name == "additionalProperties" && field.Value.ValueKind != JsonValueKind.False)
                    losses.Change($"{place}.{name}");
            }
            else
            {
                WriteMember(json, name, field, depth);
            }
        }

        if (isObject)
            json.WriteBoolean("additionalProperties"u8, false);
        WriteDescription(json, schema.Find("description"), bounds);
        json.WriteEndObject();
    }

    private void WriteMember(Utf8JsonWriter json, string name, RequestField field, int depth)
    {
        json.WritePropertyName(name);
        switch (name)
        {
            case "properties" or "$defs" or "definitions" when field.IsObject:
                json.WriteStartObject();
                foreach (var (property, inner) in field.Fields())
                {
                    json.WritePropertyName(property);
                    Write(json, inner, depth + 1);
                }

                json.WriteEndObject();
                break;
            case "items" when field.IsObject:
                Write(json, field, depth + 1);
                break;
            case "anyOf" or "oneOf" or "allOf" when field.IsArray:
                json.WriteStartArray();
                foreach (var inner in field.Items())
                    Write(json, inner, depth + 1);
                json.WriteEndArray();
                break;
            default:
                json.WriteRawValue(field.Raw, skipInputValidation: true);
                break;
        }
    }

    private static void WriteDescription(Utf8JsonWriter json, RequestField? given, StringBuilder bounds)
    {
        if (bounds.Length == 0)
            given?.CopyRaw(json, "description");
        else
            json.WriteString("description"u8, given is { IsText: true } text ? $"{text.Text} ({bounds})" : bounds.ToString());
    }

    private static bool IsBound(string keyword) => keyword is "minimum" or "maximum" or "exclusiveMinimum" or "exclusiveMaximum" or "multipleOf" or "minLength"
        or "maxLength" or "minItems" or "maxItems" or "uniqueItems" or "minProperties" or "maxProperties";
}
