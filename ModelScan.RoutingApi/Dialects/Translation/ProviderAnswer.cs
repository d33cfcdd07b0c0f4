using System.Runtime.InteropServices;
using System.Text.Json;

namespace ModelScan.RoutingApi.Dialects.Translation;

/// <summary>Small reading steps over a provider's whole answer. What is not of the expected type counts as absent.</summary>
internal static class ProviderAnswer
{
    private const int MaxDepth = 512;

    /// <summary>Parses an answer and hands it to <paramref name="translate"/>.</summary>
    /// <exception cref="ProviderAnswerException">It is not a JSON object.</exception>
    public static void Read(ReadOnlyMemory<byte> answer, Action<JsonElement> translate)
    {
        var valid = ProviderText.Valid(answer.Span);
        if (!valid.Overlaps(answer.Span))
            answer = valid.ToArray();
        try
        {
            using var document = JsonDocument.Parse(answer, new JsonDocumentOptions { MaxDepth = MaxDepth });
            if (document.RootElement.ValueKind != JsonValueKind.Object)
                throw new ProviderAnswerException("the provider's answer is not a JSON object");
            translate(document.RootElement);
        }
        catch (JsonException exception)
        {
            throw new ProviderAnswerException($"the provider's answer is not JSON: {exception.Message}", exception);
        }
        catch (InvalidOperationException exception)
        {
            throw new ProviderAnswerException("the provider's answer holds a name that is not valid Unicode", exception);
        }
    }

    public static JsonElement? Find(JsonElement owner, ReadOnlySpan<byte> name) =>
        owner.ValueKind == JsonValueKind.Object && owner.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;

    public static JsonElement? FindObject(JsonElement owner, ReadOnlySpan<byte> name) => OfKind(Find(owner, name), JsonValueKind.Object);

    public static JsonElement? FindString(JsonElement owner, ReadOnlySpan<byte> name) => OfKind(Find(owner, name), JsonValueKind.String);

    /// <summary>The elements of an array; none where there is no array.</summary>
    public static JsonElement.ArrayEnumerator Items(JsonElement owner, ReadOnlySpan<byte> name) =>
        OfKind(Find(owner, name), JsonValueKind.Array) is { } array ? array.EnumerateArray() : default;

    public static string? TextOf(JsonElement owner, ReadOnlySpan<byte> name) => FindString(owner, name) is { } text ? Plain(text) : null;

    public static long NumberOf(JsonElement owner, ReadOnlySpan<byte> name) =>
        Find(owner, name) is { ValueKind: JsonValueKind.Number } number && number.TryGetInt64(out var value) ? value : 0;

    /// <summary>A string; half of a surrogate pair in it becomes U+FFFD.</summary>
    public static string Plain(JsonElement text)
    {
        var reader = ReaderOf(text);
        return JsonText.Read(ref reader);
    }

    /// <summary>A string as it stands in JSON, quotes included.</summary>
    public static ReadOnlySpan<byte> Token(JsonElement text) => JsonMarshal.GetRawUtf8Value(text);

    /// <summary>A reader on the element's first token.</summary>
    public static Utf8JsonReader ReaderOf(JsonElement element)
    {
        var reader = new Utf8JsonReader(JsonMarshal.GetRawUtf8Value(element), new JsonReaderOptions { MaxDepth = MaxDepth });
        reader.Read();
        return reader;
    }

    private static JsonElement? OfKind(JsonElement? value, JsonValueKind kind) => value?.ValueKind == kind ? value : null;
}
