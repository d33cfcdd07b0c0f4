namespace ModelScan.RoutingApi.Configuration;

/// <summary>What a guard looks for (<c>guards.input[].type</c>, <c>guards.output[].type</c>).</summary>
public enum GuardKind
{
    /// <summary>Keys, tokens, passwords.</summary>
    [ConfigName("secrets")]
    Secrets,

    /// <summary>Personal data: mail addresses, phone numbers, card numbers, bank accounts, social security numbers.</summary>
    [ConfigName("pii")]
    Pii,

    /// <summary>The configuration's own patterns.</summary>
    [ConfigName("deny")]
    Deny,

    /// <summary>Texts that are too long.</summary>
    [ConfigName("length")]
    Length,

    /// <summary>Attempts to talk the model out of its instructions.</summary>
    [ConfigName("jailbreak")]
    Jailbreak,

    /// <summary>Of answers alone: structured ones that are not what their schema says.</summary>
    [ConfigName("json_schema")]
    JsonSchema,
}

/// <summary>What a guard does about what it finds (<c>action</c>).</summary>
public enum GuardAction
{
    /// <summary>Says so, in the answer's header and on record, and lets it pass.</summary>
    [ConfigName("note")]
    Note,

    /// <summary>Puts a placeholder in its place.</summary>
    [ConfigName("redact")]
    Redact,

    /// <summary>Refuses the request, or the answer.</summary>
    [ConfigName("block")]
    Block,
}

/// <summary>Kinds of personal data (<c>entities</c>).</summary>
public enum PiiEntity
{
    [ConfigName("email")]
    Email,

    [ConfigName("phone")]
    Phone,

    /// <summary>Payment cards: ISO/IEC 7812, Luhn's digit checked.</summary>
    [ConfigName("card")]
    Card,

    /// <summary>Bank accounts: ISO 13616, length and check digits checked.</summary>
    [ConfigName("iban")]
    Iban,

    /// <summary>Social security numbers of the United States.</summary>
    [ConfigName("ssn")]
    Ssn,
}

/// <summary>How much of a streamed answer is held back, so that it can be looked at (<c>guards.stream</c>).</summary>
public enum StreamGuarding
{
    /// <summary>As many characters as <see cref="GuardsConfig.Window"/> says: what is cut into pieces is found, and the stream goes on.</summary>
    [ConfigName("window")]
    Window,

    /// <summary>All of it until its end.</summary>
    [ConfigName("buffer")]
    Buffer,

    /// <summary>Nothing: streams are not looked at.</summary>
    [ConfigName("off")]
    Off,
}

/// <summary>What follows where a guard or a filter cannot do its work (<c>on_error</c>).</summary>
public enum OnGuardError
{
    /// <summary>The request is refused.</summary>
    [ConfigName("closed")]
    Closed,

    /// <summary>It goes on as it is, and is reported as unverified.</summary>
    [ConfigName("open")]
    Open,
}

/// <summary>One guard.</summary>
/// <param name="Kind">What it looks for.</param>
/// <param name="Name">What answers, records and metrics call it.</param>
/// <param name="Action">What it does.</param>
public sealed record GuardConfig(GuardKind Kind, string Name, GuardAction Action)
{
    /// <summary>Of personal data: which.</summary>
    public IReadOnlyList<PiiEntity> Entities { get; init; } = [];

    /// <summary>Of denied patterns: regular expressions without look-around and references back.</summary>
    public IReadOnlyList<string> Patterns { get; init; } = [];

    /// <summary>Of lengths: most UTF-16 units of a request's or an answer's texts, all together.</summary>
    public int MaxCharacters { get; init; } = int.MaxValue;

    /// <summary>Of jailbreaks: the score in 0..1 from which on it is one.</summary>
    public double Threshold { get; init; } = 0.5;

    /// <summary>Of jailbreaks: who is asked instead of the gateway's own heuristic; <see langword="null"/> for that.</summary>
    public Uri? Endpoint { get; init; }

    /// <summary>Sent to <see cref="Endpoint"/> as bearer token. A secret.</summary>
    public string? ApiKey { get; init; }

    /// <summary>How long <see cref="Endpoint"/> may take.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>What follows where it cannot tell.</summary>
    public OnGuardError OnError { get; init; }

    /// <summary>What a client is told whose request is refused; <see langword="null"/> for the gateway's own words.</summary>
    public string? Message { get; init; }
}

/// <summary>What may pass to models and back to clients (<c>guards</c>, and Plano's <c>prompt_guards</c> and <c>filters</c>).</summary>
public sealed record GuardsConfig
{
    /// <summary>Nothing is guarded.</summary>
    public static GuardsConfig None { get; } = new();

    /// <summary>What requests pass, in order.</summary>
    public IReadOnlyList<GuardConfig> Input { get; init; } = [];

    /// <summary>What answers pass, in order.</summary>
    public IReadOnlyList<GuardConfig> Output { get; init; } = [];

    /// <summary>Programs that requests go through, in order, before the guards (<c>listeners[].input_filters</c>).</summary>
    public IReadOnlyList<FilterConfig> InputFilters { get; init; } = [];

    /// <summary>Programs that answers go through, in order, behind the guards (<c>listeners[].output_filters</c>).</summary>
    public IReadOnlyList<FilterConfig> OutputFilters { get; init; } = [];

    /// <summary>How much of streams is held back for <see cref="Output"/>.</summary>
    public StreamGuarding Stream { get; init; }

    /// <summary>Characters that <see cref="StreamGuarding.Window"/> holds back, 16..65536.</summary>
    public int Window { get; init; } = 128;

    /// <summary>Whether there is anything to do.</summary>
    public bool IsOn => Input.Count > 0 || Output.Count > 0 || InputFilters.Count > 0 || OutputFilters.Count > 0;
}
