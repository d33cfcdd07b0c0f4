using System.Text.Json;
using System.Text.Unicode;

namespace ModelScan.RoutingApi.Dialects.Translation;

/// <summary>Opens a client's request for translation.</summary>
internal static class RequestBody
{
    private static ReadOnlySpan<byte> ByteOrderMark => [0xEF, 0xBB, 0xBF];

    /// <summary>Parses <paramref name="body"/> and hands it to <paramref name="translate"/>; what it returns must not keep the document.</summary>
    /// <exception cref="InvalidRequestException">The body is no JSON object in UTF-8, or <paramref name="translate"/> refuses it.</exception>
    public static T Translate<T>(ReadOnlyMemory<byte> body, TranslationContext context, Func<RequestField, TranslationContext, T> translate)
    {
        if (body.Span.StartsWith(ByteOrderMark))
            body = body[ByteOrderMark.Length..];
        if (!Utf8.IsValid(body.Span))
            throw new InvalidRequestException("the body is not valid UTF-8");
        try
        {
            using var document = JsonDocument.Parse(body, WireJson.Reading);
            if (document.RootElement.ValueKind != JsonValueKind.Object)
                throw new InvalidRequestException("the body must be a JSON object");
            return translate(new RequestField(document.RootElement, ""), context);
        }
        catch (JsonException exception)
        {
            throw new InvalidRequestException($"Failed to parse JSON: {exception.Message}", exception);
        }
        catch (InvalidOperationException exception)
        {
            // A property name with half of a surrogate pair.
            throw new InvalidRequestException("Failed to parse JSON: a property name is not valid Unicode", exception);
        }
    }
}
