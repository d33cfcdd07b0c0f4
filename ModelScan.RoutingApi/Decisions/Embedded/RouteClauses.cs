namespace ModelScan.RoutingApi.Decisions.Embedded;

/// <summary>
/// Takes a description apart. Descriptions often enumerate ("fiction, plots, characters and dialogue") while a prompt is
/// about one of the things named, which is easier to see against that one alone.
/// </summary>
internal static class RouteClauses
{
    /// <summary>Clauses that count; enough for any description that a person reads.</summary>
    public const int MaxClauses = 8;

    /// <summary>Characters of a description that are looked at.</summary>
    private const int MaxCharacters = 2_000;

    private const int MinLength = 3;

    /// <summary>The parts between commas, semicolons, full stops, "and" and "or"; nothing when there is only one.</summary>
    public static IReadOnlyList<string> Of(string description)
    {
        var clauses = new List<string>();
        var text = description.Length > MaxCharacters ? description[..MaxCharacters] : description;
        foreach (var part in text.Split([',', ';', '.'], StringSplitOptions.TrimEntries))
        {
            foreach (var clause in part.Split([" and ", " or "], StringSplitOptions.TrimEntries))
            {
                if (clause.Length >= MinLength && clauses.Count < MaxClauses)
                    clauses.Add(clause);
            }
        }

        return clauses.Count > 1 ? clauses : [];
    }
}
