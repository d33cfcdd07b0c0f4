namespace ModelScan.RoutingApi.Decisions.Embedded.Lexical;

/// <summary>
/// Strips English endings so that running and run, or ties and tie, become the same term. Much coarser than a real stemmer,
/// and good enough for matching prompts with short route texts.
/// </summary>
internal static class WordEnding
{
    private const int MinStemLength = 3;

    /// <summary>Endings and what replaces them, in the order in which they are tried.</summary>
    private static readonly (string Ending, string Replacement)[] Rules =
    [
        ("ies", "y"), ("ing", ""), ("ings", ""), ("edly", ""), ("ed", ""), ("ation", "at"), ("ations", "at"), ("ers", "er"), ("es", ""), ("s", ""),
    ];

    /// <summary>The stem of a lower-case word: a slice of <paramref name="word"/>, which may be changed.</summary>
    public static ReadOnlySpan<char> Strip(Span<char> word)
    {
        foreach (var (ending, replacement) in Rules)
        {
            if (word.Length < ending.Length + MinStemLength || !word.EndsWith(ending))
                continue;
            var stem = word.Length - ending.Length;
            replacement.CopyTo(word[stem..]);
            word = word[..(stem + replacement.Length)];
            if (word.Length > 3 && word[^1] == word[^2] && word[^1] is not ('l' or 's'))
                word = word[..^1];
            break;
        }

        return word.Length > 4 && word[^1] == 'e' ? word[..^1] : word;
    }
}
