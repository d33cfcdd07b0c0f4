using System.Collections.Frozen;

namespace ModelScan.RoutingApi.Decisions.Embedded.Lexical;

/// <summary>
/// Walks over the terms of a text: lower-cased runs of ASCII letters, digits, <c>+</c> and <c>#</c> (so that c++ and c# are
/// words), without stop words, their endings stripped. Works in the given memory and allocates nothing.
/// </summary>
internal ref struct TermReader
{
    private readonly Span<char> _text;
    private readonly FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> _stopWords;
    private int _at;

    /// <summary>Starts on <paramref name="text"/>.</summary>
    /// <param name="text">Any text.</param>
    /// <param name="stopWords">Words that do not count.</param>
    /// <param name="memory">As long as the text; terms are slices of it.</param>
    public TermReader(ReadOnlySpan<char> text, FrozenSet<string> stopWords, Span<char> memory)
    {
        _text = memory[..text.Length];
        _stopWords = stopWords.GetAlternateLookup<ReadOnlySpan<char>>();
        for (var i = 0; i < text.Length; i++)
            _text[i] = char.ToLowerInvariant(text[i]);
    }

    /// <summary>Moves to the next term.</summary>
    /// <returns>Whether there was one.</returns>
    public bool Next(out ReadOnlySpan<char> term)
    {
        while (_at < _text.Length)
        {
            if (!IsTermCharacter(_text[_at]))
            {
                _at++;
                continue;
            }

            var start = _at;
            while (_at < _text.Length && IsTermCharacter(_text[_at]))
                _at++;
            var word = _text[start.._at];
            if (_stopWords.Contains(word))
                continue;
            term = WordEnding.Strip(word);
            return true;
        }

        term = default;
        return false;
    }

    private static bool IsTermCharacter(char c) => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '+' or '#';
}
