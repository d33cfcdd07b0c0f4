using ModelScan.RoutingApi.Dialects;

namespace ModelScan.RoutingApi.Endpoints.Sockets;

/// <summary>Messages that the gateway itself says on a WebSocket.</summary>
internal static class SocketWords
{
    private static readonly string[] ToldHeaders = ["retry-after", "x-request-id", ResponseHeaders.Model, ResponseHeaders.Provider, ResponseHeaders.Attempts, ResponseHeaders.RequestId, ResponseHeaders.TraceId];

    /// <summary>An error of a response, or of a message: <c>{"type": "error", "status": 400, "error": {type, code, message, param}, "headers": {…}}</c>.</summary>
    /// <param name="error">What is wrong.</param>
    /// <param name="headers">What would be the answer's headers over HTTP; some of them tell clients when to try again.</param>
    public static byte[] Error(ClientError error, IHeaderDictionary? headers)
    {
        using var inner = new PooledBuffer();
        using (var writer = new Utf8JsonWriter(inner, WireJson.Options))
            error.WriteTo(writer, ApiFormat.Responses);
        using var document = JsonDocument.Parse(inner.WrittenMemory);
        return Error(error.Status, document.RootElement.GetProperty("error"), headers);
    }

    /// <summary>An error in a provider's own words.</summary>
    public static byte[] Error(int status, JsonElement error, IHeaderDictionary? headers)
    {
        using var output = new PooledBuffer();
        using (var writer = new Utf8JsonWriter(output, WireJson.Options))
        {
            writer.WriteStartObject();
            writer.WriteString("type"u8, "error"u8);
            writer.WriteNumber("status"u8, status);
            writer.WriteStartObject("error"u8);
            foreach (var member in error.EnumerateObject().Where(member => member.Name != "code"))
                member.WriteTo(writer);
            writer.WriteString("code"u8, CodeOf(error));
            writer.WriteEndObject();
            WriteHeaders(writer, headers);
            writer.WriteEndObject();
        }

        return output.WrittenSpan.ToArray();
    }

    // Clients of a WebSocket go by the code; over HTTP many errors of OpenAI's have none.
    private static string CodeOf(JsonElement error)
    {
        foreach (var name in (ReadOnlySpan<string>)["code", "type"])
        {
            if (error.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String)
                return value.GetString()!;
        }

        return "error";
    }

    /// <summary>A whole response of a provider that does not stream.</summary>
    public static byte[] Completed(ReadOnlySpan<byte> response) => [.. "{\"type\":\"response.completed\",\"sequence_number\":0,\"response\":"u8, .. response, (byte)'}'];

    private static void WriteHeaders(Utf8JsonWriter writer, IHeaderDictionary? headers)
    {
        if (headers is null)
            return;
        writer.WriteStartObject("headers"u8);
        foreach (var name in ToldHeaders)
        {
            if (headers.TryGetValue(name, out var value) && value.Count > 0)
                writer.WriteString(name, value.ToString());
        }

        writer.WriteEndObject();
    }
}
