using System.Text;
using YamlDotNet.RepresentationModel;

namespace ModelScan.RoutingApi.Configuration.Reading;

/// <summary>
/// Puts .NET configuration under <see cref="Sections"/> (environment variables such as <c>Routing__Mode=direct</c>, command-line
/// arguments such as <c>--Routing:Mode=direct</c>) over the file's blocks of these names (<c>routing</c>, <c>request_log</c> and so on).
/// </summary>
internal static class RoutingOverrides
{
    /// <summary>The sections that are read, each for the block of the file that is called so in the file's spelling.</summary>
    public static IReadOnlyList<string> Sections { get; } = ["Routing", "RequestLog", "ResponsesState", "Governance", "Console"];

    /// <summary>The leaves below <paramref name="sections"/> as paths in the file's spelling, that of the section first, with their values, ordered by path.</summary>
    public static IReadOnlyList<(string[] Path, string Value)> From(params ReadOnlySpan<IConfigurationSection> sections)
    {
        var leaves = new List<(string[] Path, string Value)>();
        foreach (var section in sections)
        {
            leaves.AddRange(section.AsEnumerable(makePathsRelative: true)
                .Where(pair => pair.Value is not null && pair.Key.Length > 0)
                .Select(pair => (Path: pair.Key.Split(':').Prepend(section.Key).Select(FileSpelling).ToArray(), Value: pair.Value!)));
        }

        return [.. leaves.OrderBy(pair => string.Join('.', pair.Path), StringComparer.Ordinal)];
    }

    /// <summary>
    /// Where the orchestrator gives the gateway a Redis server (the connection string <c>cache</c>), sessions live there unless the
    /// file has a <c>session_cache</c> of its own.
    /// </summary>
    public static void ApplyCache(YamlMappingNode root, string? connectionString, ConfigScope scope)
    {
        if (string.IsNullOrEmpty(connectionString))
            return;
        var routing = Step(root, "routing", scope);
        if (!routing.Children.ContainsKey(new YamlScalarNode("session_cache")))
            Apply(root, [(["routing", "session_cache", "type"], "redis"), (["routing", "session_cache", "url"], connectionString)], scope);
    }

    /// <summary>Writes the values into <paramref name="root"/>, making mappings on the way.</summary>
    public static void Apply(YamlMappingNode root, IReadOnlyList<(string[] Path, string Value)> overrides, ConfigScope scope)
    {
        foreach (var (path, value) in overrides)
        {
            var mapping = root;
            foreach (var key in path.AsSpan(0, path.Length - 1))
                mapping = Step(mapping, key, scope);
            var (keyNode, valueNode) = (new YamlScalarNode(path[^1]), new YamlScalarNode(value));
            scope.MarkAsOverride(keyNode);
            scope.MarkAsOverride(valueNode);
            mapping.Children.Remove(keyNode);
            mapping.Children.Add(keyNode, valueNode);
        }
    }

    private static YamlMappingNode Step(YamlMappingNode mapping, string key, ConfigScope scope)
    {
        var keyNode = new YamlScalarNode(key);
        if (mapping.Children.TryGetValue(keyNode, out var child) && child is YamlMappingNode existing)
            return existing;
        var added = new YamlMappingNode();
        scope.MarkAsOverride(keyNode);
        scope.MarkAsOverride(added);
        mapping.Children.Remove(keyNode);
        mapping.Children.Add(keyNode, added);
        return added;
    }

    // SessionTtlSeconds and SESSION_TTL_SECONDS both mean session_ttl_seconds.
    private static string FileSpelling(string segment)
    {
        if (!segment.Any(char.IsLower))
            return segment.ToLowerInvariant();
        var name = new StringBuilder(segment.Length + 4);
        for (var i = 0; i < segment.Length; i++)
        {
            if (char.IsUpper(segment[i]) && i > 0 && char.IsLower(segment[i - 1]))
                name.Append('_');
            name.Append(char.ToLowerInvariant(segment[i]));
        }

        return name.ToString();
    }
}
