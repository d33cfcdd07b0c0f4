using System.Buffers;
using System.Runtime.InteropServices;
using System.Text.Json;
using ModelScan.RoutingApi.Dialects.Translation;

namespace ModelScan.RoutingApi.Dialects.OpenAiChat;

/// <summary>
/// Citations of web pages. Chat Completions: <c>{"type": "url_citation", "url_citation": {"url", "title", "start_index", "end_index"}}</c>;
/// Responses has the same fields without the inner object.
/// </summary>
internal static class ChatAnnotation
{
    private static ReadOnlySpan<byte> Kind => "url_citation"u8;

    /// <summary>The citation as the Responses API writes it, on a single line; <see langword="null"/> for other annotations.</summary>
    public static byte[]? ToResponses(JsonElement annotation) =>
        annotation.ValueKind == JsonValueKind.Object && annotation.TryGetProperty(Kind, out var citation) && citation.ValueKind == JsonValueKind.Object
            ? Write(citation, nested: false)
            : null;

    /// <summary>The citation as Chat Completions writes it, on a single line; <see langword="null"/> for other annotations.</summary>
    public static byte[]? FromResponses(JsonElement annotation) =>
        annotation.ValueKind == JsonValueKind.Object && annotation.TryGetProperty("type"u8, out var type) && type.ValueKind == JsonValueKind.String && type.ValueEquals(Kind)
            ? Write(annotation, nested: true)
            : null;

    private static byte[] Write(JsonElement citation, bool nested)
    {
        var json = new ArrayBufferWriter<byte>(128);
        using var writer = new Utf8JsonWriter(json, RequestBody.WriterOptions);
        writer.WriteStartObject();
        writer.WriteString("type"u8, Kind);
        if (nested)
            writer.WriteStartObject(Kind);
        foreach (var property in citation.EnumerateObject())
        {
            if (property.NameEquals("type"u8))
                continue;
            writer.WritePropertyName(property.Name);
            writer.WriteRawValue(RequestBody.SingleLine(JsonMarshal.GetRawUtf8Value(property.Value)), skipInputValidation: true);
        }

        if (nested)
            writer.WriteEndObject();
        writer.WriteEndObject();
        writer.Flush();
        return json.WrittenSpan.ToArray();
    }
}
