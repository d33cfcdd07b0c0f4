using ModelScan.RoutingApi.Capabilities;
using ModelScan.RoutingApi.Dialects.Canonical;
using ModelScan.RoutingApi.Dialects.Fitting;

namespace ModelScan.RoutingApi.Dialects.OpenAiChat;

/// <summary>The shape of an answer as both of OpenAI's formats ask for it: <c>response_format</c> with the schema nested, <c>text.format</c> with it flat.</summary>
/// <remarks>
/// <code>
/// {"type": "text"} | {"type": "json_object"} | {"type": "json_schema", "json_schema": {"name", "schema", "strict", "description"}}
/// {"type": "json_schema", "name", "schema", "strict", "description"}
/// </code>
/// </remarks>
internal static class OpenAiFormat
{
    /// <summary>Reads it; <see langword="null"/> where any text will do.</summary>
    /// <param name="format">The whole of it.</param>
    /// <param name="schema">What holds the schema; <see langword="null"/> where that is not there.</param>
    /// <param name="place">Where the whole stands, without indexes.</param>
    /// <param name="schemaPlace">Where what holds the schema stands.</param>
    /// <param name="losses">Takes note of members that say nothing to others.</param>
    public static FormatWish? Read(RequestField format, RequestField? schema, string place, string schemaPlace, Losses losses)
    {
        var type = format.Get("type");
        switch (type.Text)
        {
            case "text":
                return null;
            case "json_object":
                return new FormatWish(place);
            case "json_schema":
                var given = schema ?? format.Get("json_schema");
                losses.DropOthers(given, schemaPlace, "type", "name", "schema", "strict", "description");

                return new FormatWish(place)
                {
                    Schema = given.Get("schema").AsObject(),
                    SchemaPlace = $"{schemaPlace}.schema",
                    Name = given.Find("name")?.AsText(),
                    Description = given.Find("description")?.AsText(),
                    IsStrict = given.Find("strict")?.Flag,
                };
            default:
                throw type.Refuse("must be text, json_object or json_schema");
        }
    }

    /// <summary>Writes what holds the schema, inside of an object: its name, which OpenAI requires, the rest, and the schema as the model takes it.</summary>
    public static void WriteSchema(Utf8JsonWriter json, FormatWish wish, ModelCapabilities capabilities, Losses losses)
    {
        if (wish.Name is { } name)
            name.CopyText(json, "name");
        else
            json.WriteString("name"u8, "output"u8);
        wish.Description?.CopyText(json, "description");
        if (wish.IsStrict is { } strict)
            json.WriteBoolean("strict"u8, StrictFit.Of(strict, wish.Schema, wish.Place, capabilities, losses));
        json.WritePropertyName("schema"u8);
        SchemaFit.WriteFormat(json, wish, capabilities.Schemas, losses);
    }
}
