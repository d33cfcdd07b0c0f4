using ModelScan.RoutingApi.Configuration;

namespace ModelScan.InProcess;

/// <summary>A validated configuration: which models there are, how one is chosen, how they are reached. Immutable; any number of gateways may be started with it.</summary>
public sealed class GatewayConfiguration
{
    private const string Providers = """
        version: v0.4.0
        listeners: [{ type: model, name: in-process, port: 12000 }]
        model_providers:
          - { model: openai/*, access_key: $OPENAI_API_KEY }
          - { model: anthropic/*, access_key: $ANTHROPIC_API_KEY }
        """;

    private GatewayConfiguration(LoadedConfig loaded) => Loaded = loaded;

    /// <summary>What the engine made of it.</summary>
    internal LoadedConfig Loaded { get; }

    /// <summary>Reads a configuration file (<c>modelscan.yaml</c>, or any of Plano's).</summary>
    /// <param name="path">The file; variables in it are taken from a <c>.env</c> beside it, then from the environment.</param>
    /// <exception cref="InvalidConfigurationException">The file cannot be read, or something in it is wrong.</exception>
    public static GatewayConfiguration FromFile(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return Read(ConfigFile.At(path));
    }

    /// <summary>Reads what a configuration file would hold.</summary>
    /// <param name="yaml">The text; variables in it are taken from the environment.</param>
    /// <exception cref="InvalidConfigurationException">Something in it is wrong.</exception>
    public static GatewayConfiguration FromText(string yaml)
    {
        ArgumentNullException.ThrowIfNull(yaml);
        return Read(ConfigFile.OfText(yaml));
    }

    /// <summary>Direct mode with every model of OpenAI and Anthropic, and the keys of the environment (<c>OPENAI_API_KEY</c>, <c>ANTHROPIC_API_KEY</c>).</summary>
    /// <param name="defaultModel">What answers requests that name no model.</param>
    /// <exception cref="InvalidConfigurationException"><paramref name="defaultModel"/> is not <c>provider/model</c> of a known provider.</exception>
    public static GatewayConfiguration Direct(string defaultModel = "openai/gpt-4o")
    {
        ArgumentException.ThrowIfNullOrEmpty(defaultModel);
        return FromText($$"""
            {{Providers}}
              - model: "{{defaultModel}}"
                access_key: ${{defaultModel.Split('/')[0].ToUpperInvariant()}}_API_KEY
                default: true
            routing: { mode: direct }
            """);
    }

    /// <summary>Everything is left to an external Plano; what it cannot answer, direct mode does.</summary>
    /// <param name="baseUrl">Plano's address.</param>
    public static GatewayConfiguration Plano(Uri baseUrl)
    {
        ArgumentNullException.ThrowIfNull(baseUrl);
        return FromText($$"""
            {{Providers}}
            routing: { mode: plano_proxy, fallback: true, proxy: { base_url: "{{baseUrl}}" } }
            """);
    }

    /// <summary>A Plano container of the gateway's own; what it cannot answer, direct mode does.</summary>
    /// <param name="planoConfigPath">Plano's configuration file.</param>
    public static GatewayConfiguration EmbeddedPlano(string planoConfigPath)
    {
        ArgumentException.ThrowIfNullOrEmpty(planoConfigPath);
        return FromText($$"""
            {{Providers}}
            routing: { mode: plano_embedded, fallback: true, embedded: { config_path: '{{planoConfigPath.Replace("'", "''", StringComparison.Ordinal)}}', ports: { ingress: 10000, egress: 12000 } } }
            """);
    }

    private static GatewayConfiguration Read(ConfigFile file)
    {
        try
        {
            return new GatewayConfiguration(file.Load());
        }
        catch (InvalidConfigException exception)
        {
            throw new InvalidConfigurationException(exception);
        }
    }
}
