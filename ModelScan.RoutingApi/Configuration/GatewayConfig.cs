namespace ModelScan.RoutingApi.Configuration;

/// <summary>How the gateway reaches models (<c>routing.mode</c>).</summary>
public enum RoutingMode
{
    /// <summary>The in-process, Plano-compatible policy engine decides.</summary>
    Policy,

    /// <summary>The requested model's provider, no decision.</summary>
    Direct,

    /// <summary>An external Plano.</summary>
    PlanoProxy,

    /// <summary>A Plano container of this gateway's own.</summary>
    PlanoEmbedded,
}

/// <summary>The model listener.</summary>
/// <param name="Address">Address to listen on when no URL is given on the command line or in the environment.</param>
/// <param name="Port">Port, 1..65535.</param>
/// <param name="Timeout">Limit for one request.</param>
public sealed record ModelListenerConfig(string Address, int Port, TimeSpan Timeout)
{
    public static ModelListenerConfig Default { get; } = new("0.0.0.0", 12000, TimeSpan.FromSeconds(300));
}

/// <summary>An external Plano (<c>routing.proxy</c>).</summary>
/// <param name="BaseUrl">Its address.</param>
/// <param name="ApiKey">Sent as bearer token when set. A secret.</param>
/// <param name="Timeout">Limit for the first byte of one attempt; a stream may then go on.</param>
/// <param name="RetryCount">Attempts after the first, 0..10.</param>
public sealed record PlanoProxyConfig(Uri BaseUrl, string? ApiKey, TimeSpan Timeout, int RetryCount)
{
    /// <summary>Whether the client's own credential is passed on instead of <see cref="ApiKey"/>.</summary>
    public bool PassthroughAuth { get; init; }
}

/// <summary>A Plano container of the gateway's own (<c>routing.embedded</c>).</summary>
/// <param name="ConfigPath">Plano's configuration file, relative to this file.</param>
/// <param name="Image">Container image.</param>
/// <param name="IngressPort">Port for prompts (legacy).</param>
/// <param name="EgressPort">Port of the model listener.</param>
/// <param name="HealthEndpoint">Path that answers 200 when Plano is well.</param>
/// <param name="StartTimeout">Limit for becoming healthy.</param>
/// <param name="MaxRestarts">Restarts within a window before the gateway degrades.</param>
/// <param name="Environment">Variables given to the container. May hold secrets.</param>
public sealed record PlanoEmbeddedConfig(
    string ConfigPath,
    string Image,
    int IngressPort,
    int EgressPort,
    string HealthEndpoint,
    TimeSpan StartTimeout,
    int MaxRestarts,
    IReadOnlyDictionary<string, string> Environment);

/// <summary>Which classifier decides (<c>routing.classifier</c>).</summary>
public enum ClassifierKind
{
    /// <summary>In-process, needs nothing.</summary>
    Embedded,

    /// <summary>A router model behind an OpenAI-compatible endpoint.</summary>
    Endpoint,
}

/// <summary>The classifier's settings.</summary>
public sealed record ClassifierConfig
{
    public ClassifierKind Kind { get; init; }

    /// <summary>Probability in 0..1 from which the embedded classifier takes a route.</summary>
    public double? Threshold { get; init; }

    /// <summary>The router model, when <see cref="Kind"/> is <see cref="ClassifierKind.Endpoint"/>.</summary>
    public RouterModelConfig? RouterModel { get; init; }
}

/// <summary>A router model behind an OpenAI-compatible endpoint.</summary>
/// <param name="BaseUrl">Address of the API, with or without <c>/v1</c>.</param>
/// <param name="Model">Model id as the endpoint knows it.</param>
public sealed record RouterModelConfig(Uri BaseUrl, string Model)
{
    /// <summary>Bearer token. A secret.</summary>
    public string? ApiKey { get; init; }

    /// <summary>Name of the provider among <c>model_providers</c>, by which a Plano in between finds it; <see langword="null"/> for Plano's own.</summary>
    public string? ProviderName { get; init; }

    /// <summary><c>orchestrator</c> or <c>arch_router</c>; <see langword="null"/> to go by the model's name.</summary>
    public string? PromptStyle { get; init; }

    /// <summary>Limit for one decision; then the embedded classifier answers.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Context of the router model in tokens (<c>overrides.orchestrator_model_context_length</c>); <see langword="null"/> for the prompt style's own.</summary>
    public int? ContextLength { get; init; }

    /// <summary>Entries of the decision cache; 0 switches it off.</summary>
    public int CacheEntries { get; init; } = 1000;

    /// <summary>How long a cached decision holds.</summary>
    public TimeSpan CacheAge { get; init; } = TimeSpan.FromMinutes(5);
}
