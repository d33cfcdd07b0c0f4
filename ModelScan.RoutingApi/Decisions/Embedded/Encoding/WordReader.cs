namespace ModelScan.RoutingApi.Decisions.Embedded.Encoding;

/// <summary>
/// Walks over the words of a text: split at white space, and names of programs split into their words, so that
/// <c>parseHTTPRequest_now</c> gives parse, HTTP, Request, now. Only ASCII letters take part in the latter.
/// </summary>
internal ref struct WordReader(ReadOnlySpan<char> text)
{
    private readonly ReadOnlySpan<char> _text = text;
    private int _at;

    /// <summary>Moves to the next word.</summary>
    /// <returns>Whether there was one.</returns>
    public bool Next(out ReadOnlySpan<char> word)
    {
        while (_at < _text.Length && IsSeparator(_text, _at))
            _at++;
        var start = _at;
        if (start == _text.Length)
        {
            word = default;
            return false;
        }

        do
            _at++;
        while (_at < _text.Length && !IsSeparator(_text, _at) && !StartsWord(_text, _at));
        word = _text[start.._at];
        return true;
    }

    /// <summary>White space, the four ASCII separators, and an underscore before a letter.</summary>
    private static bool IsSeparator(ReadOnlySpan<char> text, int at) =>
        text[at] == '_'
            ? at + 1 < text.Length && char.IsAsciiLetter(text[at + 1])
            : char.IsWhiteSpace(text[at]) || text[at] is >= '\u001C' and <= '\u001F';

    /// <summary>Whether a capital begins a new word: after a small letter, or as the last of a row of capitals before two small letters.</summary>
    private static bool StartsWord(ReadOnlySpan<char> text, int at)
    {
        if (!char.IsAsciiLetterUpper(text[at]))
            return false;
        var before = text[at - 1];
        return char.IsAsciiLetterLower(before)
            || char.IsAsciiLetterUpper(before)
            && at + 2 < text.Length
            && char.IsAsciiLetterLower(text[at + 1])
            && char.IsAsciiLetterLower(text[at + 2]);
    }
}
