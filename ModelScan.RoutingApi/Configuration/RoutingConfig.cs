namespace ModelScan.RoutingApi.Configuration;

/// <summary>A validated configuration: what a file says once everything in it has been checked, migrated and expanded.</summary>
public sealed record RoutingConfig
{
    /// <summary>Schema version after migration, at least <c>v0.4.0</c>.</summary>
    public required string Version { get; init; }

    public ModelListenerConfig Listener { get; init; } = ModelListenerConfig.Default;

    /// <summary>Models and wildcards in file order.</summary>
    public required IReadOnlyList<ModelProviderConfig> Providers { get; init; }

    /// <summary>Routes in file order.</summary>
    public IReadOnlyList<RoutePreferenceConfig> Routes { get; init; } = [];

    public IReadOnlyList<ModelMetricsSourceConfig> MetricsSources { get; init; } = [];

    /// <summary>Alias to target, one level.</summary>
    public IReadOnlyDictionary<string, string> Aliases { get; init; } = new Dictionary<string, string>();

    /// <summary>Which models answer the agents of coding clients (<c>subagents</c>); <see langword="null"/> for no rules.</summary>
    public SubagentsConfig? Subagents { get; init; }

    public RoutingMode Mode { get; init; }

    /// <summary>Whether a failure before the first byte is answered by direct mode.</summary>
    public bool Fallback { get; init; }

    /// <summary>Whether a client may choose the mode of one request by the header <c>x-modelscan-mode</c> (<c>routing.allow_mode_header</c>).</summary>
    public bool AllowModeHeader { get; init; }

    /// <summary>The provider of direct mode for requests that name none (<c>routing.direct.default_provider</c>).</summary>
    public string? DirectDefaultProvider { get; init; }

    public PlanoProxyConfig? Proxy { get; init; }

    public PlanoEmbeddedConfig? Embedded { get; init; }

    public ClassifierConfig Classifier { get; init; } = new();

    public SessionConfig Session { get; init; } = new();

    public PromptCachingConfig PromptCaching { get; init; } = new();

    /// <summary>What is kept of the Responses API's conversations.</summary>
    public ResponsesStateConfig ResponsesState { get; init; } = new();

    /// <summary>The WebSocket mode of <c>/v1/responses</c>.</summary>
    public WebSocketConfig WebSocket { get; init; } = new();

    /// <summary>The log of requests (<c>request_log</c>).</summary>
    public RequestLogConfig RequestLog { get; init; } = new();

    /// <summary>Who may use the gateway, for what, and how much of it (<c>governance</c>).</summary>
    public GovernanceConfig Governance { get; init; } = GovernanceConfig.Default;

    /// <summary>Whether there is a console at <c>/console</c> (<c>console.enabled</c>).</summary>
    public bool HasConsole { get; init; } = true;

    /// <summary>What may pass to models and back (<c>guards</c>).</summary>
    public GuardsConfig Guards { get; init; } = GuardsConfig.None;

    /// <summary>Answers that are given again (<c>response_cache</c>); <see langword="null"/> for none.</summary>
    public ResponseCacheConfig? ResponseCache { get; init; }

    /// <summary>Largest accepted request body in bytes (<c>routing.max_request_body</c>).</summary>
    public long MaxRequestBodyBytes { get; init; } = 50L << 20;

    /// <summary>Which pages of other sites may ask from a browser (<c>routing.cors</c>); <see langword="null"/> for none.</summary>
    public CorsConfig? Cors { get; init; }

    /// <summary>How many routes a client may bring along.</summary>
    public InlineRoutesConfig InlineRoutes { get; init; } = new();

    /// <summary>By which names the gateway may be called.</summary>
    public BrowserAccessConfig Browsers { get; init; } = new();

    /// <summary>Headers that pass beside those that vendors document.</summary>
    public ForwardedHeadersConfig Headers { get; init; } = new();

    /// <summary>How long providers may take.</summary>
    public TimeoutsConfig Timeouts { get; init; } = new();

    /// <summary>
    /// After how much silence a stream gets a comment, so that nothing between client and gateway takes it for dead
    /// (<c>routing.keep_alive</c>); <see langword="null"/> leaves streams as the provider sends them.
    /// </summary>
    public TimeSpan? KeepAlive { get; init; }

    /// <summary>How a client learns that a stream in its provider's own bytes broke off (<c>routing.broken_streams</c>).</summary>
    public BrokenStreams BrokenStreams { get; init; }

    /// <summary>How the gateway ends when it is told to (<c>routing.shutdown</c>). Counts from the start of the process on: a reload does not change it.</summary>
    public ShutdownConfig Shutdown { get; init; } = new();
}

/// <summary>The two steps of an orderly end.</summary>
public sealed record ShutdownConfig
{
    /// <summary>
    /// For how long <c>/health</c> says no while requests are still taken (<c>delay</c>), 0 to 10 minutes: what a load balancer needs to
    /// learn that nothing more should be sent here.
    /// </summary>
    public TimeSpan Delay { get; init; } = TimeSpan.Zero;

    /// <summary>After that, for how long answers under way may go on (<c>timeout</c>), up to 2 hours; nothing new is taken then.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(30);
}

/// <summary>How a stream ends that its provider broke off.</summary>
public enum BrokenStreams
{
    /// <summary>As the provider ended it: the connection breaks off (<c>cut</c>). Clients that retry at all retry then.</summary>
    [ConfigName("cut")]
    Cut,

    /// <summary>An error event of the gateway's comes first, where one can be put between two events (<c>event</c>).</summary>
    [ConfigName("event")]
    Event,
}

/// <summary>A configuration and where it came from.</summary>
/// <param name="Config">What it says.</param>
/// <param name="Source">The file's path, or a name for what is built in.</param>
/// <param name="Hash">SHA-256 over the file, the overrides and the <c>.env</c> beside it, lower-case hex.</param>
/// <param name="Notices">What a person should know: keys without effect, variables that are not set.</param>
/// <param name="Document">The file's content as JSON, secrets masked: what <c>GET /admin/config</c> shows.</param>
public sealed record LoadedConfig(RoutingConfig Config, string Source, string Hash, IReadOnlyList<ConfigError> Notices, string Document)
{
    /// <summary>What would not do what whoever wrote it relies on: settings that protect and are not enforced, above all.</summary>
    public IReadOnlyList<ConfigError> Warnings { get; init; } = [];
}
