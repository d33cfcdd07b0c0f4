using YamlDotNet.RepresentationModel;

namespace ModelScan.RoutingApi.Configuration.Reading;

/// <summary>What one reading of a file collects: errors, and keys that are accepted but have no effect here.</summary>
internal sealed class ConfigScope(VariableExpansion variables)
{
    private readonly List<ConfigError> _errors = [];
    private readonly List<ConfigError> _warnings = [];
    private readonly List<ConfigError> _notices = [];
    private readonly HashSet<YamlNode> _overrides = new(ReferenceEqualityComparer.Instance);

    public VariableExpansion Variables => variables;

    /// <summary>Errors in file order.</summary>
    public IReadOnlyList<ConfigError> Errors => [.. _errors.OrderBy(error => error.Line)];

    /// <summary>Settings that will not do what whoever wrote them relies on, in file order.</summary>
    public IReadOnlyList<ConfigError> Warnings => [.. _warnings.OrderBy(warning => warning.Line)];

    /// <summary>Things a person should know that do not stop the start, in file order.</summary>
    public IReadOnlyList<ConfigError> Notices => [.. _notices.OrderBy(notice => notice.Line)];

    public void Error(string path, int line, string message) => _errors.Add(new ConfigError(path, line, Shown(message)));

    public void Warning(string path, int line, string message) => _warnings.Add(new ConfigError(path, line, Shown(message)));

    public void Notice(string path, int line, string message) => _notices.Add(new ConfigError(path, line, Shown(message)));

    /// <summary>Remembers a node that stands for an environment override, so that no line is claimed for it.</summary>
    public void MarkAsOverride(YamlNode node) => _overrides.Add(node);

    // Messages go into logs, and to whoever asks for them.
    private string Shown(string message) => ShownText.Of(variables.AsWritten(message));

    /// <summary>The line of a node from 1; 0 for nodes that were put in from the environment.</summary>
    public int LineOf(YamlNode node) => _overrides.Contains(node) ? 0 : (int)node.Start.Line;
}
