namespace ModelScan.RoutingApi.Capabilities;

/// <summary>
/// What a model of a provider can take and how it wants it: the one thing that fitting a request goes by. A value; the provider
/// catalogue makes it, once per configured model. What nobody knows is taken to be possible, so that the provider has the last word.
/// </summary>
public sealed record ModelCapabilities
{
    // How much.

    /// <summary>Tokens of the whole window, prompt and answer together; <see langword="null"/> where unknown.</summary>
    public int? ContextTokens { get; init; }

    /// <summary>Most tokens of the prompt alone; <see langword="null"/> where only the window counts, or nothing is known.</summary>
    public int? MaxInputTokens { get; init; }

    /// <summary>Most tokens of the answer, thoughts included; <see langword="null"/> where unknown.</summary>
    public int? MaxOutputTokens { get; init; }

    /// <summary>Name of the field that bounds the answer in Chat Completions: <c>max_completion_tokens</c> or <c>max_tokens</c>.</summary>
    public string TokenLimitField { get; init; } = "max_completion_tokens";

    /// <summary>Most tools in one request; <see langword="null"/> for no limit.</summary>
    public int? MaxTools { get; init; }

    /// <summary>Most stop sequences in one request; <see langword="null"/> for no limit.</summary>
    public int? MaxStopSequences { get; init; }

    /// <summary>By which vocabulary its tokens can be counted without asking anybody.</summary>
    public TokenVocabulary Vocabulary { get; init; }

    // What it reads and writes.

    /// <summary>What a prompt may be made of.</summary>
    public Modalities Input { get; init; } = Modalities.All;

    /// <summary>What an answer may be made of.</summary>
    public Modalities Output { get; init; } = Modalities.Text;

    /// <summary>Whether its provider makes conversations of the Responses API shorter itself (<c>/responses/compact</c>, <c>compaction_trigger</c>) and reads what came of that.</summary>
    public bool Compaction { get; init; }

    /// <summary>Whether image parts are accepted.</summary>
    public bool Images { get => Takes(Modalities.Image); init => Input = With(Modalities.Image, value); }

    /// <summary>Whether file parts (PDF) are accepted.</summary>
    public bool Files { get => Takes(Modalities.Pdf); init => Input = With(Modalities.Pdf, value); }

    /// <summary>Whether images may be given by their address; else only with their bytes.</summary>
    public bool ImageUrls { get; init; } = true;

    /// <summary>Whether files of office programs (docx, xlsx, csv, …) are accepted beside PDF.</summary>
    public bool OfficeFiles { get; init; }

    // How it thinks.

    /// <summary>Whether and how it can be told to think.</summary>
    public ReasoningSupport Reasoning { get; init; } = ReasoningSupport.None;

    /// <summary>
    /// Whose opaque reasoning state (thinking signatures, encrypted reasoning) the model can read: <c>anthropic</c>, <c>openai</c>, …;
    /// <see langword="null"/> for the family that the provider's format comes from.
    /// </summary>
    public string? ReasoningFamily { get; init; }

    /// <summary>Whether reasoning stands between think tags inside the content.</summary>
    public bool ThinkTags { get; init; }

    /// <summary>Whether anything about thinking may be asked for: an effort, a budget, or that it think as it sees fit.</summary>
    public bool ReasoningEffort
    {
        get => Reasoning.IsControlled;
        init => Reasoning = value
            ? Reasoning with { Efforts = Reasoning.Efforts | Efforts.Low | Efforts.Medium | Efforts.High }
            : Reasoning with { Efforts = Efforts.Unset, Budget = null, IsAdaptive = false };
    }

    /// <summary>The highest <c>reasoning_effort</c>: what <c>max</c> and <c>xhigh</c> become.</summary>
    public string HighestEffort
    {
        get => Reasoning.Efforts.Highest() is var highest && highest != Efforts.Unset ? highest.Word() : "high";
        init => Reasoning = Reasoning with { Efforts = Reasoning.Efforts.UpTo(EffortWords.Parse(value)) };
    }

    /// <summary>
    /// Whether the model decides for itself how long it thinks (Anthropic's <c>thinking: {type: adaptive}</c> with an effort) instead of
    /// being given a budget of tokens.
    /// </summary>
    public bool AdaptiveThinking { get => Reasoning.IsAdaptive; init => Reasoning = Reasoning with { IsAdaptive = value }; }

    /// <summary>Whether reasoning is written to <c>reasoning_content</c> and has to be sent back there beside tool calls.</summary>
    public bool ReasoningContent
    {
        get => Reasoning.ReturnField == ReasoningSupport.ContentField;
        init => Reasoning = Reasoning with { ReturnField = value ? ReasoningSupport.ContentField : null };
    }

    // How it is sampled.

    /// <summary>Whether <c>temperature</c>, <c>top_p</c> and the like are accepted (reasoning models refuse them).</summary>
    public bool Sampling { get; init; } = true;

    /// <summary>Whether they are accepted all the same while it does not think (effort <c>none</c>).</summary>
    public bool SamplingWithoutReasoning { get; init; }

    /// <summary>Whether <c>temperature</c> and <c>top_p</c> are accepted in one request.</summary>
    public bool TemperatureWithTopP { get; init; } = true;

    // Tools and shapes of answers.

    /// <summary>Whether it calls tools at all.</summary>
    public bool ToolCalls { get; init; } = true;

    /// <summary>In which Chat Completions requests it may be offered function tools; in others the Responses format has to be used.</summary>
    public ChatToolTerms ChatTools { get; init; }

    /// <summary>Whether <c>parallel_tool_calls</c> is accepted.</summary>
    public bool ParallelToolCalls { get; init; } = true;

    /// <summary>Whether a tool may ask for its schema to be kept to the letter (<c>strict</c>).</summary>
    public bool StrictTools { get; init; } = true;

    /// <summary>Most characters of a tool's name, which are letters, digits, <c>_</c> and <c>-</c> everywhere.</summary>
    public int MaxToolNameLength { get; init; } = 64;

    /// <summary>What ids of tool calls look like.</summary>
    public ToolIdRule ToolIds { get; init; }

    /// <summary>Whether ids of tool calls must be nine letters or digits.</summary>
    public bool ShortToolIds { get => ToolIds == ToolIdRule.NineAlphanumeric; init => ToolIds = value ? ToolIdRule.NineAlphanumeric : ToolIdRule.Any; }

    /// <summary>Whether tool arguments arrive broken at times and are worth buffering and repairing.</summary>
    public bool RepairToolArguments { get; init; }

    /// <summary>How far an answer can be bound to a shape by the format's own means (<c>response_format</c>, <c>text.format</c>, <c>output_config.format</c>, <c>outputConfig</c>).</summary>
    public StructuredOutput StructuredOutput { get; init; } = StructuredOutput.JsonSchema;

    /// <summary>Which JSON Schema is taken where it is taken, in tools and in formats of answers.</summary>
    public SchemaProfile Schemas { get; init; }

    /// <summary>Whether the provider searches the web itself when a request offers its model that tool.</summary>
    public bool WebSearch { get; init; }

    // What a conversation may look like.

    /// <summary>Whether the role <c>developer</c> is known; <c>system</c> is everywhere.</summary>
    public bool DeveloperRole { get; init; }

    /// <summary>Whether instructions are one system message at the very start, and nothing else is taken for one.</summary>
    public bool OneSystemMessage { get; init; }

    // What else may stand in a request.

    /// <summary>The only top-level fields of a Chat Completions request that are known, where others are refused; <see langword="null"/> where others are let be.</summary>
    public IReadOnlySet<string>? KnownFields { get; init; }

    /// <summary>Top-level fields of a Chat Completions request that are refused, or that would be taken for something else.</summary>
    public IReadOnlySet<string> RefusedFields { get; init; } = System.Collections.Frozen.FrozenSet<string>.Empty;

    /// <summary>
    /// Whether OpenAI's own fields of a chat request are accepted: <c>metadata</c>, <c>prompt_cache_key</c>,
    /// <c>prompt_cache_retention</c>, <c>safety_identifier</c>, <c>service_tier</c>, <c>store</c>, <c>verbosity</c>. Others refuse
    /// requests with fields they do not know.
    /// </summary>
    public bool OpenAiFields { get; init; }

    /// <summary>Whether <c>stream_options</c> is accepted.</summary>
    public bool StreamOptions { get; init; } = true;

    /// <summary>Whether a part of a chat message may carry <c>cache_control</c>, which says up to where to cache.</summary>
    public bool CacheControl { get; init; }

    /// <summary>Whether marks that say what to cache are accepted where the format has them apart from the content (Converse).</summary>
    public bool CachePoints { get; init; }

    /// <summary>Whether such marks are accepted among the tools, too.</summary>
    public bool ToolCachePoints { get; init; }

    /// <summary>The trials (<c>anthropic-beta</c>) that its provider knows, where others are refused; <see langword="null"/> where they are the provider's own affair.</summary>
    public IReadOnlySet<string>? KnownBetas { get; init; }

    // Where it is served.

    /// <summary>The formats in which its provider serves this model, its own first; <see langword="null"/> for those of the provider.</summary>
    public IReadOnlyList<ApiFormat>? Formats { get; init; }

    /// <summary>How far it is: in use, in trial or on its way out.</summary>
    public ModelStatus Status { get; init; }

    /// <summary>Whether all of <paramref name="modalities"/> may stand in a prompt.</summary>
    public bool Takes(Modalities modalities) => (Input & modalities) == modalities;

    /// <summary>Whether a field may stand at the top of a Chat Completions request.</summary>
    public bool TakesField(string name) => (KnownFields is null || KnownFields.Contains(name)) && !RefusedFields.Contains(name);

    private Modalities With(Modalities modality, bool isTaken) => isTaken ? Input | modality : Input & ~modality;
}
