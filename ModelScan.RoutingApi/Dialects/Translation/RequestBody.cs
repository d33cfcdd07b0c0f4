using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace ModelScan.RoutingApi.Dialects.Translation;

/// <summary>Reads requests to be translated, and writes translated ones.</summary>
internal static class RequestBody
{
    // As deep as the reader of routing facts goes.
    private const int MaxDepth = 2048;

    /// <summary>Values are taken from parsed JSON, and nobody puts them into a page: no checks, and other alphabets as they are.</summary>
    public static JsonWriterOptions WriterOptions { get; } =
        new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true, MaxDepth = MaxDepth };

    private static ReadOnlySpan<byte> ByteOrderMark => [0xEF, 0xBB, 0xBF];

    /// <summary>Parses a body and hands it to <paramref name="translate"/>.</summary>
    /// <exception cref="InvalidRequestException">It is not a JSON object, or holds a name or keyword that is not Unicode.</exception>
    public static T Read<T>(ReadOnlyMemory<byte> body, Func<RequestField, T> translate)
    {
        if (body.Span.StartsWith(ByteOrderMark))
            body = body[ByteOrderMark.Length..];
        try
        {
            var document = JsonDocument.Parse(body, new JsonDocumentOptions { MaxDepth = MaxDepth });
            if (document.RootElement.ValueKind != JsonValueKind.Object)
                throw new InvalidRequestException("the body must be a JSON object");
            return translate(new RequestField(document.RootElement, ""));
        }
        catch (JsonException exception)
        {
            throw new InvalidRequestException($"Failed to parse JSON: {exception.Message}", exception);
        }
        catch (InvalidOperationException exception)
        {
            // Comparing a name that holds half of a surrogate pair; texts are read more leniently.
            throw new InvalidRequestException("Failed to parse JSON: a property name or a keyword is not valid Unicode", exception);
        }
    }

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
}
