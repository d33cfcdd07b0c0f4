namespace ModelScan.RoutingApi.Decisions.Sessions;

/// <summary>The order in which candidates are tried once the session has had its say.</summary>
public static class CandidateOrder
{
    /// <summary>
    /// Moves <paramref name="first"/> to the front of the ranked models, or inserts it there; the others keep their order and
    /// remain for failover.
    /// </summary>
    public static IReadOnlyList<string> WithFirst(IReadOnlyList<string> ranked, string first)
    {
        if (ranked.Count > 0 && string.Equals(ranked[0], first, StringComparison.Ordinal))
            return ranked;
        var ordered = new List<string>(ranked.Count + 1) { first };
        foreach (var model in ranked)
        {
            if (!string.Equals(model, first, StringComparison.Ordinal))
                ordered.Add(model);
        }

        return ordered;
    }
}
