using ModelScan.RoutingApi.Configuration;
using ModelScan.RoutingApi.Routing;

namespace ModelScan.RoutingApi.Library;

/// <summary>Makes <see cref="ModelRouter"/>s.</summary>
public static class ModelRouterFactory
{
    private const string Providers = """
        version: v0.4.0
        listeners: [{ type: model, name: in-process, port: 12000 }]
        model_providers:
          - { model: openai/*, access_key: $OPENAI_API_KEY }
          - { model: anthropic/*, access_key: $ANTHROPIC_API_KEY }
        """;

    /// <summary>Makes the router that a configuration file describes; see the README for its format.</summary>
    /// <param name="path">The file.</param>
    /// <param name="services">Adds to what the router is made of, or replaces it: logging, a clock.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="InvalidConfigException">The file cannot be read, or something in it is wrong.</exception>
    public static Task<ModelRouter> CreateAsync(string path, Action<IServiceCollection>? services = null, CancellationToken cancellationToken = default) =>
        CreateAsync(ConfigFile.At(path).Load(), services, cancellationToken);

    /// <summary>Makes the router of a configuration in a string.</summary>
    /// <param name="yaml">What a configuration file would hold; variables are taken from the environment.</param>
    /// <param name="services">Adds to what the router is made of, or replaces it: logging, a clock.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="InvalidConfigException">Something in it is wrong.</exception>
    public static Task<ModelRouter> CreateFromTextAsync(string yaml, Action<IServiceCollection>? services = null, CancellationToken cancellationToken = default) =>
        CreateAsync(ConfigFile.OfText(yaml).Load(), services, cancellationToken);

    /// <summary>
    /// A configuration of direct mode: every model of OpenAI and Anthropic, with the keys of the environment; a bare request goes to
    /// <paramref name="defaultModel"/>.
    /// </summary>
    public static LoadedConfig DirectConfig(string defaultModel = "openai/gpt-4o") => ConfigFile.OfText($$"""
        {{Providers}}
          - model: "{{defaultModel}}"
            access_key: ${{defaultModel.Split('/')[0].ToUpperInvariant()}}_API_KEY
            default: true
        routing: { mode: direct }
        """).Load();

    /// <summary>A configuration that leaves everything to an external Plano, and falls back to direct mode.</summary>
    /// <param name="baseUrl">Plano's address.</param>
    public static LoadedConfig PlanoConfig(Uri baseUrl) => ConfigFile.OfText($$"""
        {{Providers}}
        routing: { mode: plano_proxy, fallback: true, proxy: { base_url: "{{baseUrl}}" } }
        """).Load();

    /// <summary>A configuration that runs a Plano container of its own, and falls back to direct mode.</summary>
    /// <param name="planoConfigPath">Plano's configuration file.</param>
    public static LoadedConfig EmbeddedPlanoConfig(string planoConfigPath) => ConfigFile.OfText($$"""
        {{Providers}}
        routing: { mode: plano_embedded, fallback: true, embedded: { config_path: '{{planoConfigPath.Replace("'", "''", StringComparison.Ordinal)}}', ports: { ingress: 10000, egress: 12000 } } }
        """).Load();

    /// <summary>Makes the router of a configuration.</summary>
    /// <param name="loaded">The configuration.</param>
    /// <param name="services">Adds to what the router is made of, or replaces it: logging, a clock.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="InvalidConfigException">The configuration cannot be put in force.</exception>
    public static async Task<ModelRouter> CreateAsync(LoadedConfig loaded, Action<IServiceCollection>? services = null, CancellationToken cancellationToken = default)
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Services.AddServiceDiscovery();
        builder.Services.AddMetrics();
        builder.Services.AddRouting(loaded);
        services?.Invoke(builder.Services);
        var host = builder.Build();
        try
        {
            _ = host.Services.GetRequiredService<RouterSwitch>();
            await host.StartAsync(cancellationToken);
            return new ModelRouter(host);
        }
        catch
        {
            host.Dispose();
            throw;
        }
    }
}
