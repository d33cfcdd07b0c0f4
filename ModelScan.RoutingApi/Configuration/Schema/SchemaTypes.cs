using System.Text.Json.Nodes;

namespace ModelScan.RoutingApi.Configuration.Schema;

/// <summary>
/// The kinds of values that configuration files hold, as JSON schema: the counterparts of <see cref="Reading.ConfigMap"/>'s getters. A null
/// is as good as nothing, a variable (<c>$NAME</c>) may stand for any single value, and numbers may be quoted.
/// </summary>
internal static class SchemaTypes
{
    private const string Variable = @"\$";

    /// <summary>Any single value.</summary>
    public static JsonObject Text(string description) => new() { ["description"] = description, ["type"] = Types("string", "number", "boolean", "null") };

    /// <summary>A single value that says something.</summary>
    /// <param name="description">What it is for.</param>
    /// <param name="pattern">What it has to look like; any variable does.</param>
    public static JsonObject RequiredText(string description, string pattern = @"\S") =>
        new() { ["description"] = description, ["type"] = Types("string", "number", "boolean"), ["pattern"] = pattern == @"\S" ? pattern : $"{pattern}|{Variable}" };

    public static JsonObject Flag(string description) => OneOfThese(
        description,
        new() { ["type"] = Types("boolean", "null") },
        Like(AnyCase("true|yes|on|false|no|off")));

    public static JsonObject Whole(string description, int min, int max) => OneOfThese(
        description,
        new() { ["type"] = "null" },
        new() { ["type"] = "integer", ["minimum"] = min, ["maximum"] = max },
        Like(@"\s*[-+]?[0-9]+\s*"));

    public static JsonObject Number(string description, double min, double max) => OneOfThese(
        description,
        new() { ["type"] = "null" },
        new() { ["type"] = "number", ["minimum"] = min, ["maximum"] = max },
        Like(@"\s*[-+]?[0-9.]+([eE][-+]?[0-9]+)?\s*"));

    /// <summary>A duration: seconds, or a number with its unit.</summary>
    public static JsonObject Duration(string description, double min = 0, bool exclusive = false) => OneOfThese(
        $"{description} A duration: 30 (seconds), 250ms, 30s, 5m, 1h.",
        new() { ["type"] = "null" },
        new() { ["type"] = "number", [exclusive ? "exclusiveMinimum" : "minimum"] = min },
        Like($@"\s*[0-9.]+\s*({AnyCase("ms|s|m|h|d")})?\s*"));

    /// <summary>A size: bytes, or a number with its unit.</summary>
    public static JsonObject Size(string description, long min, long max) => OneOfThese(
        $"{description} A size: 1048576 (bytes), 512KB, 50MB, 1GB.",
        new() { ["type"] = "null" },
        new() { ["type"] = "number", ["minimum"] = min, ["maximum"] = max },
        Like($@"\s*[0-9.]+\s*({AnyCase("kb|mb|gb|k|m|g|b")})?\s*"));

    public static JsonObject Url(string description, bool required = false) =>
        new() { ["description"] = description, ["type"] = required ? "string" : Types("string", "null"), ["pattern"] = @"^[Hh][Tt][Tt][Pp][Ss]?://[^/\s]|" + Variable };

    public static JsonObject OneOf(string description, params string[] allowed) => OneOfThese(
        description, new() { ["enum"] = new JsonArray([.. allowed.Select(name => JsonValue.Create(name)), null]) }, Like(null));

    /// <summary>A value of an enumeration.</summary>
    public static JsonObject OneOf<T>(string description)
        where T : struct, Enum => OneOf(description, ConfigNames<T>.All);

    /// <summary>One of <paramref name="allowed"/>, and not to be left out.</summary>
    public static JsonObject RequiredOneOf(string description, params string[] allowed) => OneOfThese(
        description, new() { ["enum"] = new JsonArray([.. allowed.Select(name => JsonValue.Create(name))]) }, Like(null));

    /// <summary>A list of texts.</summary>
    public static JsonObject Texts(string description) =>
        new() { ["description"] = description, ["type"] = Types("array", "null"), ["items"] = new JsonObject { ["type"] = Types("string", "number", "boolean") } };

    /// <summary>A list of words among <paramref name="known"/>.</summary>
    public static JsonObject Words(string description, IReadOnlyList<string> known)
    {
        var words = Texts(description);
        words["items"] = new JsonObject { ["anyOf"] = new JsonArray(Among([.. known]), Like(null)) };
        return words;
    }

    /// <summary>Texts by names that the file chooses.</summary>
    public static JsonObject TextMap(string description) =>
        new() { ["description"] = description, ["type"] = Types("object", "null"), ["additionalProperties"] = Text("The value.") };

    /// <summary>A list of mappings.</summary>
    public static JsonObject List(string description, JsonObject item)
    {
        item["type"] = "object";
        return new() { ["description"] = description, ["type"] = Types("array", "null"), ["items"] = item };
    }

    /// <summary>A mapping with these keys and no others.</summary>
    public static JsonObject Map(string description, params ReadOnlySpan<(string Key, JsonObject Value)> keys)
    {
        var properties = new JsonObject();
        foreach (var (key, value) in keys)
            properties[key] = value;
        return new() { ["description"] = description, ["type"] = Types("object", "null"), ["properties"] = properties, ["additionalProperties"] = false };
    }

    /// <summary>Anything.</summary>
    public static JsonObject Anything(string description) => new() { ["description"] = description };

    /// <summary>Keys that a mapping must have.</summary>
    public static JsonObject Requiring(this JsonObject map, params ReadOnlySpan<string> keys)
    {
        map["required"] = Names(keys);
        return map;
    }

    /// <summary>A rule beside those that its keys obey one by one.</summary>
    public static JsonObject Where(this JsonObject map, params ReadOnlySpan<JsonObject> rules)
    {
        map["allOf"] = new JsonArray([.. rules.ToArray()]);
        return map;
    }

    /// <summary>That a mapping has one of these keys, with a value.</summary>
    public static JsonObject HasOneOf(params ReadOnlySpan<string> keys)
    {
        var choices = new JsonArray();
        foreach (var key in keys)
            choices.Add(Has(key));
        return new() { ["anyOf"] = choices };
    }

    /// <summary>That a mapping has a key, with a value.</summary>
    public static JsonObject Has(string key) => Has(key, new JsonObject { ["not"] = new JsonObject { ["type"] = "null" } });

    /// <summary>That a mapping has a key whose value obeys <paramref name="rule"/>.</summary>
    public static JsonObject Has(string key, JsonObject rule) => new() { ["required"] = Names(key), ["properties"] = new JsonObject { [key] = rule } };

    /// <summary>That a mapping does not have both keys.</summary>
    public static JsonObject NotBoth(string one, string other) => new() { ["not"] = new JsonObject { ["allOf"] = new JsonArray(Has(one), Has(other)) } };

    public static JsonObject If(JsonObject condition, JsonObject then) => new() { ["if"] = condition, ["then"] = then };

    /// <summary>A value among these.</summary>
    public static JsonObject Among(params ReadOnlySpan<string> values) => new() { ["enum"] = Names(values) };

    /// <summary>A text that looks like this.</summary>
    public static JsonObject Matches(string pattern) => new() { ["type"] = "string", ["pattern"] = pattern };

    private static JsonObject OneOfThese(string description, params JsonObject[] choices) =>
        new() { ["description"] = description, ["anyOf"] = new JsonArray([.. choices]) };

    // A quoted value, or one with a variable in it.
    private static JsonObject Like(string? pattern) => Matches(pattern is null ? Variable : $"^({pattern})$|{Variable}");

    private static string AnyCase(string alternatives) =>
        string.Concat(alternatives.Select(letter => char.IsAsciiLetter(letter) ? $"[{char.ToUpperInvariant(letter)}{letter}]" : letter.ToString()));

    private static JsonArray Types(params ReadOnlySpan<string> names) => Names(names);

    private static JsonArray Names(params ReadOnlySpan<string> names)
    {
        var array = new JsonArray();
        foreach (var name in names)
            array.Add(JsonValue.Create(name));
        return array;
    }
}
