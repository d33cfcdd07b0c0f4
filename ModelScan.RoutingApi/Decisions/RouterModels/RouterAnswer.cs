using System.Text;

namespace ModelScan.RoutingApi.Decisions.RouterModels;

/// <summary>What the router model said.</summary>
/// <param name="Routes">Known routes it named, best first; empty for no match.</param>
/// <param name="Unknown">Names it made up. <c>other</c>, the way Arch-Router says "none", is not among them.</param>
internal sealed record RouterAnswer(IReadOnlyList<string> Routes, IReadOnlyList<string> Unknown)
{
    private const string Fence = "```";

    /// <summary>The answer "none of them".</summary>
    public static RouterAnswer NoMatch { get; } = new([], []);

    /// <summary>
    /// Reads <c>{"route": ["name", …]}</c> or <c>{"route": "name"}</c>, also inside a Markdown fence, as a Python literal, or with
    /// stray <c>\n</c> around it. What is valid JSON as it stands is never repaired, so names with apostrophes survive.
    /// </summary>
    /// <returns><see langword="null"/> when the text is none of these.</returns>
    public static RouterAnswer? Parse(string? content, RouteSet routes)
    {
        if (string.IsNullOrWhiteSpace(content))
            return NoMatch;

        var text = StripFence(content);
        var withoutBreaks = text.Replace("\\n", "", StringComparison.Ordinal);
        return TryRead(content, routes)
            ?? TryRead(text, routes)
            ?? TryRead(withoutBreaks, routes)
            ?? TryRead(RequotePythonStrings(withoutBreaks), routes)
            ?? TryRead(withoutBreaks.Replace('\'', '"'), routes);
    }

    private static RouterAnswer? TryRead(string text, RouteSet routes)
    {
        try
        {
            using var document = JsonDocument.Parse(text);
            if (document.RootElement.ValueKind != JsonValueKind.Object)
                return null;
            if (!document.RootElement.TryGetProperty("route", out var route))
                return NoMatch;
            return route.ValueKind switch
            {
                JsonValueKind.Null => NoMatch,
                JsonValueKind.String => Sort([route.GetString()!], routes),
                JsonValueKind.Array when route.EnumerateArray().All(item => item.ValueKind == JsonValueKind.String) =>
                    Sort([.. route.EnumerateArray().Select(item => item.GetString()!)], routes),
                _ => null,
            };
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // InvalidOperationException: an escaped lone surrogate.
            return null;
        }
    }

    private static RouterAnswer Sort(string[] names, RouteSet routes)
    {
        var known = routes.Routes.Select(route => route.Name).ToHashSet(StringComparer.Ordinal);
        return new RouterAnswer(
            [.. names.Where(known.Contains)],
            [.. names.Where(name => name is not ("" or "other") && !known.Contains(name))]);
    }

    /// <summary>The inside of the first fenced block, without its language; the text itself where there is none.</summary>
    private static string StripFence(string text)
    {
        var open = text.IndexOf(Fence, StringComparison.Ordinal);
        if (open < 0)
            return text;
        var inside = text[(open + Fence.Length)..];
        var close = inside.IndexOf(Fence, StringComparison.Ordinal);
        if (close >= 0)
            inside = inside[..close];
        var brace = inside.IndexOf('{', StringComparison.Ordinal);
        return brace > 0 ? inside[brace..] : inside;
    }

    /// <summary>Turns the strings of a Python literal, <c>{'route': ["user's docs"]}</c>, into JSON strings.</summary>
    private static string RequotePythonStrings(string text)
    {
        var result = new StringBuilder(text.Length);
        var quote = '\0';
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if (quote == '\0')
            {
                quote = c is '\'' or '"' ? c : '\0';
                result.Append(quote == '\0' ? c : '"');
            }
            else if (c == quote)
            {
                quote = '\0';
                result.Append('"');
            }
            else if (c == '\\' && i + 1 < text.Length && text[i + 1] == '\'')
            {
                // JSON knows no \'.
                result.Append(text[++i]);
            }
            else if (c == '\\' && i + 1 < text.Length)
            {
                result.Append(c).Append(text[++i]);
            }
            else
            {
                result.Append(c == '"' ? "\\\"" : c.ToString());
            }
        }

        return result.ToString();
    }
}
