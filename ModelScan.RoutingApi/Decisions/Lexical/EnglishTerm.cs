using System.Buffers;
using System.Collections.Frozen;

namespace ModelScan.RoutingApi.Decisions.Lexical;

/// <summary>What makes two English words count as the same term: a common stem, and not being a function word.</summary>
internal static class EnglishTerm
{
    private const int ShortestStem = 3;

    private static readonly SearchValues<char> Vowels = SearchValues.Create("aeiouy");

    /// <summary>Words that say how a sentence is built rather than what it is about; politeness and assent included.</summary>
    private static readonly FrozenSet<string> StopWords = FrozenSet.Create(
        StringComparer.Ordinal,
        "a", "about", "above", "after", "again", "all", "also", "am", "an", "and", "any", "are", "as", "at", "be", "because", "been",
        "before", "being", "below", "between", "both", "but", "by", "can", "cannot", "could", "d", "did", "do", "does", "doing", "don",
        "down", "during", "each", "either", "else", "etc", "few", "for", "from", "further", "get", "give", "go", "had", "has", "have",
        "having", "he", "hello", "her", "here", "hers", "hi", "him", "his", "how", "i", "if", "in", "into", "is", "it", "its", "just",
        "let", "like", "ll", "m", "may", "me", "might", "more", "most", "must", "my", "no", "nor", "not", "now", "of", "off", "ok",
        "okay", "on", "once", "one", "only", "or", "other", "our", "ours", "out", "over", "own", "per", "please", "re", "s", "same",
        "shall", "she", "should", "so", "some", "such", "t", "than", "thank", "thanks", "that", "the", "their", "theirs", "them", "then",
        "there", "these", "they", "this", "those", "through", "to", "too", "under", "until", "up", "us", "ve", "very", "via", "want",
        "was", "we", "were", "what", "when", "where", "which", "while", "who", "whom", "why", "will", "with", "would", "yeah", "yes",
        "you", "your", "yours");

    /// <summary>Whether a lower-case word carries no subject of its own.</summary>
    public static bool IsStopWord(string word) => StopWords.Contains(word);

    /// <summary>
    /// Strips the commonest endings of a lower-case word, so that <c>write</c> and <c>writing</c>, <c>generation</c> and
    /// <c>generates</c>, <c>summarise</c> and <c>summarization</c> meet. Deliberately lighter than Porter's algorithm: stems are
    /// only compared with stems, and a wrong merger costs more than a missed one.
    /// </summary>
    public static string Stem(string word)
    {
        var stem = StripPlural(word.AsSpan());
        stem = StripVerbEnding(stem);
        stem = StripNounEnding(stem);
        return EndsIn(stem, "iz") || EndsIn(stem, "yz") ? string.Concat(stem[..^1], "s") : stem.ToString();
    }

    private static ReadOnlySpan<char> StripPlural(ReadOnlySpan<char> word)
    {
        if (EndsIn(word, "sses"))
            return word[..^2];
        if ((EndsIn(word, "ies") && word.Length > 4) || EndsIn(word, "ysis"))
            return word[..^2];
        return EndsIn(word, "s") && word.Length > ShortestStem && word[^2] is not ('s' or 'u' or 'i') ? word[..^1] : word;
    }

    private static ReadOnlySpan<char> StripVerbEnding(ReadOnlySpan<char> word)
    {
        foreach (var ending in (ReadOnlySpan<string>)["ing", "ed", "ly"])
        {
            if (!EndsIn(word, ending))
                continue;
            var rest = word[..^ending.Length];
            if (rest.Length >= ShortestStem && rest.ContainsAny(Vowels))
                return Undouble(rest);
        }

        if (EndsIn(word, "y") && word.Length > ShortestStem)
            return string.Concat(word[..^1], "i");
        return EndsIn(word, "e") && word.Length > ShortestStem ? word[..^1] : word;
    }

    private static ReadOnlySpan<char> StripNounEnding(ReadOnlySpan<char> word)
    {
        if (word.Length > 6 && (EndsIn(word, "tion") || EndsIn(word, "sion")))
            word = word[..^3];
        return word.Length > 6 && EndsIn(word, "at") ? word[..^2] : word;
    }

    private static ReadOnlySpan<char> Undouble(ReadOnlySpan<char> stem) =>
        stem.Length > ShortestStem && stem[^1] == stem[^2] && stem[^1] is not ('l' or 's' or 'z') ? stem[..^1] : stem;

    private static bool EndsIn(ReadOnlySpan<char> word, ReadOnlySpan<char> ending) => word.EndsWith(ending, StringComparison.Ordinal);
}
