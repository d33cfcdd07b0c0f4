using System.Text.RegularExpressions;
using ModelScan.Tests.Support;
using YamlDotNet.RepresentationModel;

namespace ModelScan.Tests.Integration.Deployment;

/// <summary><c>deploy/compose.yaml</c> and what lies beside it, as text and as YAML.</summary>
internal static partial class ComposeFile
{
    /// <summary>The file.</summary>
    public static string FullPath { get; } = Path.Combine(RepositoryFiles.Root, "deploy", "compose.yaml");

    /// <summary>Its profiles.</summary>
    public static IReadOnlyList<string> Profiles { get; } = ["demo", "plano", "postgres", "grafana"];

    /// <summary>Its services, by name.</summary>
    public static IReadOnlyDictionary<string, YamlMappingNode> Services { get; } =
        ((YamlMappingNode)Root("services")).Children.ToDictionary(pair => pair.Key.ToString(), pair => (YamlMappingNode)pair.Value, StringComparer.Ordinal);

    /// <summary>The variables that it takes from outside.</summary>
    public static IReadOnlySet<string> Variables { get; } = Variable().Matches(File.ReadAllText(FullPath)).Select(match => match.Groups["name"].Value).ToHashSet(StringComparer.Ordinal);

    /// <summary>The variables of <c>.env.example</c> for the containers, those that are commented out included; Compose's own are left out.</summary>
    public static IReadOnlySet<string> ExampleVariables { get; } =
        Setting().Matches(File.ReadAllText(Path.Combine(RepositoryFiles.Root, ".env.example"))).Select(match => match.Groups["name"].Value)
            .Where(name => !name.StartsWith("COMPOSE_", StringComparison.Ordinal)).ToHashSet(StringComparer.Ordinal);

    /// <summary>Which services there are with a profile, or without any.</summary>
    public static IEnumerable<string> ServicesOf(string? profile) =>
        Services.Where(service => !service.Value.Children.TryGetValue("profiles", out var profiles) || ((YamlSequenceNode)profiles).Any(node => node.ToString() == profile)).Select(service => service.Key);

    private static YamlNode Root(string key)
    {
        var yaml = new YamlStream();
        yaml.Load(new StringReader(File.ReadAllText(FullPath)));
        return ((YamlMappingNode)yaml.Documents[0].RootNode)[key];
    }

    [GeneratedRegex(@"\$\{(?<name>[A-Z_]+)", RegexOptions.None, matchTimeoutMilliseconds: 5000)]
    private static partial Regex Variable();

    [GeneratedRegex(@"^(?:# )?(?<name>[A-Z_]+)=", RegexOptions.Multiline, matchTimeoutMilliseconds: 5000)]
    private static partial Regex Setting();
}
