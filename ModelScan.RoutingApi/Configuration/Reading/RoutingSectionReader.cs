namespace ModelScan.RoutingApi.Configuration.Reading;

/// <summary>
/// Reads <c>routing</c>: Plano's session settings, and ModelScan's modes, classifier and limits, which live under the same key.
/// </summary>
internal static class RoutingSectionReader
{
    public static RoutingConfig Read(ConfigMap root, RoutingConfig config)
    {
        config = config with { Timeouts = WithinListener(config.Timeouts, config.Listener) };
        if (root.Map("routing") is not { } routing)
            return config;
        var mode = routing.Choice<RoutingMode>("mode") ?? RoutingMode.Policy;
        var fallback = routing.Flag("fallback");
        config = config with
        {
            Mode = mode,
            DirectDefaultProvider = ReadDirect(routing),
            Proxy = ReadProxy(routing, mode == RoutingMode.PlanoProxy),
            Embedded = PlanoEmbeddedReader.Read(Section(routing, "embedded", "plano_embedded"), config.Listener.Port, ref fallback),
            Fallback = fallback ?? false,
            AllowModeHeader = routing.Flag("allow_mode_header") ?? false,
            Classifier = ClassifierReader.Read(routing),
            Session = ReadSession(routing),
            Cors = ReadCors(routing),
            Headers = ForwardedHeadersReader.Read(routing),
            InlineRoutes = ReadInlineRoutes(routing),
            Browsers = BrowserAccessReader.Read(routing),
            Timeouts = WithinListener(ReadTimeouts(routing), config.Listener),
            BrokenStreams = routing.Choice<BrokenStreams>("broken_streams") ?? BrokenStreams.Cut,
            WebSocket = ReadWebSocket(routing),
            Shutdown = ReadShutdown(routing),
            KeepAlive = routing.Has("keep_alive") ? Positive(routing, "keep_alive", TimeSpan.FromSeconds(15)) : null,
        };
        if (mode == RoutingMode.PlanoEmbedded && config.Embedded is null)
            routing.Error("mode", "plano_embedded needs routing.embedded.config_path");
        if (routing.Size("max_request_body") is { } size)
        {
            if (size is < 1024 or > 1L << 30)
                routing.Error("max_request_body", "must be from 1KB to 1GB");
            config = config with { MaxRequestBodyBytes = size };
        }

        routing.WithoutEffect("llm_provider", "model");
        routing.RefuseOtherKeys();
        return config;
    }

    private static string? ReadDirect(ConfigMap routing)
    {
        if (routing.Map("direct") is not { } direct)
            return null;
        var provider = direct.Text("default_provider");
        direct.RefuseOtherKeys();
        return provider;
    }

    // Both spellings of the seeds work; giving both is a contradiction.
    private static ConfigMap? Section(ConfigMap routing, string name, string longName)
    {
        if (routing.Has(name) && routing.Has(longName))
            routing.Error(longName, $"is another spelling of {name}; give only one of the two");
        return routing.Map(name) ?? routing.Map(longName);
    }

    private static PlanoProxyConfig? ReadProxy(ConfigMap routing, bool required)
    {
        if (Section(routing, "proxy", "plano_proxy") is not { } proxy)
        {
            if (required)
                routing.Error("mode", "plano_proxy needs routing.proxy.base_url");
            return null;
        }

        var url = proxy.HttpUrl("base_url");
        if (url is null && !proxy.Has("base_url"))
            proxy.Error("base_url", "is required");
        var config = new PlanoProxyConfig(
            url ?? new Uri("http://localhost:12000"),
            proxy.Value("api_key"),
            Positive(proxy, "timeout", TimeSpan.FromSeconds(30)),
            proxy.Whole("retry_count", 0, 10) ?? proxy.Whole("max_retries", 0, 10) ?? 3)
        {
            PassthroughAuth = proxy.Flag("passthrough_auth") ?? false,
        };
        HeaderValues.CheckValue(proxy, "api_key", config.ApiKey);
        if (config.PassthroughAuth && !string.IsNullOrEmpty(config.ApiKey))
            proxy.Error("passthrough_auth", "and api_key exclude each other");
        proxy.Has("max_retries");
        proxy.RefuseOtherKeys();
        return config;
    }

    private static CorsConfig? ReadCors(ConfigMap routing)
    {
        if (routing.Map("cors") is not { } cors)
            return null;
        var origins = cors.Texts("origins");
        if (origins.Count == 0)
            cors.Error("origins", "at least one is required, such as https://app.example.com, or * for any");
        foreach (var origin in origins.Where(origin => origin != "*" && !IsOrigin(origin)))
            cors.Error("origins", $"'{origin}' is no origin: http or https, a host and perhaps a port, such as https://app.example.com");
        var config = new CorsConfig(origins, cors.Has("max_age") ? Positive(cors, "max_age", TimeSpan.FromMinutes(10)) : TimeSpan.FromMinutes(10));
        cors.RefuseOtherKeys();
        return config;
    }

    // https://*.example.com stands for every host below.
    private static bool IsOrigin(string text) =>
        Uri.TryCreate(text.Replace("://*.", "://any.", StringComparison.Ordinal), UriKind.Absolute, out var url)
        && url.Scheme is "http" or "https" && url.Host.Length > 0 && url.AbsolutePath == "/" && !text.EndsWith('/');

    private static SessionConfig ReadSession(ConfigMap routing)
    {
        var session = new SessionConfig
        {
            Ttl = TimeSpan.FromSeconds(routing.Whole("session_ttl_seconds", 1, 30 * 86400) ?? 600),
            MaxEntries = routing.Whole("session_max_entries", 1, 10_000) ?? 10_000,
            RouteOnUserOnly = routing.Flag("route_on_user_only") ?? false,
            Budget = ReadBudget(routing),
        };
        if (routing.Map("session_cache") is not { } cache)
            return session;
        var store = cache.Choice<SessionStoreKind>("type") ?? SessionStoreKind.Memory;
        var redis = store == SessionStoreKind.Redis;
        var url = cache.Value("url");
        if (redis && string.IsNullOrEmpty(url))
            cache.Error("url", "is required for redis");
        session = session with
        {
            Store = store,
            RedisUrl = url,
            TenantHeader = cache.Text("tenant_header"),
        };
        if (session.TenantHeader is { Length: > 0 } tenantHeader)
            HeaderValues.CheckName(cache, "tenant_header", tenantHeader);
        if (redis && session.TenantHeader is null)
            cache.Notice("type", "without tenant_header every client shares one space of session names");
        cache.RefuseOtherKeys();
        return session;
    }

    private static WebSocketConfig ReadWebSocket(ConfigMap routing)
    {
        var otherwise = new WebSocketConfig();
        if (routing.Map("websocket") is not { } map)
            return otherwise;
        var config = new WebSocketConfig
        {
            IsEnabled = map.Flag("enabled") ?? otherwise.IsEnabled,
            MaxConnections = map.Whole("max_connections", 1, 1_000_000) ?? otherwise.MaxConnections,
            IdleTimeout = Positive(map, "idle_timeout", otherwise.IdleTimeout),
            PingInterval = Positive(map, "ping_interval", otherwise.PingInterval),
            Lifetime = Positive(map, "lifetime", otherwise.Lifetime),
        };
        foreach (var (key, value) in (ReadOnlySpan<(string, TimeSpan)>)[("idle_timeout", config.IdleTimeout), ("ping_interval", config.PingInterval), ("lifetime", config.Lifetime)])
        {
            if (value > TimeSpan.FromDays(30))
                map.Error(key, "must be at most 30 days");
        }

        map.RefuseOtherKeys();
        return config;
    }

    // The listener's limit is about the same thing as the total one; the smaller counts.
    private static TimeoutsConfig WithinListener(TimeoutsConfig timeouts, ModelListenerConfig listener) =>
        listener.Timeout < timeouts.Total ? timeouts with { Total = listener.Timeout.Value } : timeouts;

    private static TimeoutsConfig ReadTimeouts(ConfigMap routing)
    {
        var otherwise = new TimeoutsConfig();
        if (routing.Map("timeouts") is not { } map)
            return otherwise;
        var timeouts = new TimeoutsConfig
        {
            Connect = Positive(map, "connect", otherwise.Connect),
            FirstByte = Positive(map, "first_byte", otherwise.FirstByte),
            Idle = Positive(map, "idle", otherwise.Idle),
            Total = Positive(map, "total", otherwise.Total),
        };
        map.RefuseOtherKeys();
        return timeouts;
    }

    private static ShutdownConfig ReadShutdown(ConfigMap routing)
    {
        var otherwise = new ShutdownConfig();
        if (routing.Map("shutdown") is not { } map)
            return otherwise;
        var shutdown = new ShutdownConfig { Delay = map.Duration("delay") ?? otherwise.Delay, Timeout = Positive(map, "timeout", otherwise.Timeout) };
        if (shutdown.Delay > TimeSpan.FromMinutes(10))
            map.Error("delay", "must be at most 10 minutes");
        if (shutdown.Timeout > TimeSpan.FromHours(2))
            map.Error("timeout", "must be at most 2 hours");
        map.RefuseOtherKeys();
        return shutdown;
    }

    private static InlineRoutesConfig ReadInlineRoutes(ConfigMap routing)
    {
        var otherwise = new InlineRoutesConfig();
        if (routing.Map("inline_routes") is not { } map)
            return otherwise;
        var limits = new InlineRoutesConfig(map.Whole("max", 0, 1_000) ?? otherwise.MaxRoutes, map.Size("max_text") ?? otherwise.MaxBytes);
        if (limits.MaxBytes > 1 << 20)
            map.Error("max_text", "must be at most 1MB");
        map.RefuseOtherKeys();
        return limits;
    }

    private static SwitchBudgetConfig? ReadBudget(ConfigMap routing)
    {
        if (routing.Map("routing_budget") is not { } map)
            return null;
        if (!map.Has("max_switch_spend_pct"))
            map.Error("max_switch_spend_pct", "is required");
        var budget = new SwitchBudgetConfig(
            map.Number("max_switch_spend_pct", 0, 100) ?? 0,
            map.Flag("replenish_on_rebind") ?? true,
            map.Number("cache_read_discount", 0, 1) ?? 0.1,
            map.Flag("record_counterfactual") ?? false);
        map.RefuseOtherKeys();
        return budget;
    }

    internal static TimeSpan Positive(ConfigMap map, string key, TimeSpan otherwise, TimeSpan? longest = null)
    {
        if (map.Duration(key, longest) is not { } duration)
            return otherwise;
        if (duration > TimeSpan.Zero)
            return duration;
        map.Error(key, "must be longer than zero");
        return otherwise;
    }
}
