using System.Collections;
using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using ModelScan.RoutingApi.Configuration;
using ModelScan.RoutingApi.Configuration.Reading;
using ModelScan.RoutingApi.Configuration.Schema;
using ModelScan.Tests.Configuration.Schema;
using YamlDotNet.RepresentationModel;

namespace ModelScan.Tests.Configuration;

/// <summary>
/// A key that is accepted changes what the configuration says, or stands in the table of keys that do nothing, which are told of. That what the
/// configuration says is read by somebody, <see cref="ConfigPropertyTests"/> show.
/// </summary>
public sealed class EveryKeyTests
{
    // Keys that no other value alone can stand for.
    private static readonly Dictionary<string, string> Exceptions = new()
    {
        ["listeners.[].name"] = "a label: Plano's schema demands it and nothing refers to it",
        ["routing_preferences.[].examples_file"] = "has to name a file of labelled prompts (ExamplesFileTests)",
        ["listeners.[].type"] = "other types are told of as not served",
        ["governance.keys.[].hash"] = "no part of a digest can be changed by rule (KnownDefectTests, KeyTests)",
        ["governance.limits.[].window"] = "its words are few (LimitWindowTests)",
        ["filters.[].id"] = "a label by which listeners refer to it (PlanoConfigVectorTests)",
        ["filters.[].transport"] = "streamable HTTP is the only one",
        ["guards.input.[].type"] = "each kind has keys of its own (GuardsConfigTests)",
        ["guards.output.[].type"] = "each kind has keys of its own (GuardsConfigTests)",
        ["routing.classifier.type"] = "each kind needs other keys beside it (ClassifierConfigTests)",
        ["routing.classifier.kind"] = "each kind needs other keys beside it (ClassifierConfigTests)",
    };

    private static readonly IReadOnlyList<SchemaMap> Maps = [.. SchemaMaps.Of(ConfigSchema.Create())];

    public static TheoryData<string> Keys =>
    [
        .. Maps.SelectMany(map => map.Properties.Select(property => string.Join('.', map.Path.Append(property.Key)))).Distinct()
            .Where(path => !IsUnenforced(path) && !Exceptions.ContainsKey(path) && !Maps.Any(map => string.Join('.', map.Path).StartsWith($"{path}.", StringComparison.Ordinal) || string.Join('.', map.Path) == path))
            .Where(path => Choices(path) is not [_]),
    ];

    [Theory]
    [MemberData(nameof(Keys))]
    public void Key_WithAnotherValue_ChangesWhatTheConfigurationSays(string path)
    {
        var found = 0;
        foreach (var document in EveryKey.Documents)
        {
            var before = Read(document);
            Assert.True(before is not null, document);
            var count = Places(Root(document), path.Split('.')).Count();
            found += count;
            for (var place = 0; place < count; place++)
            {
                foreach (var variant in Variants(document, path, place))
                {
                    if (Read(variant) is { } after && after != before)
                        return;
                }
            }
        }

        Assert.Fail(found == 0 ? $"No document of {nameof(EveryKey)} has the key {path}." : $"{path} is accepted, and whatever it says the configuration says the same: read it, or put it into {nameof(UnenforcedKeys)}.");
    }

    [Fact]
    public void Exceptions_AreKeysThatThereAre() => Assert.All(
        Exceptions.Keys, path => Assert.Contains(Maps, map => path.StartsWith(string.Join('.', map.Path), StringComparison.Ordinal) && map.Properties.ContainsKey(path.Split('.')[^1])));

    private static bool IsUnenforced(string path)
    {
        var plain = string.Join('.', path.Split('.').Where(part => part is not ("[]" or "*"))).Replace("llm_providers", "model_providers", StringComparison.Ordinal);
        return UnenforcedKeys.All.Any(row => plain == row.Path || plain.StartsWith($"{row.Path}.", StringComparison.Ordinal));
    }

    // What the schema lets somebody choose among; empty where that is open.
    private static string[] Choices(string path)
    {
        var map = Maps.First(map => map.Properties.ContainsKey(path.Split('.')[^1]) && string.Join('.', map.Path.Append(path.Split('.')[^1])) == path);
        return [.. (map.Properties[path.Split('.')[^1]]!["anyOf"]?.AsArray() ?? []).SelectMany(choice => choice!["enum"]?.AsArray() ?? []).OfType<JsonValue>().Select(value => value.ToString())];
    }

    private static IEnumerable<string> Variants(string document, string path, int place)
    {
        foreach (var edit in Edits(path))
        {
            var stream = Stream(document);
            var (mapping, key) = Places((YamlMappingNode)stream.Documents[0].RootNode, path.Split('.')).ElementAt(place);
            if (!edit(mapping, key))
                continue;
            using var writer = new StringWriter();
            stream.Save(writer, assignAnchors: false);
            yield return writer.ToString();
        }
    }

    private static IEnumerable<Func<YamlMappingNode, YamlNode, bool>> Edits(string path)
    {
        yield return static (mapping, key) => mapping.Children.Remove(key);
        yield return static (mapping, key) => mapping.Children[key] is YamlSequenceNode { Children.Count: > 1 } list && list.Children.Remove(list.Children[^1]);
        foreach (var choice in Choices(path))
            yield return Replace(_ => choice);
        yield return Replace(value => value switch { "true" => "false", "false" => "true", _ => null });
        yield return Replace(value => int.TryParse(value, CultureInfo.InvariantCulture, out var number) ? (number + 1).ToString(CultureInfo.InvariantCulture) : null);
        yield return Replace(value => double.TryParse(value, CultureInfo.InvariantCulture, out var number) ? (number / 2).ToString(CultureInfo.InvariantCulture) : null);
        yield return Replace(value => File.Exists(value) ? typeof(RoutingConfig).Assembly.Location : null);
        yield return Replace(value => value + "x");
    }

    private static Func<YamlMappingNode, YamlNode, bool> Replace(Func<string, string?> other) => (mapping, key) =>
    {
        if (mapping.Children[key] is not YamlScalarNode { Value: { } value } || other(value) is not { } replaced)
            return false;
        mapping.Children[key] = new YamlScalarNode(replaced);
        return true;
    };

    private static IEnumerable<(YamlMappingNode Mapping, YamlNode Key)> Places(YamlNode node, ReadOnlyMemory<string> path) => (node, path.Span[0], path.Length) switch
    {
        (YamlSequenceNode list, "[]", > 1) => list.Children.SelectMany(item => Places(item, path[1..])),
        (YamlMappingNode map, "*", > 1) => map.Children.Values.SelectMany(value => Places(value, path[1..])),
        (YamlMappingNode map, var key, 1) when map.Children.ContainsKey(new YamlScalarNode(key)) => [(map, map.Children.Keys.First(name => name.Equals(new YamlScalarNode(key))))],
        (YamlMappingNode map, var key, > 1) when map.Children.TryGetValue(new YamlScalarNode(key), out var value) => Places(value, path[1..]),
        _ => [],
    };

    private static YamlMappingNode Root(string yaml) => (YamlMappingNode)Stream(yaml).Documents[0].RootNode;

    private static YamlStream Stream(string yaml)
    {
        var stream = new YamlStream();
        stream.Load(new StringReader(yaml));
        return stream;
    }

    // What it says, whole; null where it is refused.
    private static string? Read(string yaml)
    {
        if (RoutingConfigReader.Check(yaml, "test.yaml", new VariableExpansion([], _ => null), []).Loaded is not { } loaded)
            return null;
        var text = new StringBuilder();
        Write(loaded.Config, text);
        return text.ToString();
    }

    private static void Write(object? value, StringBuilder text)
    {
        switch (value)
        {
            case null:
                text.Append("null");
                break;
            case string or Uri or TimeSpan or ValueType:
                text.Append(CultureInfo.InvariantCulture, $"{value}");
                break;
            case IEnumerable list:
                text.Append('[');
                foreach (var item in list)
                {
                    Write(item, text);
                    text.Append(',');
                }

                text.Append(']');
                break;
            default:
                text.Append(value.GetType().Name).Append('{');
                foreach (var property in value.GetType().GetProperties().Where(property => property.GetIndexParameters().Length == 0 && !property.GetMethod!.IsStatic))
                {
                    text.Append(property.Name).Append('=');
                    Write(property.GetValue(value), text);
                    text.Append(';');
                }

                text.Append('}');
                break;
        }
    }
}
