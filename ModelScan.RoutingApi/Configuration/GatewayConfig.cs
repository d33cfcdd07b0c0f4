namespace ModelScan.RoutingApi.Configuration;

/// <summary>How the gateway reaches models (<c>routing.mode</c>).</summary>
public enum RoutingMode
{
    /// <summary>The in-process, Plano-compatible policy engine decides.</summary>
    [ConfigName("policy")]
    Policy,

    /// <summary>The requested model's provider, no decision.</summary>
    [ConfigName("direct")]
    Direct,

    /// <summary>An external Plano.</summary>
    [ConfigName("plano_proxy", "proxy")]
    PlanoProxy,

    /// <summary>A Plano container of this gateway's own.</summary>
    [ConfigName("plano_embedded", "embedded")]
    PlanoEmbedded,
}

/// <summary>The model listener.</summary>
/// <param name="Address">
/// IP address, or <c>localhost</c>, to listen on when no URL is given on the command line or in the environment; <see langword="null"/> where
/// the file names none, which keeps the gateway to this machine.
/// </param>
/// <param name="Port">Port, 1..65535.</param>
public sealed record ModelListenerConfig(string? Address, int Port)
{
    public static ModelListenerConfig Default { get; } = new(null, 12000);

    /// <summary>Limit for one request, all attempts together (<c>timeout</c>); <see langword="null"/> where <see cref="TimeoutsConfig.Total"/> alone counts.</summary>
    public TimeSpan? Timeout { get; init; }
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

    /// <summary>Whether the address is one of this gateway's own listeners, so that the mode cannot be put in force.</summary>
    public bool IsOwnListener { get; init; }
}

/// <summary>When the image of the embedded Plano is fetched (<c>routing.embedded.pull</c>).</summary>
public enum ImagePull
{
    /// <summary>When it is not on this machine.</summary>
    [ConfigName("missing")]
    Missing,

    /// <summary>Before every start of the container.</summary>
    [ConfigName("always")]
    Always,

    /// <summary>Never: it has to be there.</summary>
    [ConfigName("never")]
    Never,
}

/// <summary>What requests get until the embedded Plano is healthy for the first time (<c>routing.embedded.while_starting</c>).</summary>
public enum WhileStarting
{
    /// <summary>503 with <c>Retry-After</c>.</summary>
    [ConfigName("unavailable")]
    Unavailable,

    /// <summary>The answer of direct mode.</summary>
    [ConfigName("fallback")]
    Fallback,
}

/// <summary>A Plano container of the gateway's own (<c>routing.embedded</c>).</summary>
/// <param name="ConfigPath">Plano's configuration file; a full path where this configuration comes from a file.</param>
/// <param name="Image">Container image.</param>
/// <param name="Environment">Variables given to the container, and the only ones. May hold secrets.</param>
public sealed record PlanoEmbeddedConfig(string ConfigPath, string Image, IReadOnlyDictionary<string, string> Environment)
{
    /// <summary>
    /// Where the container listens that an orchestrator runs for this gateway (<c>address</c>): then the gateway only connects to it,
    /// and everything else here is without effect. <see langword="null"/> for a container of the gateway's own.
    /// </summary>
    public Uri? Address { get; init; }

    /// <summary>Whether <see cref="Address"/> is one of this gateway's own listeners, so that the mode cannot be put in force.</summary>
    public bool IsOwnListener { get; init; }

    /// <summary><c>docker</c>, <c>podman</c> or the path of one of them (<c>engine</c>); <see langword="null"/> for the first that answers.</summary>
    public string? Engine { get; init; }

    /// <summary>When the image is fetched (<c>pull</c>).</summary>
    public ImagePull Pull { get; init; }

    /// <summary>Limit for fetching the image (<c>pull_timeout</c>).</summary>
    public TimeSpan PullTimeout { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>Port of this machine for Plano's prompt listener (<c>ports.ingress</c>), 0 for any free one; <see langword="null"/> where nobody needs it.</summary>
    public int? IngressPort { get; init; }

    /// <summary>Port of this machine for Plano's model listener (<c>ports.egress</c>); 0 for any free one.</summary>
    public int EgressPort { get; init; }

    /// <summary>Path that answers 200 when Plano is well (<c>health_endpoint</c>).</summary>
    public string HealthEndpoint { get; init; } = "/healthz";

    /// <summary>Pause between two health checks (<c>health_interval</c>).</summary>
    public TimeSpan HealthInterval { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Limit for one health check (<c>health_timeout</c>).</summary>
    public TimeSpan HealthTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Limit for becoming healthy after the container has been started (<c>start_timeout</c>).</summary>
    public TimeSpan StartTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Restarts within <see cref="RestartWindow"/>, 0..100; the next failure degrades (<c>max_restarts</c>).</summary>
    public int MaxRestarts { get; init; } = 3;

    /// <summary>For how long a restart counts, and how long the container has to be healthy until none does (<c>restart_window</c>).</summary>
    public TimeSpan RestartWindow { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>What requests get until the container is healthy for the first time (<c>while_starting</c>).</summary>
    public WhileStarting WhileStarting { get; init; }

    /// <summary>Whether a container that was started for one serves the other, too.</summary>
    public bool IsSameAs(PlanoEmbeddedConfig? other) =>
        other is not null && this with { Environment = other.Environment } == other && Environment.Count == other.Environment.Count
        && Environment.All(variable => other.Environment.TryGetValue(variable.Key, out var value) && value == variable.Value);
}

/// <summary>Which classifier decides (<c>routing.classifier</c>).</summary>
public enum ClassifierKind
{
    /// <summary>In-process, needs nothing.</summary>
    [ConfigName("embedded")]
    Embedded,

    /// <summary>A router model behind an OpenAI-compatible endpoint.</summary>
    [ConfigName("endpoint")]
    Endpoint,

    /// <summary>The embedded classifier with a sentence encoder of the user's.</summary>
    [ConfigName("onnx")]
    Onnx,
}

/// <summary>A sentence encoder of the user's (<c>routing.classifier</c> of kind <c>onnx</c>).</summary>
/// <param name="Model">Path of the ONNX model.</param>
/// <param name="Vocabulary">Path of its word pieces, one a line (<c>vocab</c>).</param>
/// <param name="PoolsFirstPiece">Whether the vector of <c>[CLS]</c> stands for a text (<c>pooling: cls</c>) and not the mean; for models that do not pool by themselves.</param>
/// <param name="MaxTokens">Longest text in pieces, 8..512 (<c>max_tokens</c>).</param>
public sealed record EncoderConfig(string Model, string Vocabulary, bool PoolsFirstPiece, int MaxTokens);

/// <summary>The classifier's settings.</summary>
public sealed record ClassifierConfig
{
    public ClassifierKind Kind { get; init; }

    /// <summary>Probability in 0..1 of the best route against none from which the embedded classifier takes it; <see langword="null"/> for its own.</summary>
    public double? Threshold { get; init; }

    /// <summary>
    /// How much, in units of utility, speaks for the route of the message before (<c>stay</c>, -10..10): more where conversations keep to
    /// one subject; <see langword="null"/> for the classifier's own.
    /// </summary>
    public double? Stay { get; init; }

    /// <summary>The encoder, when <see cref="Kind"/> is <see cref="ClassifierKind.Onnx"/>.</summary>
    public EncoderConfig? Encoder { get; init; }

    /// <summary>Path of constants that <c>modelscan calibrate</c> fitted (<c>calibration</c>); <see langword="null"/> for those shipped.</summary>
    public string? Calibration { get; init; }

    /// <summary>
    /// The confidence in 0..1 below which the router model is asked (<c>unsure_below</c> with <c>when_unsure: router_model</c>);
    /// <see langword="null"/> never to ask it.
    /// </summary>
    public double? UnsureBelow { get; init; }

    /// <summary>The router model, when <see cref="Kind"/> is <see cref="ClassifierKind.Endpoint"/> or <see cref="UnsureBelow"/> is set.</summary>
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
