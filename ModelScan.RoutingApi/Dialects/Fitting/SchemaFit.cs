using ModelScan.RoutingApi.Capabilities;
using ModelScan.RoutingApi.Dialects.Canonical;
using ModelScan.RoutingApi.Dialects.OpenAiResponses;

namespace ModelScan.RoutingApi.Dialects.Fitting;

/// <summary>Writes JSON Schemas as a provider takes them. What it would refuse is left out, told in descriptions where it can be, and reported.</summary>
internal static class SchemaFit
{
    private const string Empty = """{"type":"object","properties":{}}""";

    /// <summary>Writes the schema of a tool at a value's place: an object with a type, and with properties even where there are none; of a tool that takes text, an object with that.</summary>
    /// <exception cref="InvalidRequestException">It is nested more than 64 deep.</exception>
    public static void WriteTool(Utf8JsonWriter json, Tool tool, SchemaProfile profile, Losses losses)
    {
        if (tool.Kind == ToolKind.Custom)
        {
            CustomToolInput.WriteSchema(json, tool.Grammar);
        }
        else if (tool.Schema is not { } schema)
        {
            json.WriteRawValue(tool.OwnSchema ?? Empty, skipInputValidation: true);
        }
        else if (profile == SchemaProfile.Gemini)
        {
            new GeminiSchema(schema, losses, tool.SchemaPlace).Write(json);
        }
        else
        {
            UnionFit.Write(json, schema, profile == SchemaProfile.Anthropic, losses, tool.SchemaPlace);
        }
    }

    /// <summary>Writes the schema of an answer at a value's place.</summary>
    /// <exception cref="InvalidRequestException">It is nested more than 64 deep.</exception>
    public static void WriteFormat(Utf8JsonWriter json, FormatWish format, SchemaProfile profile, Losses losses)
    {
        var schema = format.Schema!.Value;
        if (profile == SchemaProfile.Gemini)
            new GeminiSchema(schema, losses, format.SchemaPlace).Write(json);
        else if (profile == SchemaProfile.Anthropic)
            new GrammarSchema(losses, format.SchemaPlace).Write(json, schema);
        else
            json.WriteRawValue(schema.Raw, skipInputValidation: true);
    }

    /// <summary>Whether OpenAI takes a schema as strict: closed objects that require all of their properties.</summary>
    public static bool IsStrict(RequestField? schema) => schema is not { } given || IsStrict(given, 0);

    private static bool IsStrict(RequestField schema, int depth)
    {
        if (schema.IsArray)
            return !schema.Items().Any(item => !IsStrict(item, depth + 1));
        if (!schema.IsObject || depth > GeminiSchema.MaxDepth)
            return true;
        if (schema.Find("properties") is { IsObject: true } properties)
        {
            if (schema.Find("additionalProperties") is not { Value.ValueKind: JsonValueKind.False })
                return false;
            var required = schema.NamesIn("required");
            foreach (var (name, property) in properties.Fields())
            {
                if (!required.Contains(name) || !IsStrict(property, depth + 1))
                    return false;
            }
        }

        foreach (var (name, field) in schema.Fields())
        {
            if (name is "items" or "anyOf" && !IsStrict(field, depth + 1))
                return false;
            if (name is "$defs" or "definitions" && field.IsObject)
            {
                foreach (var (_, inner) in field.Fields())
                {
                    if (!IsStrict(inner, depth + 1))
                        return false;
                }
            }
        }

        return true;
    }
}

/// <summary>
/// The schema of a tool for providers that want an object at its top. Anthropic refuses unions there: <c>oneOf</c>, <c>anyOf</c> and
/// <c>allOf</c> become one object with the properties of all.
/// </summary>
internal static class UnionFit
{
    /// <summary>Writes <paramref name="schema"/> at a value's place.</summary>
    public static void Write(Utf8JsonWriter json, RequestField schema, bool joinsUnions, Losses losses, string place)
    {
        var unions = joinsUnions ? Unions(schema, losses, place) : [];
        if (unions.Count == 0 && schema.Find("type") is not null && schema.Find("properties") is not null)
        {
            json.WriteRawValue(schema.Raw, skipInputValidation: true);
            return;
        }

        json.WriteStartObject();
        if (schema.Find("type") is null)
            json.WriteString("type"u8, "object"u8);
        foreach (var (name, field) in schema.Fields())
        {
            if (unions.Count == 0 || name is not ("properties" or "required" or "oneOf" or "anyOf" or "allOf"))
                field.CopyRaw(json, name);
        }

        if (unions.Count > 0)
            WriteJoined(json, schema, unions);
        else if (schema.Find("properties") is null)
            json.WriteRaw("properties"u8, "{}"u8);
        json.WriteEndObject();
    }

    private static List<(RequestField Schema, bool IsAll)> Unions(RequestField schema, Losses losses, string place)
    {
        var unions = new List<(RequestField, bool)>();
        foreach (var name in (ReadOnlySpan<string>)["oneOf", "anyOf", "allOf"])
        {
            if (schema.Find(name) is not { IsArray: true } list)
                continue;
            losses.Change($"{place}.{name}");
            foreach (var member in list.Items())
            {
                if (member.IsObject)
                    unions.Add((member, name == "allOf"));
            }
        }

        return unions;
    }

    // Properties of all, the first of each name; required is what each alternative requires.
    private static void WriteJoined(Utf8JsonWriter json, RequestField schema, List<(RequestField Schema, bool IsAll)> unions)
    {
        json.WriteStartObject("properties"u8);
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (owner, _) in (IEnumerable<(RequestField Schema, bool)>)[(schema, true), .. unions])
        {
            foreach (var (name, field) in owner.Find("properties") is { IsObject: true } properties ? properties.Fields() : default)
            {
                if (names.Add(name))
                    field.CopyRaw(json, name);
            }
        }

        json.WriteEndObject();
        var required = schema.NamesIn("required");
        HashSet<string>? common = null;
        foreach (var (member, isAll) in unions)
        {
            if (isAll)
                required.UnionWith(member.NamesIn("required"));
            else if (common is null)
                common = member.NamesIn("required");
            else
                common.IntersectWith(member.NamesIn("required"));
        }

        required.UnionWith(common ?? []);
        required.IntersectWith(names);
        if (required.Count == 0)
            return;
        json.WriteStartArray("required"u8);
        foreach (var name in names)
        {
            if (required.Contains(name))
                json.WriteStringValue(name);
        }

        json.WriteEndArray();
    }
}
