using System.Text.Json;

namespace ModelScan.WebConsole.Reading;

/// <summary>Reads what a decision was made on, as the log keeps it: <c>[{"text": "…"}, …]</c>, the newest message last.</summary>
internal static class DecidedOn
{
    /// <summary>The newest message; <see langword="null"/> where there is none, or it cannot be read.</summary>
    public static string? Prompt(string? input)
    {
        if (input is null)
            return null;
        try
        {
            using var document = JsonDocument.Parse(input);
            return document.RootElement.ValueKind == JsonValueKind.Array && document.RootElement.GetArrayLength() is var count and > 0
                && document.RootElement[count - 1] is { ValueKind: JsonValueKind.Object } last && last.TryGetProperty("text", out var text) && text.ValueKind == JsonValueKind.String
                ? text.GetString()
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
