namespace ModelScan.RoutingApi.Wire;

/// <summary>Small reading steps shared by the request readers. Each starts on a value and ends on its last token.</summary>
internal static class JsonValues
{
    public static string? OptionalText(ref Utf8JsonReader reader, string field) => reader.TokenType switch
    {
        JsonTokenType.Null => null,
        JsonTokenType.String => JsonText.Read(ref reader),
        _ => throw new InvalidRequestException(field, $"must be a string, not {NameOf(reader.TokenType)}"),
    };

    public static bool OptionalFlag(ref Utf8JsonReader reader, string field) => reader.TokenType switch
    {
        JsonTokenType.True => true,
        JsonTokenType.False or JsonTokenType.Null => false,
        _ => throw new InvalidRequestException(field, $"must be true or false, not {NameOf(reader.TokenType)}"),
    };

    public static void RequireArray(ref Utf8JsonReader reader, string field)
    {
        if (reader.TokenType != JsonTokenType.StartArray)
            throw new InvalidRequestException(field, $"must be an array, not {NameOf(reader.TokenType)}");
    }

    public static void RequireObject(ref Utf8JsonReader reader, string field)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
            throw new InvalidRequestException(field, $"must be an object, not {NameOf(reader.TokenType)}");
    }

    /// <summary>A kind of value, for people.</summary>
    public static string NameOf(JsonTokenType token) => token switch
    {
        JsonTokenType.StartObject => "an object",
        JsonTokenType.StartArray => "an array",
        JsonTokenType.String => "a string",
        JsonTokenType.Number => "a number",
        JsonTokenType.True or JsonTokenType.False => "a boolean",
        JsonTokenType.Null => "null",
        _ => "nothing",
    };
}
