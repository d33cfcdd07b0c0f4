using ModelScan.RoutingApi.Configuration;
using ModelScan.RoutingApi.Configuration.Reading;
using ModelScan.Tests.Configuration.Schema;

namespace ModelScan.Tests.Configuration;

/// <summary>Reads configuration text as the gateway does, with an environment of the test's own.</summary>
internal static class ConfigText
{
    /// <summary>The listener and the three models that most cases share.</summary>
    public const string Models = """
        listeners: [{ type: model, name: m, port: 12000 }]
        model_providers:
          - { model: openai/gpt-4o-mini, default: true }
          - { model: openai/gpt-4o }
          - { model: anthropic/claude-sonnet-4-20250514 }

        """;

    public const string Version4 = "version: v0.4.0\n" + Models;

    public static LoadedConfig Load(string yaml, params (string Name, string Value)[] environment) =>
        LoadWith(yaml, [], environment);

    public static LoadedConfig LoadWith(string yaml, string[] dotEnv, params (string Name, string Value)[] environment)
    {
        var loaded = RoutingConfigReader.Read(yaml, "test.yaml", new VariableExpansion(dotEnv, name => environment.FirstOrDefault(pair => pair.Name == name).Value), []);
        SchemaCheck.AssertAccepts(yaml);
        return loaded;
    }

    public static RoutingConfig Read(string yaml, params (string Name, string Value)[] environment) => Load(yaml, environment).Config;

    public static IReadOnlyList<ConfigError> Errors(string yaml) => Assert.Throws<InvalidConfigException>(() => Read(yaml)).Errors;
}
