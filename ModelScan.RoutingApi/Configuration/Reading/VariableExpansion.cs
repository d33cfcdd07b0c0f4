using System.Text.RegularExpressions;

namespace ModelScan.RoutingApi.Configuration.Reading;

/// <summary>
/// Replaces <c>$NAME</c>, <c>${NAME}</c> and <c>${NAME:-default}</c> in configuration values. A <c>.env</c> file beside the
/// configuration wins over the process environment.
/// </summary>
internal sealed partial class VariableExpansion
{
    private readonly Dictionary<string, string> _file;
    private readonly Func<string, string?> _environment;
    private readonly Dictionary<string, string> _expanded = new(StringComparer.Ordinal);

    // Messages take values apart: a provider before the slash, an address's host.
    private static readonly char[] Separators = ['/', ':', '@', '?', '&', '=', '#'];

    // Shorter ones are words and numbers, which may stand in any message.
    private const int ShortestSecret = 6;

    public VariableExpansion(IEnumerable<string> dotEnvLines, Func<string, string?> environment)
    {
        var lines = dotEnvLines.ToArray();
        _file = ParseDotEnv(lines);
        FileText = string.Join('\n', lines);
        _environment = environment;
    }

    /// <summary>What the <c>.env</c> file says; empty where there is none. May hold secrets.</summary>
    public string FileText { get; }

    /// <summary>Looks one variable up; empty counts as unset only for <c>:-</c> defaults.</summary>
    public string? Lookup(string name) => _file.GetValueOrDefault(name) ?? _environment(name);

    /// <summary>Expands every variable of <paramref name="text"/>; one that is not set becomes what <paramref name="undefined"/> makes of its name and its written form.</summary>
    public string Expand(string text, Func<string, string, string> undefined)
    {
        if (!text.Contains('$'))
            return text;
        return Variable().Replace(text, match =>
        {
            var name = match.Groups["braced"].Success ? match.Groups["braced"].Value : match.Groups["bare"].Value;
            var value = Lookup(name);
            var fallback = match.Groups["default"];
            if (fallback.Success && string.IsNullOrEmpty(value))
                return fallback.Value;
            if (value is null)
                return undefined(name, match.Value);
            _expanded[value] = match.Value;
            return value;
        });
    }

    /// <summary>A message without the values of variables: it names them as the file does.</summary>
    public string AsWritten(string message)
    {
        foreach (var (value, written) in _expanded.OrderByDescending(pair => pair.Key.Length))
        {
            if (value.Length is > 0 and < ShortestSecret)
                message = message.Replace($"'{value}'", $"'{written}'", StringComparison.Ordinal);
            foreach (var part in value.Split(Separators).Prepend(value).Where(part => part.Length >= ShortestSecret))
                message = message.Replace(part, written, StringComparison.OrdinalIgnoreCase);
        }

        return message;
    }

    /// <summary>The same for a message about one value: what it quotes of the value becomes what is written.</summary>
    /// <param name="message">The message.</param>
    /// <param name="written">The value as the file has it.</param>
    public string AsWritten(string message, string written)
    {
        var value = Expand(written, static (_, text) => text);
        return value == written ? message : Quoted().Replace(message, match => value.Contains(match.Groups["text"].Value, StringComparison.OrdinalIgnoreCase) ? $"'{written}'" : match.Value);
    }

    [GeneratedRegex(@"\$\{(?<braced>[A-Za-z_][A-Za-z0-9_]*)(:-(?<default>[^}]*))?\}|\$(?<bare>[A-Za-z_][A-Za-z0-9_]*)", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Variable();

    [GeneratedRegex("'(?<text>[^']+)'", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Quoted();

    // NAME=value, optionally "export NAME=value", quotes around the value, # comments on lines of their own.
    private static Dictionary<string, string> ParseDotEnv(IEnumerable<string> lines)
    {
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var raw in lines)
        {
            var line = raw.Trim();
            if (line.StartsWith("export ", StringComparison.Ordinal))
                line = line[7..].TrimStart();
            var equals = line.IndexOf('=', StringComparison.Ordinal);
            if (equals <= 0 || line[0] == '#')
                continue;
            var value = line[(equals + 1)..].Trim();
            if (value.Length >= 2 && value[0] is '"' or '\'' && value[^1] == value[0])
                value = value[1..^1];
            values[line[..equals].Trim()] = value;
        }

        return values;
    }
}
