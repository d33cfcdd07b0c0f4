namespace ModelScan.RoutingApi.Providers;

/// <summary>Which JSON Schema keywords a provider accepts in tool definitions.</summary>
public enum SchemaSupport
{
    /// <summary>Whatever the client sends.</summary>
    Full,

    /// <summary>Gemini's subset: unknown keywords are refused by the provider, so they are taken out before.</summary>
    Gemini,
}

/// <summary>What a model of a provider can take and how it wants it: data of the provider catalogue that translations go by.</summary>
public sealed record ModelCapabilities
{
    /// <summary>Whether image parts are accepted.</summary>
    public bool Images { get; init; } = true;

    /// <summary>Whether images may be given by their address; else only with their bytes.</summary>
    public bool ImageUrls { get; init; } = true;

    /// <summary>Whether file parts (PDF) are accepted.</summary>
    public bool Files { get; init; } = true;

    /// <summary>Whether files of office programs (docx, xlsx, csv, …) are accepted beside PDF.</summary>
    public bool OfficeFiles { get; init; }

    /// <summary>Whether <c>parallel_tool_calls</c> is accepted.</summary>
    public bool ParallelToolCalls { get; init; } = true;

    /// <summary>Whether <c>stream_options</c> is accepted.</summary>
    public bool StreamOptions { get; init; } = true;

    /// <summary>Name of the field that bounds the answer in Chat Completions: <c>max_completion_tokens</c> or <c>max_tokens</c>.</summary>
    public string TokenLimitField { get; init; } = "max_completion_tokens";

    /// <summary>Largest value of that field; <see langword="null"/> where unknown.</summary>
    public int? MaxOutputTokens { get; init; }

    /// <summary>Whether <c>temperature</c> and <c>top_p</c> are accepted (reasoning models refuse them).</summary>
    public bool Sampling { get; init; } = true;

    /// <summary>Whether <c>reasoning_effort</c> is accepted.</summary>
    public bool ReasoningEffort { get; init; }

    /// <summary>The highest <c>reasoning_effort</c>: what <c>max</c> and <c>xhigh</c> become.</summary>
    public string HighestEffort { get; init; } = "high";

    /// <summary>
    /// Whether the model decides for itself how long it thinks (Anthropic's <c>thinking: {type: adaptive}</c> with an effort) instead of
    /// being given a budget of tokens.
    /// </summary>
    public bool AdaptiveThinking { get; init; }

    /// <summary>
    /// Whose opaque reasoning state (thinking signatures, encrypted reasoning) the model can read: <c>anthropic</c>, <c>openai</c>, …;
    /// <see langword="null"/> for the family that the provider's format comes from.
    /// </summary>
    public string? ReasoningFamily { get; init; }

    /// <summary>Whether marks that say what to cache are accepted where the format has them apart from the content (Converse).</summary>
    public bool CachePoints { get; init; }

    /// <summary>Whether such marks are accepted among the tools, too.</summary>
    public bool ToolCachePoints { get; init; }

    /// <summary>Whether Converse's <c>outputConfig</c> with a JSON schema, and <c>strict</c> tools, are accepted.</summary>
    public bool StructuredOutput { get; init; }

    /// <summary>Whether the provider searches the web itself when a request offers its model that tool.</summary>
    public bool WebSearch { get; init; }

    /// <summary>Whether reasoning is written to <c>reasoning_content</c> and has to be sent back there beside tool calls.</summary>
    public bool ReasoningContent { get; init; }

    /// <summary>Whether reasoning stands between think tags inside the content.</summary>
    public bool ThinkTags { get; init; }

    public SchemaSupport Schemas { get; init; }

    /// <summary>Most tools in one request; <see langword="null"/> for no limit.</summary>
    public int? MaxTools { get; init; }

    /// <summary>Most stop sequences in one request; <see langword="null"/> for no limit.</summary>
    public int? MaxStopSequences { get; init; }

    /// <summary>Whether ids of tool calls must be nine letters or digits.</summary>
    public bool ShortToolIds { get; init; }

    /// <summary>Whether tool arguments arrive broken at times and are worth buffering and repairing.</summary>
    public bool RepairToolArguments { get; init; }

    /// <summary>
    /// Whether OpenAI's own fields of a chat request are accepted: <c>metadata</c>, <c>prompt_cache_key</c>,
    /// <c>prompt_cache_retention</c>, <c>safety_identifier</c>, <c>service_tier</c>, <c>store</c>, <c>verbosity</c>. Others refuse
    /// requests with fields they do not know.
    /// </summary>
    public bool OpenAiFields { get; init; }
}
