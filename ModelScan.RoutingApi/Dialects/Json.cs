using System.Text.Json;

namespace ModelScan.RoutingApi.Dialects;

/// <summary>Small reading steps shared by the request readers. Each starts on a value and ends on its last token.</summary>
internal static class Json
{
    public static string? OptionalText(ref Utf8JsonReader reader, string field) => reader.TokenType switch
    {
        JsonTokenType.Null => null,
        JsonTokenType.String => JsonText.Read(ref reader),
        _ => throw new InvalidRequestException(field, $"must be a string, not {RequestReader.NameOf(reader.TokenType)}"),
    };

    public static bool OptionalFlag(ref Utf8JsonReader reader, string field) => reader.TokenType switch
    {
        JsonTokenType.True => true,
        JsonTokenType.False or JsonTokenType.Null => false,
        _ => throw new InvalidRequestException(field, $"must be true or false, not {RequestReader.NameOf(reader.TokenType)}"),
    };

    public static void RequireArray(ref Utf8JsonReader reader, string field)
    {
        if (reader.TokenType != JsonTokenType.StartArray)
            throw new InvalidRequestException(field, $"must be an array, not {RequestReader.NameOf(reader.TokenType)}");
    }

    public static void RequireObject(ref Utf8JsonReader reader, string field)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
            throw new InvalidRequestException(field, $"must be an object, not {RequestReader.NameOf(reader.TokenType)}");
    }
}
