using System.Security.Cryptography;
using System.Text;
using ModelScan.RoutingApi.Configuration;
using ModelScan.RoutingApi.Pipeline;

namespace ModelScan.RoutingApi.ResponseCache;

/// <summary>
/// What makes two requests the same: who asks, under which configuration, in which format and mode, and the body, whatever the order of its members and
/// the blanks between them. A hash of it, so that nothing of a request is kept.
/// </summary>
internal static class CacheKey
{
    // Of what a client says in headers, this concerns the answer.
    private static readonly string[] Headers = ["anthropic-beta", "anthropic-version", "openai-beta", "x-modelscan-mode", "accept-language"];

    /// <summary>The key of a request; <see langword="null"/> for one whose answer may not be given again.</summary>
    /// <param name="request">The request.</param>
    /// <param name="mode">The mode that answers.</param>
    /// <param name="config">Which may.</param>
    public static string? Of(ClientRequest request, string mode, ResponseCacheConfig config)
    {
        if (request.Earlier is not null || request.PreviousResponseId is not null || request.Connection is not null)
            return null;
        try
        {
            using var document = JsonDocument.Parse(request.Body, WireJson.Reading);
            var root = document.RootElement;
            if (!MayBeGivenAgain(root) || (config.Requests == CachedRequests.Deterministic && !IsDeterministic(root)))
                return null;
            using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            Add(hash, ResponseTurns.OwnerOf(request));
            Add(hash, request.Snapshot.Loaded.Hash);
            Add(hash, $"{request.Format}/{mode}{request.Query}");
            foreach (var name in Headers)
                Add(hash, request.Headers[name].ToString());
            using var normalised = new PooledBuffer();
            using (var writer = new Utf8JsonWriter(normalised, WireJson.Options))
                Write(writer, root);
            hash.AppendData(normalised.WrittenSpan);
            return Convert.ToHexStringLower(hash.GetHashAndReset());
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            // Whoever answers says what is wrong with it.
            return null;
        }
    }

    private static bool IsDeterministic(JsonElement root) =>
        root.TryGetProperty("temperature", out var temperature) && temperature.ValueKind == JsonValueKind.Number && temperature.TryGetDouble(out var value) && value == 0;

    // What goes on with something that is kept elsewhere is another request each time.
    private static bool MayBeGivenAgain(JsonElement root) => root.ValueKind == JsonValueKind.Object
        && !Has(root, "previous_response_id") && !Has(root, "conversation") && !Has(root, "container") && !(root.TryGetProperty("background", out var background) && background.ValueKind == JsonValueKind.True);

    private static bool Has(JsonElement root, string name) => root.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null;

    private static void Add(IncrementalHash hash, string text)
    {
        hash.AppendData(Encoding.UTF8.GetBytes(text));
        hash.AppendData("\0"u8);
    }

    private static void Write(Utf8JsonWriter writer, JsonElement value)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                writer.WriteStartObject();

                // The order of sorting keeps that of members with one name, of which the last counts.
                foreach (var member in value.EnumerateObject().OrderBy(static member => member.Name, StringComparer.Ordinal))
                {
                    writer.WritePropertyName(member.Name);
                    Write(writer, member.Value);
                }

                writer.WriteEndObject();
                break;
            case JsonValueKind.Array:
                writer.WriteStartArray();
                foreach (var item in value.EnumerateArray())
                    Write(writer, item);
                writer.WriteEndArray();
                break;
            default:
                value.WriteTo(writer);
                break;
        }
    }
}
