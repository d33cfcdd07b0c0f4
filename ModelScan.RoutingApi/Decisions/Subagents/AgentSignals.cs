namespace ModelScan.RoutingApi.Decisions.Subagents;

/// <summary>
/// What a client says of its request in headers: Claude Code by <c>x-claude-code-agent-id</c> and <c>x-claude-code-request-class</c>, Codex by
/// <c>x-openai-subagent</c> and the JSON of <c>x-codex-turn-metadata</c>, anybody by <c>x-modelscan-agent</c>.
/// </summary>
/// <param name="Names">Words that may be an agent's name.</param>
/// <param name="Class">The request's class: <c>main</c>, <c>subagent</c>, <c>workflow</c>, <c>compaction</c>, <c>auxiliary</c>; <see langword="null"/> where nothing tells.</param>
/// <param name="Agent">What tells this agent of this conversation from every other; <see langword="null"/> where nothing does.</param>
internal sealed record AgentSignals(IReadOnlyList<string> Names, string? Class, string? Agent)
{
    /// <summary>The header by which any client names its agent.</summary>
    public const string AgentHeader = "x-modelscan-agent";

    private const string ClaudeAgent = "x-claude-code-agent-id";
    private const string ClaudeClass = "x-claude-code-request-class";
    private const string ClaudeSession = "x-claude-code-session-id";
    private const string CodexSubagent = "x-openai-subagent";
    private const string CodexParent = "x-codex-parent-thread-id";
    private const string CodexThread = "thread-id";
    private const string CodexTurn = "x-codex-turn-metadata";

    private const int LongestMetadata = 16 * 1024;

    /// <summary>Reads them.</summary>
    /// <param name="header">A header's value, or <see langword="null"/>.</param>
    public static AgentSignals Read(Func<string, string?> header)
    {
        var (claude, codex) = (header(ClaudeAgent), header(CodexSubagent));
        var (kind, source) = TurnOf(header(CodexTurn));
        return new AgentSignals(
            [.. new[] { header(AgentHeader), codex, claude }.OfType<string>()],
            header(ClaudeClass)?.ToLowerInvariant() ?? ClassOf(claude ?? codex ?? header(CodexParent), kind, source),
            claude is not null ? $"{header(ClaudeSession)}/{claude}"
            : codex is not null && header(CodexThread) is { } thread ? thread
            : null);
    }

    private static string? ClassOf(string? agent, string? kind, string? source) =>
        kind == "compaction" ? kind
        : agent is not null || source == "subagent" ? "subagent"
        : kind is not null ? "main"
        : null;

    private static (string? Kind, string? Source) TurnOf(string? metadata)
    {
        if (metadata is not { Length: > 0 and <= LongestMetadata })
            return default;
        try
        {
            using var document = JsonDocument.Parse(metadata);
            return (Text(document.RootElement, "request_kind"), Text(document.RootElement, "thread_source"));
        }
        catch (JsonException)
        {
            return default; // a client's note that nobody has to be able to read
        }
    }

    private static string? Text(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
