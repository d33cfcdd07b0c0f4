using System.Text.Json;

namespace ModelScan.RoutingApi.Routing.Attempts;

/// <summary>What a provider's error body says: <c>error.message</c> and <c>error.code</c> or <c>error.type</c>, in OpenAI's form and in Anthropic's.</summary>
internal static class ProviderErrorBody
{
    /// <summary>Reads a body; whatever is not there, or not JSON at all, is <see langword="null"/>.</summary>
    public static (string? Message, string? Code) Read(ReadOnlySpan<byte> body)
    {
        try
        {
            var reader = new Utf8JsonReader(body);
            if (!JsonDocument.TryParseValue(ref reader, out var document))
                return (null, null);
            using (document)
            {
                if (document.RootElement.ValueKind != JsonValueKind.Object || !document.RootElement.TryGetProperty("error", out var error))
                    return (null, null);
                if (error.ValueKind == JsonValueKind.String)
                    return (error.GetString(), null);
                return error.ValueKind == JsonValueKind.Object ? (Text(error, "message"), Text(error, "code") ?? Text(error, "type")) : (null, null);
            }
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            return (null, null);
        }
    }

    private static string? Text(JsonElement error, string name) =>
        error.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
