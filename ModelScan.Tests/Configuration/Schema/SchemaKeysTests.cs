using System.Text.RegularExpressions;
using ModelScan.RoutingApi.Configuration.Reading;
using ModelScan.RoutingApi.Configuration.Schema;
using ModelScan.Tests.Support;

namespace ModelScan.Tests.Configuration.Schema;

/// <summary>Each mapping has the same keys for the schema as for the reader.</summary>
public sealed partial class SchemaKeysTests
{
    // What has to stand in a mapping until all of it is read.
    private static readonly Dictionary<string, string[]> Beside = new() { ["model_metrics_sources.[]"] = ["type: latency", "provider: prometheus"] };

    private static readonly IReadOnlyList<SchemaMap> Maps = [.. SchemaMaps.Of(ConfigSchema.Create()).Where(map => map.IsClosed)];

    // Those of the schema, and every word in the readers' code that may be one.
    private static readonly string[] Keys = [.. Maps.SelectMany(map => map.Properties.Select(property => property.Key)).Concat(ReadersWords()).Append("unheard_of").Distinct()];

    public static TheoryData<string> Paths => [.. Maps.Select(map => string.Join('.', map.Path)).Distinct()];

    [Theory]
    [MemberData(nameof(Paths))]
    public void Mapping_HasTheSameKeysForSchemaAndReader(string path)
    {
        foreach (var map in Maps.Where(map => string.Join('.', map.Path) == path))
        {
            var given = Beside.GetValueOrDefault(path) ?? [.. map.Required.Select(pair => $"{pair.Key}: {pair.Value}")];
            var asked = Keys.Where(key => !given.Any(line => line.StartsWith($"{key}:", StringComparison.Ordinal))).ToArray();
            var yaml = Wrap(map.Path, 0, $"{{ {string.Join(", ", given.Concat(asked.Select(key => $"{key}: null")))} }}");
            var report = RoutingConfigReader.Check(yaml, "test.yaml", new VariableExpansion([], _ => null), []);
            var refused = report.Errors.Where(error => error.Message.StartsWith("unknown key", StringComparison.Ordinal)).Select(error => error.Path.Split('.')[^1]).ToHashSet();
            Assert.Contains("unheard_of", refused);
            Assert.Equal(asked.Where(map.Properties.ContainsKey).Order(), asked.Where(key => !refused.Contains(key)).Order());
        }
    }

    private static IEnumerable<string> ReadersWords() =>
        Directory.EnumerateFiles(Path.Combine(RepositoryFiles.Root, "ModelScan.RoutingApi", "Configuration", "Reading"), "*.cs")
            .SelectMany(file => Words().Matches(File.ReadAllText(file)).Select(match => match.Groups["word"].Value));

    [GeneratedRegex("\"(?<word>[a-z][a-z_]*)\"", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Words();

    private static string Wrap(IReadOnlyList<string> path, int depth, string mapping)
    {
        if (depth == path.Count)
            return mapping;
        var inner = Wrap(path, depth + 1, mapping);
        var beside = Beside.TryGetValue(string.Join('.', path.Take(depth)), out var lines) ? string.Concat(lines.Select(line => $"{line}, ")) : "";
        return path[depth] switch
        {
            "[]" => $"[{inner}]",
            "*" => $"{{ some: {inner} }}",
            var key => $"{{ {beside}{key}: {inner} }}",
        };
    }
}
