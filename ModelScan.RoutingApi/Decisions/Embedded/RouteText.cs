using System.Text;

namespace ModelScan.RoutingApi.Decisions.Embedded;

/// <summary>The text that stands for a route.</summary>
internal static class RouteText
{
    /// <summary>Readable name, then the description if there is one: <c>code generation: writing new functions</c>.</summary>
    public static string Of(ClassifiableRoute route)
    {
        var name = ReadableName(route.Name);
        return string.IsNullOrWhiteSpace(route.Description) ? name
            : name.Length == 0 ? route.Description
            : $"{name}: {route.Description}";
    }

    /// <summary>An identifier as words: <c>codeGeneration</c>, <c>code_generation</c> and <c>code-generation</c> are all "code generation".</summary>
    public static string ReadableName(string name)
    {
        var words = new StringBuilder(name.Length + 8);
        for (var i = 0; i < name.Length; i++)
        {
            if (i > 0 && char.IsAsciiLetterUpper(name[i]) && char.IsAsciiLetterLower(name[i - 1]))
                words.Append(' ');
            words.Append(name[i] is '_' or '-' ? ' ' : name[i]);
        }

        return words.ToString().ToLowerInvariant();
    }
}
