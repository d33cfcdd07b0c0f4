namespace ModelScan.RoutingApi.Decisions.Lexical;

/// <summary>Cuts text into terms: runs of letters and digits, split where case changes (<c>camelCase</c>), lower-case and stemmed.</summary>
internal static class LexicalTerms
{
    /// <summary>Characters read of one text; of a longer one the beginning and the end, where people put what they want.</summary>
    public const int MaxCharacters = 8192;

    /// <summary>Longer runs are encoded content or identifiers, not words.</summary>
    private const int LongestWord = 40;

    /// <summary>Adds the text's terms to <paramref name="terms"/>, in order and with repetitions. Lone surrogates separate words.</summary>
    public static void AddTo(ICollection<string> terms, string text)
    {
        if (text.Length <= MaxCharacters)
        {
            AddWords(terms, text);
            return;
        }

        AddWords(terms, text.AsSpan(0, MaxCharacters / 2));
        AddWords(terms, text.AsSpan(text.Length - (MaxCharacters / 2)));
    }

    private static void AddWords(ICollection<string> terms, ReadOnlySpan<char> text)
    {
        var start = 0;
        for (var i = 0; i <= text.Length; i++)
        {
            if (i < text.Length && char.IsLetterOrDigit(text[i]))
            {
                if (!IsHump(text, start, i))
                    continue;
                AddWord(terms, text[start..i]);
                start = i;
            }
            else
            {
                AddWord(terms, text[start..i]);
                start = i + 1;
            }
        }
    }

    /// <summary>Whether a new word begins at <paramref name="i"/>: <c>code|Review</c>, <c>HTTP|Server</c>.</summary>
    private static bool IsHump(ReadOnlySpan<char> text, int start, int i)
    {
        if (i == start || !char.IsUpper(text[i]))
            return false;
        return char.IsLower(text[i - 1]) || (char.IsUpper(text[i - 1]) && i + 1 < text.Length && char.IsLower(text[i + 1]));
    }

    private static void AddWord(ICollection<string> terms, ReadOnlySpan<char> characters)
    {
        if (characters.Length is 0 or > LongestWord)
            return;
        var word = characters.ToString().ToLowerInvariant();
        if (!EnglishTerm.IsStopWord(word))
            terms.Add(EnglishTerm.Stem(word));
    }
}
