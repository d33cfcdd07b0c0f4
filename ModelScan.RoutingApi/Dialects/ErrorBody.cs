using System.Globalization;
using System.Text;

namespace ModelScan.RoutingApi.Dialects;

/// <summary>What stands in the body of a provider's error answer.</summary>
/// <remarks>
/// <code>
/// {"error": {"message": "…", "type": "…", "param": "…", "code": "…"}}                 OpenAI and most others
/// {"type": "error", "error": {"type": "…", "message": "…"}}                           Anthropic
/// [{"error": {"code": 429, "message": "…", "status": "…", "details": [{"retryDelay": "12s"}]}}]   Gemini
/// {"object": "error", "message": "…", "type": "…", "code": 400}                       vLLM, Mistral
/// {"message": "…"}   {"Message": "…", "__type": "…"}                                   Amazon, which tells the type in a header
/// {"error": "…"}   {"detail": "…"}   {"detail": [{"msg": "…"}]}                       Ollama, FastAPI
/// </code>
/// </remarks>
internal readonly record struct ErrorBody(string? Message, string? Type, string? Code, string? Parameter, int? Status, TimeSpan? RetryAfter)
{
    private const int MaxText = 300;

    /// <summary>Reads a body; whatever is not there or not readable is <see langword="null"/>.</summary>
    public static ErrorBody Read(ReadOnlySpan<byte> body)
    {
        try
        {
            var reader = new Utf8JsonReader(body);
            if (!JsonDocument.TryParseValue(ref reader, out var document))
                return default;
            using (document)
                return Read(document.RootElement);
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            return default;
        }
    }

    /// <summary>The beginning of a body that is not JSON, on one line.</summary>
    public static string PlainText(ReadOnlySpan<byte> body)
    {
        var text = Encoding.UTF8.GetString(body[..Math.Min(body.Length, MaxText)]);
        var line = new StringBuilder(text.Length);
        foreach (var character in text)
            line.Append(char.IsControl(character) ? ' ' : character);
        return line.ToString().Trim();
    }

    private static ErrorBody Read(JsonElement root)
    {
        if (root.ValueKind == JsonValueKind.Array && root.GetArrayLength() > 0)
            root = root[0];
        if (root.ValueKind != JsonValueKind.Object)
            return default;
        var error = root.TryGetProperty("error", out var inner) && inner.ValueKind != JsonValueKind.Null ? inner : root;
        if (error.ValueKind == JsonValueKind.String)
            return new ErrorBody(Text(root, "error"), null, Text(root, "code"), null, null, null);
        if (error.ValueKind != JsonValueKind.Object)
            return default;
        var status = ReadStatus(error);
        return new ErrorBody(
            Text(error, "message") ?? Text(error, "Message") ?? Detail(root),
            Text(error, "type") ?? Text(error, "status") ?? Text(error, "__type"),
            Text(error, "code"),
            Text(error, "param"),
            status,
            RetryDelay(error));
    }

    private static int? ReadStatus(JsonElement error)
    {
        foreach (var name in (ReadOnlySpan<string>)["code", "status"])
        {
            if (error.TryGetProperty(name, out var code) && code.ValueKind == JsonValueKind.Number && code.TryGetInt32(out var status) && status is >= 400 and < 600)
                return status;
        }

        // OpenRouter and others write the number as text.
        return int.TryParse(Text(error, "code"), NumberStyles.None, CultureInfo.InvariantCulture, out var text) && text is >= 400 and < 600 ? text : null;
    }

    private static string? Detail(JsonElement root)
    {
        if (!root.TryGetProperty("detail", out var detail))
            return null;
        if (detail.ValueKind == JsonValueKind.Array && detail.GetArrayLength() > 0)
            return Text(detail[0], "msg");
        return detail.ValueKind == JsonValueKind.String ? detail.GetString() : null;
    }

    private static TimeSpan? RetryDelay(JsonElement error)
    {
        if (!error.TryGetProperty("details", out var details) || details.ValueKind != JsonValueKind.Array)
            return null;
        foreach (var detail in details.EnumerateArray())
        {
            if (Text(detail, "retryDelay") is { } delay)
                return ErrorHeaders.ReadDuration(delay);
        }

        return null;
    }

    private static string? Text(JsonElement owner, string name) =>
        owner.ValueKind == JsonValueKind.Object && owner.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String && value.GetString() is { Length: > 0 } text ? text : null;
}
