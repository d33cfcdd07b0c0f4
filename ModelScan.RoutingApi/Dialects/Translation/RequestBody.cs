using System.Buffers;
using System.Text.Json;
using System.Text.Unicode;

namespace ModelScan.RoutingApi.Dialects.Translation;

/// <summary>Opens a client's request for translation.</summary>
internal static class RequestBody
{
    /// <summary>For writers of translated requests.</summary>
    public static JsonWriterOptions WriterOptions => WireJson.Options;

    private static ReadOnlySpan<byte> ByteOrderMark => [0xEF, 0xBB, 0xBF];

    /// <summary>Parses <paramref name="body"/> and hands it to <paramref name="translate"/>; what it returns must not keep the document.</summary>
    /// <exception cref="InvalidRequestException">The body is no JSON object in UTF-8, or <paramref name="translate"/> refuses it.</exception>
    public static T Translate<T>(ReadOnlyMemory<byte> body, TranslationContext context, Func<RequestField, TranslationContext, T> translate) =>
        Open(body, (document, bytes) =>
        {
            using (document)
                return translate(Root(document, bytes), context);
        });

    /// <summary>Parses <paramref name="body"/> and hands it to <paramref name="translate"/>; what it returns may keep the fields.</summary>
    /// <exception cref="InvalidRequestException">The body is no JSON object in UTF-8, or <paramref name="translate"/> refuses it.</exception>
    public static T Read<T>(ReadOnlyMemory<byte> body, Func<RequestField, T> translate) => Open(body, (document, bytes) => translate(Root(document, bytes)));

    /// <summary>The value's JSON on a single line, as events need it: line breaks stand only between its tokens.</summary>
    public static byte[] SingleLine(ReadOnlySpan<byte> json)
    {
        if (json.IndexOfAny((byte)'\n', (byte)'\r') < 0)
            return json.ToArray();
        var line = new ArrayBufferWriter<byte>(json.Length);
        foreach (var range in json.SplitAny((byte)'\n', (byte)'\r'))
            line.Write(json[range]);
        return line.WrittenSpan.ToArray();
    }

    private static T Open<T>(ReadOnlyMemory<byte> body, Func<JsonDocument, ReadOnlyMemory<byte>, T> use)
    {
        if (body.Span.StartsWith(ByteOrderMark))
            body = body[ByteOrderMark.Length..];
        if (!Utf8.IsValid(body.Span))
            throw new InvalidRequestException("the body is not valid UTF-8");
        body = LoneSurrogates.Mend(body);
        try
        {
            return use(JsonDocument.Parse(body, WireJson.Reading), body);
        }
        catch (JsonException exception)
        {
            throw new InvalidRequestException($"Failed to parse JSON: {JsonProblem.Describe(exception, body.Span)}", exception);
        }
        catch (InvalidOperationException exception)
        {
            // A property name with half of a surrogate pair, which cannot be compared with any.
            throw new InvalidRequestException("Failed to parse JSON: a property name is not valid Unicode", exception);
        }
    }

    private static RequestField Root(JsonDocument document, ReadOnlyMemory<byte> body) => document.RootElement.ValueKind == JsonValueKind.Object
        ? new RequestField(document.RootElement, new RequestSource(body))
        : throw new InvalidRequestException("the body must be a JSON object");
}
