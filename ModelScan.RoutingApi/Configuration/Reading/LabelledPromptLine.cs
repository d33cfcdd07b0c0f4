namespace ModelScan.RoutingApi.Configuration.Reading;

/// <summary>A prompt, and which routes are right for it.</summary>
/// <param name="Prompt">What a person says, as the first turn of a conversation.</param>
/// <param name="Right">Names of the routes that are right; <see langword="null"/> among them where none is right, too.</param>
/// <param name="Language">As the file calls it; <c>-</c> where it does not say.</param>
internal sealed record LabelledPrompt(string Prompt, IReadOnlyList<string?> Right, string Language);

/// <summary>
/// Reads a labelled prompt, a JSON object: <c>{"prompt": "…", "route": "code"}</c>, with <c>null</c> for none, or
/// <c>{"prompt": "…", "right": ["code", null]}</c> where several answers are right; <c>"lang"</c> is optional. Other members, such as the
/// <c>feedback</c> that the request log exports, say how the label came about and do not change it.
/// </summary>
internal static class LabelledPromptLine
{
    /// <summary>Reads a line.</summary>
    /// <param name="line">The JSON.</param>
    /// <param name="where">What messages call it.</param>
    /// <exception cref="FormatException">It is no such object; the message says so.</exception>
    public static LabelledPrompt Read(string line, string where)
    {
        try
        {
            using var document = JsonDocument.Parse(line);
            var item = document.RootElement;
            var right = item.TryGetProperty("right", out var several) ? several.EnumerateArray().Select(route => route.GetString()).ToArray() : [item.GetProperty("route").GetString()];
            if (right.Length == 0)
                throw new FormatException($"{where}: 'right' names no route; write [null] where none is right.");
            var language = item.TryGetProperty("lang", out var lang) ? lang.GetString() : null;
            return new LabelledPrompt(item.GetProperty("prompt").GetString() ?? throw new FormatException($"{where}: 'prompt' is null."), right, language ?? "-");
        }
        catch (Exception exception) when (exception is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            throw new FormatException($"{where}: must be an object with 'prompt' and 'route' (a name or null) or 'right' (a list of them).", exception);
        }
    }
}
