namespace ModelScan.Tests.Support;

/// <summary>
/// The configuration of a gateway under test, said in C#, so that a test shows what matters to it and nothing else. It never
/// changes: every method gives another one. Wherever a text is wanted, it is YAML.
/// </summary>
internal sealed record TestConfig
{
    /// <summary>The description of a route that <c>write a function that sorts a list</c> takes.</summary>
    public const string WritingCode = "generating new code, writing functions";

    private TestConfig()
    {
    }

    /// <summary>Nothing yet: no model, and the mode that the gateway has by itself.</summary>
    public static TestConfig Empty { get; } = new();

    /// <summary>The model that a request names answers.</summary>
    public static TestConfig Direct { get; } = Empty.Routing("mode: direct");

    /// <summary>The gateway decides which model answers.</summary>
    public static TestConfig Policy { get; } = Empty.Routing("mode: policy");

    private IReadOnlyList<string> Models { get; init; } = [];

    private IReadOnlyList<string> Aliases { get; init; } = [];

    private IReadOnlyList<string> Routes { get; init; } = [];

    private IReadOnlyList<string> Settings { get; init; } = [];

    private IReadOnlyList<string> Others { get; init; } = [];

    public static implicit operator string(TestConfig config) => config.ToString();

    /// <summary>Adds a model, or with <c>provider/*</c> all of a provider's.</summary>
    /// <param name="model">The provider's name and the model's: <c>openai/gpt-4o</c>.</param>
    /// <param name="at">Where the provider is; by default where the catalogue says.</param>
    /// <param name="key">The provider's key; <see langword="null"/> for none.</param>
    /// <param name="more">The entry's other settings, in YAML: <c>internal: true, name: best</c>.</param>
    public TestConfig Model(string model, Uri? at = null, string? key = "k", string more = "") => Add(model, at?.ToString(), key, more);

    /// <inheritdoc cref="Model(string, Uri?, string?, string)"/>
    public TestConfig Model(string model, string at, string? key = "k", string more = "") => Add(model, at, key, more);

    /// <summary>Adds the model that answers when a request names none that is here; it takes what <see cref="Model(string, Uri?, string?, string)"/> does.</summary>
    public TestConfig Default(string model, Uri? at = null, string? key = "k", string more = "") => Add(model, at?.ToString(), key, "default: true", more);

    /// <inheritdoc cref="Default(string, Uri?, string?, string)"/>
    public TestConfig Default(string model, string at, string? key = "k", string more = "") => Add(model, at, key, "default: true", more);

    /// <summary>Adds another name for a model.</summary>
    public TestConfig Alias(string name, string target) => this with { Aliases = [.. Aliases, $"{name}: {{ target: {Scalar(target)} }}"] };

    /// <summary>Adds a route; <paramref name="more"/> has its other settings, in YAML.</summary>
    public TestConfig Route(string name, string? description, string[] models, string more = "") =>
        this with { Routes = [.. Routes, Join([$"name: {name}", description is null ? "" : $"description: {Quoted(description)}", $"models: [{string.Join(", ", models.Select(Scalar))}]", more])] };

    /// <summary>Adds a route named <c>code</c> for requests to write code.</summary>
    public TestConfig CodeRoute(params string[] models) => Route("code", WritingCode, models);

    /// <summary>Adds settings of the <c>routing</c> section, in YAML: <c>keep_alive: 50ms, fallback: false</c>.</summary>
    public TestConfig Routing(string settings) => this with { Settings = [.. Settings, settings] };

    /// <summary>Adds whole sections as they stand; for what a test is about.</summary>
    public TestConfig Yaml(string sections) => this with { Others = [.. Others, sections] };

    /// <summary>The configuration as YAML.</summary>
    public override string ToString() => string.Join('\n', ((string[])
    [
        List("model_providers", Models),
        Map("model_aliases", Aliases),
        List("routing_preferences", Routes),
        Map("routing", Settings),
        .. Others,
    ]).Where(section => section.Length > 0)) + "\n";

    private TestConfig Add(string model, string? at, string? key, params string[] more) => this with
    {
        Models = [.. Models, Join([$"model: {Scalar(model)}", key is null ? "" : $"access_key: {Scalar(key)}", at is null ? "" : $"base_url: {Quoted(at)}", .. more])],
    };

    private static string List(string name, IReadOnlyList<string> entries) => entries.Count == 0 ? "" : $"{name}:{string.Concat(entries.Select(entry => $"\n  - {{ {entry} }}"))}";

    private static string Map(string name, IReadOnlyList<string> entries) => Join(entries) is { Length: > 0 } inner ? $"{name}: {{ {inner} }}" : "";

    private static string Join(IEnumerable<string> settings) => string.Join(", ", settings.Where(setting => setting.Length > 0));

    // As it is where YAML allows it within braces, as people write it.
    private static string Scalar(string text) => text.All(c => char.IsAsciiLetterOrDigit(c) || "/.-_$".Contains(c, StringComparison.Ordinal)) ? text : Quoted(text);

    private static string Quoted(string text) => $"\"{text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"";
}
