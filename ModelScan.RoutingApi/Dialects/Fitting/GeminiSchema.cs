using System.Text;
using ModelScan.RoutingApi.Dialects.Canonical;

namespace ModelScan.RoutingApi.Dialects.Fitting;

/// <summary>
/// A JSON Schema in the part of it that Gemini knows (https://ai.google.dev/api/caching#Schema); it refuses the rest. References are resolved in
/// their place, constants become enums, enums have a type and are texts, lists have items.
/// </summary>
internal sealed class GeminiSchema(RequestField root, Losses losses, string place)
{
    /// <summary>How deep a schema may be nested.</summary>
    public const int MaxDepth = 64;

    // How often definitions may stand inside each other, and how many may be written in all: they may name each other as often as they
    // like, and be millions when they are written out. Beyond, anything may stand there.
    private const int MaxReferences = 4;
    private const int MostResolved = 1000;

    private int _resolved;

    /// <summary>Writes it at a value's place.</summary>
    /// <exception cref="InvalidRequestException">It is nested more than 64 deep.</exception>
    public void Write(Utf8JsonWriter json) => Write(json, root, 0, 0);

    private void Write(Utf8JsonWriter json, RequestField schema, int depth, int references)
    {
        if (depth > MaxDepth)
            throw schema.Refuse($"is nested more than {MaxDepth} deep");
        if (!schema.IsObject)
        {
            // true and false: anything.
            json.WriteRawValue("{}"u8, skipInputValidation: true);
            return;
        }

        if (schema.Find("$ref") is { IsText: true } reference)
        {
            if (references < MaxReferences && _resolved < MostResolved && Resolve(reference.Text) is { } target)
            {
                _resolved++;
                Write(json, target, depth + 1, references + 1);
                return;
            }

            losses.Change($"{place}.$ref");
        }

        json.WriteStartObject();
        var told = new StringBuilder();
        var type = TypeOf(schema, out var isNullable);
        if (type.Length > 0)
            json.WriteString("type"u8, type);
        if (isNullable)
            json.WriteBoolean("nullable"u8, true);
        foreach (var (name, field) in schema.Fields())
            WriteMember(json, schema, name, field, type, told, depth, references);
        if (type == "array" && schema.Find("items") is null)
            json.WriteRaw("items"u8, """{"type":"string"}"""u8);
        if (told.Length > 0)
            json.WriteString("description"u8, schema.Find("description") is { IsText: true } description ? $"{description.Text} ({told})" : told.ToString());
        json.WriteEndObject();
    }

    private void WriteMember(Utf8JsonWriter json, RequestField schema, string name, RequestField field, string type, StringBuilder told, int depth, int references)
    {
        switch (name)
        {
            case "type" or "nullable" or "$ref" or "$defs" or "definitions":
                break;
            case "description":
                if (field.IsText && !IsToldElsewhere(schema, type))
                    field.CopyRaw(json, name);
                break;
            case "properties" when field.IsObject:
                json.WriteStartObject("properties"u8);
                foreach (var (property, inner) in field.Fields())
                {
                    json.WritePropertyName(property);
                    Write(json, inner, depth + 1, references);
                }

                json.WriteEndObject();
                break;
            case "items" when field.IsObject:
                json.WritePropertyName("items"u8);
                Write(json, field, depth + 1, references);
                break;
            case "items" or "prefixItems" when field.IsArray:
                losses.Change($"{place}.{name}");
                json.WriteRaw("items"u8, """{"type":"string"}"""u8);
                break;
            case "anyOf" or "oneOf" or "allOf" when field.IsArray:
                json.WriteStartArray(name);
                foreach (var inner in field.Items())
                    Write(json, inner, depth + 1, references);
                json.WriteEndArray();
                break;
            case "enum" when field.IsArray:
                WriteEnum(json, field.Items().ToList(), field, type, told, "enum");
                break;
            case "const":
                WriteEnum(json, [field], field, type, told, "const");
                break;
            case "required" when field.IsArray:
                WriteRequired(json, schema, field);
                break;
            case "format" when type != "string" || (field.IsText && field.Text is "enum" or "date-time"):
            case "title" or "pattern" or "minimum" or "maximum" or "minLength" or "maxLength" or "minItems" or "maxItems" or "minProperties" or "maxProperties" or "propertyOrdering" or "example":
                field.CopyRaw(json, name);
                break;
            default:
                losses.Drop($"{place}.{name}");
                break;
        }
    }

    private static bool IsToldElsewhere(RequestField schema, string type) =>
        (type != "string" && (schema.Find("enum") is { IsArray: true } || schema.Find("const") is not null))
        || (schema.Find("enum") is { IsArray: true } values && values.Items().Any(value => !value.IsText));

    // Texts alone; other values are told.
    private void WriteEnum(Utf8JsonWriter json, List<RequestField> values, RequestField field, string type, StringBuilder told, string keyword)
    {
        if (type == "string" && values.TrueForAll(value => value.IsText))
        {
            json.WriteStartArray("enum"u8);
            foreach (var value in values)
                json.WriteRawValue(value.Raw, skipInputValidation: true);
            json.WriteEndArray();
            return;
        }

        losses.Change($"{place}.{keyword}");
        told.Append("one of: ").Append(Encoding.UTF8.GetString(CompactJson.Of(field.Raw)).Trim('[', ']'));
    }

    private void WriteRequired(Utf8JsonWriter json, RequestField schema, RequestField required)
    {
        var properties = schema.NamesOf("properties");
        var kept = required.Items().ToList().FindAll(name => name.IsText && properties.Contains(name.Text));
        if (kept.Count < required.Value.GetArrayLength())
            losses.Change($"{place}.required");
        if (kept.Count == 0)
            return;
        json.WriteStartArray("required"u8);
        foreach (var name in kept)
            json.WriteRawValue(name.Raw, skipInputValidation: true);
        json.WriteEndArray();
    }

    // "string" | ["string", "null"]; where nothing is said, what the other keywords tell.
    private static string TypeOf(RequestField schema, out bool isNullable)
    {
        isNullable = schema.Find("nullable") is { Value.ValueKind: JsonValueKind.True };
        if (schema.Find("type") is { } type)
        {
            if (type.IsText)
                return type.Text;
            foreach (var item in type.IsArray ? type.Items() : default)
                isNullable |= item.IsText && item.Text == "null";
            foreach (var item in type.IsArray ? type.Items() : default)
            {
                if (item.IsText && item.Text != "null")
                    return item.Text;
            }
        }

        if (schema.Find("properties") is not null)
            return "object";
        if (schema.Find("items") is not null)
            return "array";
        return schema.Find("enum") is { IsArray: true } values && !values.Items().Any(value => !value.IsText) || schema.Find("const") is { IsText: true } ? "string" : "";
    }

    // #/$defs/B
    private RequestField? Resolve(string reference)
    {
        if (!reference.StartsWith('#'))
            return null;
        var target = (RequestField?)root;
        foreach (var step in reference[1..].Split('/', StringSplitOptions.RemoveEmptyEntries))
            target = target is { IsObject: true } owner ? owner.Find(step.Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal)) : null;
        return target;
    }
}
