using System.Buffers;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace ModelScan.RoutingApi.Configuration.Reading;

/// <summary>
/// Warns of slips that YAML takes for what somebody wanted: typographic quotes, which are part of a value and do not enclose it, keys
/// that stand in the file themselves, and placeholders that nobody replaced.
/// </summary>
internal static class SlipCheck
{
    private static readonly SearchValues<char> CurlyQuotes = SearchValues.Create("\u201C\u201D\u201E\u201F\u2018\u2019\u201A\u201B\u00AB\u00BB");
    private static readonly string[] Placeholders = ["your", "changeme", "change-me", "replace", "placeholder", "...", "…", "xxxx", "<"];

    // Shorter ones are words for local servers that want any key at all.
    private const int ShortestKey = 16;

    /// <summary>Looks at every key and value of the file; what came from the environment is not in it.</summary>
    public static void Run(YamlMappingNode document, ConfigScope scope) =>
        Visit(document, "", isSecret: false, scope, new HashSet<YamlNode>(ReferenceEqualityComparer.Instance));

    // Depth is bounded by the reader; a part that aliases repeat is looked at once.
    private static void Visit(YamlNode node, string path, bool isSecret, ConfigScope scope, HashSet<YamlNode> seen)
    {
        if (!seen.Add(node))
            return;
        switch (node)
        {
            case YamlMappingNode mapping:
                foreach (var (key, value) in mapping.Children)
                {
                    var name = (key as YamlScalarNode)?.Value ?? "";
                    CheckQuotes(key, path.Length == 0 ? "root" : path, "a key", scope);
                    Visit(value, path.Length == 0 ? name : $"{path}.{name}", value is YamlScalarNode && name != "key" && MaskedDocument.IsSecret(name, value), scope, seen);
                }

                break;
            case YamlSequenceNode sequence:
                var index = 0;
                foreach (var item in sequence.Children)
                    Visit(item, $"{path}[{index++}]", isSecret: false, scope, seen);
                break;
            case YamlScalarNode { Value: { Length: > 0 } text } when scope.LineOf(node) > 0:
                CheckQuotes(node, path, "the value", scope);
                if (isSecret)
                    CheckSecret(text, path, scope.LineOf(node), scope);
                break;
        }
    }

    private static void CheckQuotes(YamlNode node, string path, string what, ConfigScope scope)
    {
        if (node is YamlScalarNode { Style: ScalarStyle.Plain, Value: { Length: > 0 } text } && (CurlyQuotes.Contains(text[0]) || CurlyQuotes.Contains(text[^1])))
            scope.Warning(path, scope.LineOf(node), $"{what} has a typographic quote ({(CurlyQuotes.Contains(text[0]) ? text[0] : text[^1])}), which is part of it and encloses nothing; write \" or '");
    }

    // The message never repeats the value: it may be shown to anybody.
    private static void CheckSecret(string text, string path, int line, ConfigScope scope)
    {
        if (text.Contains('$', StringComparison.Ordinal))
            return;
        if (Placeholders.Any(placeholder => text.Contains(placeholder, StringComparison.OrdinalIgnoreCase)))
            scope.Warning(path, line, "is a placeholder, not a key; write the name of an environment variable that holds one, such as $OPENAI_API_KEY");
        else if (text.Length >= ShortestKey && !text.Contains(' ', StringComparison.Ordinal))
            scope.Warning(path, line, "is a key in plain text, which everybody sees who sees this file; write the name of an environment variable that holds it, such as $OPENAI_API_KEY");
    }
}
