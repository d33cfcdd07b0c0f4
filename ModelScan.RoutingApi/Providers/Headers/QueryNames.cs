using System.Collections.Frozen;
using System.Text;

namespace ModelScan.RoutingApi.Providers.Headers;

/// <summary>What of a client's query a provider gets.</summary>
internal static class QueryNames
{
    /// <summary>The names that pass: versions and betas of an API, pages of lists, and what a stored answer is asked for with.</summary>
    public static IReadOnlyList<string> ToProvider { get; } =
    [
        "beta", "api-version", "after", "after_id", "before", "before_id", "limit", "order", "include", "include[]", "include_obfuscation", "starting_after", "stream",
    ];

    private static readonly FrozenSet<string> Names = ToProvider.ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    /// <summary>Those parts of a query that pass, as they are written, with a question mark before them; empty where none does.</summary>
    /// <param name="query">With its question mark, as <see cref="HttpRequest.QueryString"/> has it.</param>
    /// <param name="toGateway">Whether another gateway is asked, which may be asked to explain itself, too.</param>
    public static string Passing(string? query, bool toGateway)
    {
        if (string.IsNullOrEmpty(query) || query == "?")
            return "";
        StringBuilder? some = null;
        var (all, first) = (true, query[0] == '?' ? 1 : 0);
        foreach (var range in query.AsSpan(first).Split('&'))
        {
            var part = query.AsSpan(first)[range];
            if (part.IsEmpty)
                continue;
            var equals = part.IndexOf('=');
            var name = Uri.UnescapeDataString((equals < 0 ? part : part[..equals]).ToString());
            if (Names.Contains(name) || (toGateway && name == "explain"))
                (some ??= new StringBuilder(query.Length)).Append(some.Length == 0 ? "" : "&").Append(part);
            else
                all = false;
        }

        return all ? query : some is null ? "" : $"?{some}";
    }
}
