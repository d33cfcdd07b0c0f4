namespace ModelScan.RoutingApi.Decisions.Embedded;

/// <summary>
/// Finds the route that stands for what is left. Its words ("everything else") say nothing about the prompts that belong to it, so it is
/// not compared: it takes what gets none.
/// </summary>
internal static class LeftoverRoute
{
    /// <summary>The index of the route declared as default, else of the first that is described as what is left; -1 for none.</summary>
    public static int Of(RouteSet set)
    {
        for (var i = 0; i < set.Routes.Count; i++)
        {
            if (set.Routes[i].IsDefault)
                return i;
        }

        for (var i = 0; i < set.Routes.Count; i++)
        {
            if (IsWhatIsLeft(set.Routes[i]))
                return i;
        }

        return -1;
    }

    /// <summary>Whether name or description say so, in any of the nine languages that the encoder knows.</summary>
    public static bool IsWhatIsLeft(ClassifiableRoute route)
    {
        var name = RouteText.ReadableName(route.Name).Trim();
        var description = route.Description.ToLowerInvariant().Trim().TrimEnd('.', '!', '。', '！').TrimEnd();
        if (LeftoverWords.Names.Contains(name))
            return true;
        if (LeftoverWords.VagueNames.Contains(name) && description.Split(Separators, StringSplitOptions.RemoveEmptyEntries).All(LeftoverWords.WithoutSubject.Contains))
            return true;
        return LeftoverWords.Phrases.Any(phrase => StartsWith(description, phrase) || EndsWith(description, phrase))
            || LeftoverWords.Openings.Any(phrase => StartsWith(description, phrase))
            || LeftoverWords.Statements.Any(phrase => description.Contains(phrase, StringComparison.Ordinal));
    }

    private static readonly char[] Separators = [' ', ',', ';', '.', '/', '、', '，', '和', 'と', 'の'];

    private static bool StartsWith(string text, string phrase) =>
        text.StartsWith(phrase, StringComparison.Ordinal) && IsBoundary(text, phrase.Length, phrase[^1]);

    private static bool EndsWith(string text, string phrase) =>
        text.EndsWith(phrase, StringComparison.Ordinal) && IsBoundary(text, text.Length - phrase.Length - 1, phrase[0]);

    // Chinese and Japanese are written without spaces.
    private static bool IsBoundary(string text, int at, char edge) => at < 0 || at >= text.Length || edge > '\u2E80' || !char.IsLetter(text[at]);
}
