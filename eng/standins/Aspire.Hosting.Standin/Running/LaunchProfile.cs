using System.Text.Json;

namespace Aspire.Hosting.Running;

/// <summary>A profile of a project's <c>Properties/launchSettings.json</c>.</summary>
internal sealed record LaunchProfile(string Name, IReadOnlyList<Uri> ApplicationUrls, IReadOnlyDictionary<string, string> EnvironmentVariables)
{
    private static readonly JsonDocumentOptions Lenient = new() { AllowTrailingCommas = true, CommentHandling = JsonCommentHandling.Skip };

    /// <summary>The named profile of the project in a directory, else its first one that runs the project; <c>null</c> if it has none.</summary>
    public static LaunchProfile? Find(string projectDirectory, string? name)
    {
        var file = Path.Combine(projectDirectory, "Properties", "launchSettings.json");
        if (!File.Exists(file))
        {
            return null;
        }

        using var settings = JsonDocument.Parse(File.ReadAllBytes(file), Lenient);
        if (!settings.RootElement.TryGetProperty("profiles", out var profiles))
        {
            return null;
        }

        var runnable = profiles.EnumerateObject()
            .Where(profile => profile.Value.TryGetProperty("commandName", out var command) && command.GetString() == "Project")
            .Select(profile => Read(profile.Name, profile.Value))
            .ToList();
        return runnable.Find(profile => profile.Name == name) ?? runnable.FirstOrDefault();
    }

    private static LaunchProfile Read(string name, JsonElement profile) => new(
        name,
        profile.TryGetProperty("applicationUrl", out var urls)
            ? [.. urls.GetString()!.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(url => new Uri(url))]
            : [],
        profile.TryGetProperty("environmentVariables", out var variables)
            ? variables.EnumerateObject().ToDictionary(variable => variable.Name, variable => variable.Value.ToString())
            : new Dictionary<string, string>());
}
