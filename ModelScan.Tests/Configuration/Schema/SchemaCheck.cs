using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Json.Schema;
using ModelScan.RoutingApi.Configuration.Schema;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace ModelScan.Tests.Configuration.Schema;

/// <summary>What an editor says of a configuration that it checks by the schema.</summary>
internal static partial class SchemaCheck
{
    private const int MaxNodes = 100_000;
    private static readonly JsonSchema Schema = JsonSchema.FromText(ConfigSchema.Write());

    /// <summary>Whether the schema accepts <paramref name="yaml"/>.</summary>
    public static bool Accepts(string yaml) => Complaints(yaml).Count == 0;

    /// <summary>Asserts that a configuration that the gateway reads is one for editors, too.</summary>
    public static void AssertAccepts(string yaml)
    {
        var complaints = Complaints(yaml);
        Assert.True(
            complaints.Count == 0,
            $"The gateway reads this configuration, and the schema that editors go by refuses it; bring Configuration/Schema up to date.\n{string.Join('\n', complaints)}\n{yaml}");
    }

    private static IReadOnlyList<string> Complaints(string yaml)
    {
        var budget = MaxNodes;
        if (Read(yaml) is not { } root || ToJson(root, ref budget) is not { } json)
            return budget < 0 ? [] : ["holds nothing"];
        var result = Schema.Evaluate(JsonSerializer.SerializeToElement(json), new EvaluationOptions { OutputFormat = OutputFormat.List });
        return result.IsValid ? [] : [.. (result.Details ?? [])
            .Where(detail => !detail.IsValid && detail.Errors is { Count: > 0 })
            .SelectMany(detail => detail.Errors!.Select(error => $"{detail.InstanceLocation}: {error.Key}: {error.Value}"))
            .DefaultIfEmpty("refused")];
    }

    private static YamlNode? Read(string yaml)
    {
        var stream = new YamlStream();
        stream.Load(new StringReader(yaml));
        return stream.Documents.Count == 0 ? null : stream.Documents[0].RootNode;
    }

    // Null for null, and for all of it when the budget is spent: aliases of aliases may stand for more than there is memory.
    private static JsonNode? ToJson(YamlNode node, ref int budget)
    {
        if (--budget < 0)
            return null;
        switch (node)
        {
            case YamlMappingNode mapping:
                var members = new JsonObject();
                foreach (var (key, value) in mapping.Children)
                    members[((YamlScalarNode)key).Value!] = ToJson(value, ref budget);
                return budget < 0 ? null : members;
            case YamlSequenceNode sequence:
                var items = new JsonArray();
                foreach (var item in sequence.Children)
                {
                    if (budget >= 0)
                        items.Add(ToJson(item, ref budget));
                }

                return budget < 0 ? null : items;
            case YamlScalarNode { Style: ScalarStyle.Plain, Value: var text }:
                return Plain(text ?? "");
            case YamlScalarNode { Value: var text }:
                return JsonValue.Create(text);
            default:
                throw new ArgumentException($"an editor does not know {node.NodeType}", nameof(node));
        }
    }

    // The core schema of YAML 1.2 (https://yaml.org/spec/1.2.2/#103-core-schema), as editors read it.
    private static JsonValue? Plain(string text) => text switch
    {
        "" or "~" or "null" or "Null" or "NULL" => null,
        "true" or "True" or "TRUE" => JsonValue.Create(true),
        "false" or "False" or "FALSE" => JsonValue.Create(false),
        _ when Integer().IsMatch(text) && long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole) => JsonValue.Create(whole),
        _ when Float().IsMatch(text) => JsonValue.Create(double.Parse(text, CultureInfo.InvariantCulture)),
        _ => JsonValue.Create(text),
    };

    [GeneratedRegex("^[-+]?[0-9]+$", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Integer();

    [GeneratedRegex(@"^[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?$", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Float();
}
