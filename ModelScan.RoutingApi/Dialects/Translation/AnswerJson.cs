using System.Runtime.InteropServices;
using System.Text.Json;

namespace ModelScan.RoutingApi.Dialects.Translation;

/// <summary>Reads a provider's complete answer leniently: what is not of the expected type counts as absent.</summary>
internal static class AnswerJson
{
    /// <summary>Parses an answer.</summary>
    /// <exception cref="ProviderAnswerException">It is no JSON object.</exception>
    public static JsonDocument Parse(ReadOnlyMemory<byte> answer)
    {
        try
        {
            var document = JsonDocument.Parse(answer, WireJson.Reading);
            if (document.RootElement.ValueKind == JsonValueKind.Object)
                return document;
            document.Dispose();
        }
        catch (JsonException exception)
        {
            throw new ProviderAnswerException($"the provider's answer is not JSON: {exception.Message}", exception);
        }

        throw new ProviderAnswerException("the provider's answer is not a JSON object");
    }

    /// <summary>The object or array <paramref name="name"/>; a value of kind <see cref="JsonValueKind.Undefined"/> where there is none.</summary>
    public static JsonElement Find(JsonElement owner, string name) =>
        owner.ValueKind == JsonValueKind.Object && owner.TryGetProperty(name, out var value) ? value : default;

    /// <summary>The text <paramref name="name"/>, half of a surrogate pair replaced; <see langword="null"/> where there is none.</summary>
    public static string? Text(JsonElement owner, string name) => TextOf(Find(owner, name));

    /// <summary>A text; <see langword="null"/> for anything else.</summary>
    public static string? TextOf(JsonElement value) =>
        value.ValueKind == JsonValueKind.String ? EscapedText.Decode(JsonMarshal.GetRawUtf8Value(value)) : null;

    /// <summary>The items of an array; none for anything else.</summary>
    public static JsonElement.ArrayEnumerator Items(JsonElement value) => value.ValueKind == JsonValueKind.Array ? value.EnumerateArray() : default;

    /// <summary>The value's bytes as they came.</summary>
    public static ReadOnlySpan<byte> Raw(JsonElement value) => JsonMarshal.GetRawUtf8Value(value);
}
