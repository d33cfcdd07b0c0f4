using System.Security.Cryptography;
using System.Text;

namespace ModelScan.RoutingApi.Dialects.OpenAiChat;

/// <summary>
/// The names of a request's tools on their way to a provider and back. OpenAI takes 64 characters (Anthropic takes 128, and MCP clients
/// use them); some models change the case of a name when they call it.
/// </summary>
internal sealed class ChatToolNames
{
    private const int MaxLength = 64;
    private const int DigestLength = 8;

    private readonly Dictionary<string, string> _clientNames = new(StringComparer.Ordinal);

    // Null for names that differ in nothing but case.
    private readonly Dictionary<string, string?> _byAnyCase = new(StringComparer.OrdinalIgnoreCase);

    public int Count => _clientNames.Count;

    /// <summary>Notes a tool that the client offers.</summary>
    /// <returns>Its name for the provider.</returns>
    public string Add(string name)
    {
        var shortened = ForProvider(name);
        _clientNames[shortened] = name;
        _byAnyCase[shortened] = _byAnyCase.TryGetValue(shortened, out var other) && other != name ? null : name;
        return shortened;
    }

    /// <summary>A tool's name for the provider: its own, or its beginning and a digest.</summary>
    public static string ForProvider(string name)
    {
        if (name.Length <= MaxLength)
            return name;
        var digest = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(name)).AsSpan(0, DigestLength / 2));
        return $"{name.AsSpan(0, MaxLength - DigestLength - 1)}_{digest}";
    }

    /// <summary>The tool that the provider means, as the client named it.</summary>
    public string ForClient(string name) => _clientNames.GetValueOrDefault(name) ?? _byAnyCase.GetValueOrDefault(name) ?? name;
}
