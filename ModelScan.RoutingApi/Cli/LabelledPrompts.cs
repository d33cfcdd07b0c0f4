using ModelScan.RoutingApi.Configuration.Reading;
using ModelScan.RoutingApi.Decisions;

namespace ModelScan.RoutingApi.Cli;

/// <summary>Reads labelled prompts, one a line as <see cref="LabelledPromptLine"/> has them.</summary>
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
        var prompt = LabelledPromptLine.Read(line, where);
        return prompt.Right.FirstOrDefault(name => name is not null && routes.Routes.All(route => route.Name != name)) is { } unknown
            ? throw new FormatException($"{where}: '{unknown}' is not a route; there are {string.Join(", ", routes.Routes.Select(route => route.Name))}.")
            : prompt;
    }
}
