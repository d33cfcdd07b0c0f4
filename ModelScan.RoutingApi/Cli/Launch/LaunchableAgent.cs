namespace ModelScan.RoutingApi.Cli.Launch;

/// <summary>A coding agent that can be started so that it asks the gateway.</summary>
/// <param name="Name">What the command line calls it, and what its program is called.</param>
/// <param name="Install">How to get it.</param>
internal sealed record LaunchableAgent(string Name, string Install)
{
    /// <summary>The environment that it needs; <see langword="null"/> for a variable that must not be there.</summary>
    public required Func<LaunchSettings, IReadOnlyList<(string Name, string? Value)>> Environment { get; init; }

    /// <summary>Arguments before the person's own.</summary>
    public Func<LaunchSettings, IReadOnlyList<string>> Arguments { get; init; } = static _ => [];

    /// <summary>Every agent.</summary>
    public static IReadOnlyList<LaunchableAgent> All { get; } = [ClaudeCode, Codex];

    // https://code.claude.com/docs/en/llm-gateway
    private static LaunchableAgent ClaudeCode => new("claude", "npm install -g @anthropic-ai/claude-code")
    {
        Environment = static settings =>
        [
            ("ANTHROPIC_BASE_URL", settings.Address),
            .. settings.Key is { } key ? [("ANTHROPIC_AUTH_TOKEN", key), ("ANTHROPIC_API_KEY", null)] : Array.Empty<(string, string?)>(),
            .. settings.Model is { } model ? [("ANTHROPIC_MODEL", model)] : Array.Empty<(string, string?)>(),
            .. settings.SmallModel is { } small ? [("ANTHROPIC_DEFAULT_HAIKU_MODEL", small)] : Array.Empty<(string, string?)>(),
            ("CLAUDE_CODE_ENABLE_GATEWAY_MODEL_DISCOVERY", "1"),
            ("CLAUDE_CODE_USE_BEDROCK", null),
            ("CLAUDE_CODE_USE_VERTEX", null),
        ],
    };

    // https://developers.openai.com/codex/config-advanced: a provider of one's own, given on the command line.
    private static LaunchableAgent Codex => new("codex", "npm install -g @openai/codex")
    {
        Environment = static settings => [(CodexKey, settings.Key ?? NoKey)],
        Arguments = static settings =>
        [
            "-c", "model_provider=\"modelscan\"",
            "-c", $"model_providers.modelscan={{name=\"ModelScan\",base_url=\"{settings.Address}/v1\",env_key=\"{CodexKey}\",wire_api=\"responses\"}}",
            .. settings.Model is { } model ? ["-c", $"model=\"{model}\""] : Array.Empty<string>(),
        ],
    };

    private const string CodexKey = "MODELSCAN_API_KEY";

    /// <summary>What an agent sends that has to send something.</summary>
    public const string NoKey = "modelscan";
}
