using System.Security.Cryptography;
using System.Text;
using ModelScan.RoutingApi.Providers.Catalogue;
using ModelScan.RoutingApi.Selection;

namespace ModelScan.RoutingApi.Configuration.Reading;

/// <summary>
/// Reads a whole configuration: Plano's schema, v0.1 to v0.4.0, with its migrations, and ModelScan's additions. Everything that
/// is wrong is found in one go.
/// </summary>
internal static class RoutingConfigReader
{
    private const string CurrentVersion = "v0.4.0";
    private static readonly string[] OlderVersions = ["v0.1", "v0.1.0", "0.1-beta", "0.2.0", "v0.3.0"];

    /// <summary>
    /// Reads <paramref name="text"/> with <paramref name="overrides"/> put over its <c>routing</c> block, and <paramref name="cache"/>
    /// as the session store where it names none.
    /// </summary>
    /// <exception cref="InvalidConfigException">Something is wrong; it names everything that is.</exception>
    public static LoadedConfig Read(
        string text, string source, VariableExpansion variables, IReadOnlyList<(string[] Path, string Value)> overrides, string? cache = null) =>
        Check(text, source, variables, overrides, cache).OrThrow();

    /// <summary>Reads as <see cref="Read"/> does, and says everything that there is to say.</summary>
    /// <param name="text">The file's content.</param>
    /// <param name="source">What errors call it.</param>
    /// <param name="variables">Where variables come from.</param>
    /// <param name="overrides">What is put over the <c>routing</c> block.</param>
    /// <param name="cache">The session store where the file names none.</param>
    /// <param name="listens">Where a gateway with a listener of the file listens; <see langword="null"/> where nobody will listen.</param>
    public static ConfigReport Check(
        string text, string source, VariableExpansion variables, IReadOnlyList<(string[] Path, string Value)> overrides, string? cache = null,
        Func<ModelListenerConfig, OwnListeners>? listens = null)
    {
        var scope = new ConfigScope(variables);
        var document = YamlDocumentReader.Read(text, scope);
        if (document is null)
            return new ConfigReport(source, null, scope.Errors, scope.Warnings, scope.Notices);
        RoutingOverrides.Apply(document, overrides, scope);
        RoutingOverrides.ApplyCache(document, cache, scope);
        var config = ReadRoot(new ConfigMap(scope, document, ""), variables, listens);
        SlipCheck.Run(document, scope);
        var loaded = scope.Errors.Count > 0
            ? null
            : new LoadedConfig(config, source, Hash(text, variables, overrides), scope.Notices, MaskedDocument.Write(document)) { Warnings = scope.Warnings };
        return new ConfigReport(source, loaded, scope.Errors, scope.Warnings, scope.Notices);
    }

    private static RoutingConfig ReadRoot(ConfigMap root, VariableExpansion variables, Func<ModelListenerConfig, OwnListeners>? listens)
    {
        var version = root.OneOf("version", [.. OlderVersions, CurrentVersion]);
        var entries = ModelProviderReader.Read(root);
        var providers = entries.Count > 0 || root.Has("model_providers") || root.Has("llm_providers") || root.Has("providers")
            ? [.. entries.Select(entry => entry.Provider), .. ImpliedBeside(root, entries, variables)]
            : ProvidersWithoutConfiguration(variables);
        var filters = FilterReader.Read(root);
        var (listener, used) = ListenerReader.Read(root, filters, entries.Count > 0);
        if (root.Has("filters") && used is { Input.Count: 0, Output.Count: 0 })
            root.Notice("filters", "accepted, without effect: the model listener names none in input_filters or output_filters");
        PlanoSectionReader.ReadOthers(root);
        var rateLimits = PlanoSectionReader.ReadRateLimits(root);

        var config = new RoutingConfig
        {
            Version = CurrentVersion,
            Providers = providers,
            Listener = listener,
            MetricsSources = MetricsSourceReader.Read(root),
            Aliases = ReadAliases(root, providers),
            PromptCaching = ReadPromptCaching(root),
            ResponsesState = ResponsesStateReader.Read(root),
            RequestLog = RequestLogReader.Read(root),
            HasConsole = ReadConsole(root),
            Guards = GuardsReader.Read(root, used),
            ResponseCache = ResponseCacheReader.Read(root),
        };
        RetryPolicyReader.CheckNames(entries, new ModelNames(config.Providers, config.Aliases));
        config = config with { Routes = ReadRoutes(root, version, entries, config) };
        config = config with { Subagents = SubagentsReader.Read(root, config) };
        config = RoutingSectionReader.Read(root, config);
        if (config is { Subagents: not null, Mode: not RoutingMode.Policy })
            root.Notice("subagents", "accepted, without effect: only mode policy decides who answers");
        config = RouterModelReader.Read(root, config);
        if (listens is not null)
            config = SelfCallCheck.Apply(root, config, entries, listens(listener));
        if (config.Session.Budget is not null && !config.MetricsSources.Any(source => source.IsCost))
            root.Error("routing", "routing_budget needs a cost source in model_metrics_sources");
        if (config.DirectDefaultProvider is { } direct && !providers.Any(provider => provider.Provider == direct || provider.Name == direct))
            root.Error("routing", $"direct.default_provider '{direct}' is not among model_providers");
        config = config with { Governance = GovernanceReader.Read(root, config, rateLimits) };
        root.RefuseOtherKeys();
        return config;
    }

    // With no providers at all, every well-known one is there: with its key where the environment has it, else with the client's.
    private static ModelProviderConfig[] ProvidersWithoutConfiguration(VariableExpansion variables) =>
    [
        .. ProviderCatalogue.All.Where(known => known.IsThereByDefault).Select(known => Implied(known, variables)),
    ];

    // Where providers are written in a block of their own, Anthropic is there whether or not it is among them.
    private static ModelProviderConfig[] ImpliedBeside(ConfigMap root, IReadOnlyList<ModelProviderReader.Entry> entries, VariableExpansion variables) =>
        root.Has("providers") && ProviderCatalogue.Find(ProvidersBlockReader.AlwaysThere) is { } known && !entries.Any(entry => entry.Provider.Provider == known.Name) ? [Implied(known, variables)] : [];

    private static ModelProviderConfig Implied(ProviderApi known, VariableExpansion variables)
    {
        var key = variables.Lookup(known.KeyVariable!);
        return new ModelProviderConfig($"{known.Name}/*", known.Name, "*")
        {
            AccessKey = string.IsNullOrEmpty(key) ? null : key,
            PassthroughAuth = string.IsNullOrEmpty(key),
            IsImplied = true,
        };
    }

    private static IReadOnlyList<RoutePreferenceConfig> ReadRoutes(ConfigMap root, string? version, IReadOnlyList<ModelProviderReader.Entry> entries, RoutingConfig config)
    {
        var read = RoutePreferenceReader.Read(root);
        var names = new ModelNames(config.Providers, config.Aliases);
        foreach (var (route, map) in read)
        {
            foreach (var model in route.Models.Where(model => names.Find(model) is null))
                map.Error("models", $"'{model}' is not among model_providers");
            if (route.Prefer.Needs.HasFlag(SelectionData.Prices) && !config.MetricsSources.Any(source => source.IsCost))
                map.Error("selection_policy", $"{route.Prefer.Name} needs a cost source in model_metrics_sources");
            if (route.Prefer.Needs.HasFlag(SelectionData.Latencies) && config.MetricsSources.All(source => source.IsCost))
                map.Error("selection_policy", $"{route.Prefer.Name} needs a latency source in model_metrics_sources (provider: observed needs no server)");
        }

        IReadOnlyList<RoutePreferenceConfig> routes = [.. read.Select(pair => pair.Route)];
        var inlineCounts = version is null ? routes.Count == 0 : version != CurrentVersion;
        if (inlineCounts)
            return RoutePreferenceReader.Migrate(routes, entries);
        foreach (var entry in entries.Where(entry => entry.InlineRoutes.Count > 0))
            entry.Map.Notice("routing_preferences", "accepted, without effect: since v0.4.0 routes stand at the top level");
        return routes;
    }

    private static Dictionary<string, string> ReadAliases(ConfigMap root, IReadOnlyList<ModelProviderConfig> providers)
    {
        var aliases = new Dictionary<string, string>(StringComparer.Ordinal);
        if (root.Map("model_aliases") is not { } map)
            return aliases;

        // One level: an alias's target is no other alias.
        var names = new ModelNames(providers, new Dictionary<string, string>());
        foreach (var name in map.Keys.ToArray())
        {
            if (map.Map(name) is not { } alias)
                continue;
            var target = alias.RequiredText("target");
            alias.RefuseOtherKeys();
            if (target.Length > 0 && names.Find(target) is null && VirtualModelNames.Find(target) is null)
                alias.Error("target", $"Model alias '{name}' points to '{target}', which is not among model_providers");
            aliases[name] = target;
        }

        return aliases;
    }

    private static PromptCachingConfig ReadPromptCaching(ConfigMap root)
    {
        if (root.Map("prompt_caching") is not { } map)
            return new PromptCachingConfig();
        var ttl = map.Whole("session_ttl_seconds", 1, 30 * 86400);
        var caching = new PromptCachingConfig(
            map.Flag("session_affinity") ?? true,
            map.Flag("inject_cache_control") ?? true,
            map.Whole("min_prefix_tokens", 0, int.MaxValue) ?? 1024,
            ttl is { } seconds ? TimeSpan.FromSeconds(seconds) : null);
        var enabled = map.Flag("enabled") ?? false;
        map.RefuseOtherKeys();
        return enabled ? caching : new PromptCachingConfig();
    }

    private static bool ReadConsole(ConfigMap root)
    {
        if (root.Map("console") is not { } map)
            return true;
        var isEnabled = map.Flag("enabled") ?? true;
        map.RefuseOtherKeys();
        return isEnabled;
    }

    private static string Hash(string text, VariableExpansion variables, IReadOnlyList<(string[] Path, string Value)> overrides)
    {
        var all = new StringBuilder(text);
        foreach (var (path, value) in overrides)
            all.Append('\0').AppendJoin('.', path).Append('=').Append(value);
        if (variables.FileText.Length > 0)
            all.Append("\0.env\0").Append(variables.FileText);
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(all.ToString())));
    }
}
