namespace ModelScan.RoutingApi.Capabilities;

/// <summary>How far an answer can be bound to a shape.</summary>
public enum StructuredOutput
{
    /// <summary>Only by asking for it, or by a tool that has to be called.</summary>
    None,

    /// <summary>To JSON (<c>json_object</c>), not to a schema.</summary>
    JsonMode,

    /// <summary>To a JSON schema.</summary>
    JsonSchema,
}

/// <summary>Which JSON Schema is taken.</summary>
public enum SchemaProfile
{
    /// <summary>Whatever the client sends.</summary>
    Full,

    /// <summary>Gemini's subset: no references, enums of texts alone, no keyword that it does not know.</summary>
    Gemini,

    /// <summary>Anthropic's: no union at the top of a tool; formats of answers have closed objects and no bounds on numbers, lengths and lists.</summary>
    Anthropic,

    /// <summary>OpenAI's: anything, but what is <c>strict</c> has closed objects that require every property.</summary>
    OpenAiStrict,
}

/// <summary>What ids of tool calls look like.</summary>
public enum ToolIdRule
{
    /// <summary>Letters, digits, <c>_</c> and <c>-</c>, up to 40.</summary>
    Any,

    /// <summary>Nine letters or digits (Mistral).</summary>
    NineAlphanumeric,

    /// <summary>As the provider itself wrote them, whatever that is (Kimi's <c>functions.Read:0</c>).</summary>
    AsGiven,
}

/// <summary>In which Chat Completions requests a model may be offered function tools.</summary>
public enum ChatToolTerms
{
    /// <summary>In all.</summary>
    Always,

    /// <summary>In those that do not name an effort, or name <c>none</c>.</summary>
    WithoutEffort,

    /// <summary>In those that name the effort <c>none</c>.</summary>
    WithEffortNone,
}

/// <summary>How far a model is.</summary>
public enum ModelStatus
{
    /// <summary>In use.</summary>
    Current,

    /// <summary>In open trial.</summary>
    Beta,

    /// <summary>In closed trial.</summary>
    Alpha,

    /// <summary>On its way out.</summary>
    Deprecated,
}
