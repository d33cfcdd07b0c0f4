using System.Security.Cryptography;
using System.Text;
using ModelScan.RoutingApi.Dialects.Canonical;

namespace ModelScan.RoutingApi.Dialects.Fitting;

/// <summary>
/// Names of tools for a provider and back. All providers take letters, digits, <c>_</c> and <c>-</c>, most up to 64 of them; clients have
/// longer ones, with dots and slashes, and the same name in several namespaces. Some models change the case of a name when they call it.
/// </summary>
internal sealed class ToolNaming
{
    private const int DigestLength = 8;

    private static readonly Names None = new();

    private readonly int _most;

    // Most requests have no tools: theirs are never written to.
    private readonly Names _names;

    /// <summary>Gives each tool of the request a name.</summary>
    /// <param name="tools">The tools; those that the provider runs keep theirs.</param>
    /// <param name="most">Most characters of a name.</param>
    public ToolNaming(ToolSet tools, int most)
    {
        _most = most;
        _names = tools.Tools.Count == 0 ? None : new Names();
        foreach (var tool in tools.Tools)
        {
            if (tool.Kind == ToolKind.Hosted)
                continue;
            _names.OfClient.TryAdd((tool.Name, null), tool);
            _names.OfClient.TryAdd((tool.Name, tool.Namespace), tool);
            if (tool.Kind == ToolKind.WebSearch)
                continue;
            tool.SentName = FreeName(tool);
            _names.Sent[tool.SentName] = tool;
            _names.InAnyCase[tool.SentName] = _names.InAnyCase.ContainsKey(tool.SentName) ? null : tool;
        }
    }

    /// <summary>How many tools there are.</summary>
    public int Count => _names.Sent.Count;

    /// <summary>The provider's name for a tool that was called, whether or not the request still offers it.</summary>
    public string ForProvider(string name, string? space) => _names.OfClient.GetValueOrDefault((name, space))?.SentName ?? Legal(name, _most);

    /// <summary>The client's tool that the provider calls by this name; <see langword="null"/> where there is none.</summary>
    public Tool? ForClient(string name) => _names.Sent.GetValueOrDefault(name) ?? _names.InAnyCase.GetValueOrDefault(name);

    /// <summary>A legal name: its own where it is one, else with <c>_</c> for what is not taken, cut and told apart by a digest where it is too long.</summary>
    public static string Legal(string name, int most)
    {
        var isLegal = name.Length <= most;
        foreach (var character in name)
            isLegal &= IsLegal(character);
        if (isLegal)
            return name;
        var plain = string.Create(name.Length, name, static (to, from) =>
        {
            for (var i = 0; i < to.Length; i++)
                to[i] = IsLegal(from[i]) ? from[i] : '_';
        });
        return plain.Length <= most ? plain : $"{plain.AsSpan(0, most - DigestLength - 1)}_{Digest(name)}";
    }

    private static bool IsLegal(char character) => char.IsAsciiLetterOrDigit(character) || character is '_' or '-';

    private static string Digest(string name) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(name)).AsSpan(0, DigestLength / 2));

    // Two namespaces may each have a tool of one name; the second is called by both names, and numbered if even that is taken.
    private string FreeName(Tool tool)
    {
        var own = Legal(tool.Name, _most);
        if (_names.Taken.TryAdd(own))
            return own;
        var stem = tool.Namespace is { } space ? $"{space}__{tool.Name}" : $"{tool.Name}_{Digest(tool.Name)}";
        return _names.Taken.Add(Legal(stem, _most), (_, number) => Legal($"{stem}_{number}", _most));
    }

    private sealed class Names
    {
        public UniqueNames Taken { get; } = new();

        public Dictionary<(string Name, string? Namespace), Tool> OfClient { get; } = [];

        public Dictionary<string, Tool> Sent { get; } = new(StringComparer.Ordinal);

        // Null for names that differ in nothing but case.
        public Dictionary<string, Tool?> InAnyCase { get; } = new(StringComparer.OrdinalIgnoreCase);
    }
}
