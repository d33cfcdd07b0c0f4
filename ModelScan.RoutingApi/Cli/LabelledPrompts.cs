using System.Text.Json;
using ModelScan.RoutingApi.Decisions;

namespace ModelScan.RoutingApi.Cli;

/// <summary>A prompt, and which routes are right for it.</summary>
/// <param name="Prompt">What a person says, as the first turn of a conversation.</param>
/// <param name="Right">Names of the routes that are right; <see langword="null"/> among them where none is right, too.</param>
/// <param name="Language">As the file calls it; <c>-</c> where it does not say.</param>
internal sealed record LabelledPrompt(string Prompt, IReadOnlyList<string?> Right, string Language);

/// <summary>
/// Reads labelled prompts, one JSON object a line: <c>{"prompt": "…", "route": "code"}</c>, with <c>null</c> for none, or
/// <c>{"prompt": "…", "right": ["code", null]}</c> where several answers are right; <c>"lang"</c> is optional.
/// </summary>
internal static class LabelledPrompts
{
    /// <summary>Reads a file.</summary>
    /// <exception cref="FormatException">A line is wrong, or names a route that is not configured; the message says which and why.</exception>
    public static IReadOnlyList<LabelledPrompt> Read(string path, RouteSet routes)
    {
        try
        {
            LabelledPrompt[] prompts = [.. File.ReadLines(path).Index().Where(line => !string.IsNullOrWhiteSpace(line.Item)).Select(line => ReadLine(line.Item, $"{path}:{line.Index + 1}", routes))];
            return prompts.Length > 0 ? prompts : throw new FormatException($"{path}: there is no prompt in it.");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new FormatException($"{path} cannot be read: {exception.Message}", exception);
        }
    }

    private static LabelledPrompt ReadLine(string line, string where, RouteSet routes)
    {
        try
        {
            using var document = JsonDocument.Parse(line);
            var item = document.RootElement;
            var right = item.TryGetProperty("right", out var several) ? several.EnumerateArray().Select(route => route.GetString()).ToArray() : [item.GetProperty("route").GetString()];
            if (right.Length == 0)
                throw new FormatException($"{where}: 'right' names no route; write [null] where none is right.");
            if (right.FirstOrDefault(name => name is not null && routes.Routes.All(route => route.Name != name)) is { } unknown)
                throw new FormatException($"{where}: '{unknown}' is not a route; there are {string.Join(", ", routes.Routes.Select(route => route.Name))}.");
            var language = item.TryGetProperty("lang", out var lang) ? lang.GetString() : null;
            return new LabelledPrompt(item.GetProperty("prompt").GetString() ?? throw new FormatException($"{where}: 'prompt' is null."), right, language ?? "-");
        }
        catch (Exception exception) when (exception is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            throw new FormatException($"{where}: must be an object with 'prompt' and 'route' (a name or null) or 'right' (a list of them).", exception);
        }
    }
}
