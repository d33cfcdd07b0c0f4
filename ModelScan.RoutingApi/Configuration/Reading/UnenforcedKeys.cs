using System.Collections.Frozen;

namespace ModelScan.RoutingApi.Configuration.Reading;

/// <summary>
/// The keys that are accepted, because Plano's schema has them, and do nothing here. Nothing else is accepted without being read:
/// a key is asked for by the code that uses it, or stands in this table, or is refused as unknown.
/// </summary>
internal static class UnenforcedKeys
{
    private const string NotServed = "only the model listener is served";
    private const string NoPromptTargets = "the gateway serves models, not prompt targets";
    private const string Rendered = "belongs to Plano's rendered configuration";
    private const string Governed = "attempts, fallbacks and the health of providers are governed by the gateway";
    private const string FeatureNotServed = "belongs to features that are not served";

    /// <summary>One key.</summary>
    /// <param name="Path">The keys that lead to it, without indexes; what is below it is unenforced, too.</param>
    /// <param name="Reason">Why it does nothing.</param>
    /// <param name="Protects">Whether somebody who sets it relies on it for protection: limits, guards, trust.</param>
    public readonly record struct Row(string Path, string Reason, bool Protects = false);

    private static readonly Row[] Rows =
    [
        new("model_providers.rate_limits", "requests are not limited by tokens", Protects: true),
        new("overrides.upstream_tls_ca_path", "the certificates that this machine trusts are trusted", Protects: true),

        new("agents", "agents are not run"),
        new("listeners.agents", "agents are not run"),
        new("listeners.agents.input_filters", "agents are not run"),
        new("listeners.input_filters", NotServed),
        new("listeners.output_filters", NotServed),
        new("listeners.router", "attempts are governed by the gateway"),
        new("listeners.max_retries", "attempts are governed by the gateway"),
        new("listeners.ingress_traffic", "prompt listeners are not served"),
        new("listeners.egress_traffic.message_format", "every format is served"),
        new("prompt_targets", NoPromptTargets),
        new("system_prompt", NoPromptTargets),
        new("mode", NoPromptTargets),
        new("endpoints", "only agents and prompt targets use it"),
        new("providers.routing_mode", Governed),
        new("providers.version", "the version that a client names is passed on"),
        new("providers.max_retries", Governed),
        new("providers.fallback_provider", Governed),
        new("providers.circuit_breaker", Governed),
        new("tracing", "telemetry goes where OTEL_EXPORTER_OTLP_ENDPOINT says"),
        new("routing.llm_provider", "Plano does not use it either"),
        new("routing.model", "Plano does not use it either"),
        new("model_providers.stream", Rendered),
        new("model_providers.cluster_name", Rendered),
        new("model_providers.base_url_path_prefix", Rendered),
        new("model_providers.usage", Rendered),
        new("overrides.prompt_target_intent_matching_threshold", FeatureNotServed),
        new("overrides.optimize_context_window", FeatureNotServed),
        new("overrides.use_agent_orchestrator", FeatureNotServed),
        new("overrides.agent_orchestration_model", FeatureNotServed),
        new("overrides.disable_signals", FeatureNotServed),
        new("overrides.upstream_connect_timeout", "routing.timeouts.connect says it"),
    ];

    private static readonly FrozenDictionary<string, Row> ByPath = Rows.ToFrozenDictionary(row => row.Path, StringComparer.Ordinal);

    /// <summary>Every row.</summary>
    public static IReadOnlyList<Row> All => Rows;

    /// <summary>The row of a key, given its path in a file (<c>listeners[0].input_filters</c>).</summary>
    /// <exception cref="ArgumentException">There is none: the key has to be read, put into the table, or refused.</exception>
    public static Row Find(string path) =>
        ByPath.TryGetValue(WithoutIndexes(path), out var row) ? row : throw new ArgumentException($"'{path}' is not among the unenforced keys", nameof(path));

    // The older name of a list is a list of the same things.
    private static string WithoutIndexes(string path)
    {
        var text = new System.Text.StringBuilder(path.Length);
        var inIndex = false;
        foreach (var letter in path)
        {
            inIndex = letter == '[' || (inIndex && letter != ']');
            if (!inIndex && letter != ']')
                text.Append(letter);
        }

        return text.Replace("llm_providers", "model_providers").ToString();
    }
}
