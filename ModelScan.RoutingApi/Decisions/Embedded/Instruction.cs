using System.Buffers;

namespace ModelScan.RoutingApi.Decisions.Embedded;

/// <summary>
/// Finds what a person asks for in a message that holds a pasted text: a paragraph of prose that stands first or last, before or after the
/// code, log, mail or table. Looks at shape (paragraphs, lines that are no sentences) and at whether the paragraph asks.
/// </summary>
internal static class Instruction
{
    /// <summary>Characters at either end of a message in which it is looked for.</summary>
    private const int Reach = 1_500;

    /// <summary>Longest instruction in characters; what is longer is a text of its own.</summary>
    private const int Longest = 600;

    /// <summary>A paragraph of no more words that asks nothing is a greeting or a signature.</summary>
    private const int WordsOfGreeting = 7;

    private static readonly SearchValues<char> Symbols = SearchValues.Create("{}[]<>=;|\\_$#@*+~^&%/`0123456789");

    /// <summary>The last paragraph that is the person's own, or empty where the message has but one.</summary>
    public static ReadOnlySpan<char> Closing(ReadOnlySpan<char> text)
    {
        text = text.TrimEnd();
        for (var skipped = 0; skipped < 3; skipped++)
        {
            var from = Math.Max(0, text.Length - Reach);
            var start = from + ClosingStart(text[from..]);
            var paragraph = text[start..].Trim();
            if (start == 0 || paragraph.Length > Longest || !IsProse(paragraph))
                return default;
            if (RequestWords.Asks(paragraph) || WordCount(paragraph) > WordsOfGreeting)
                return paragraph;
            text = text[..start].TrimEnd();
        }

        return default;
    }

    /// <summary>The first paragraph that is the person's own and asks for something; empty where there is none, or nothing follows.</summary>
    public static ReadOnlySpan<char> Opening(ReadOnlySpan<char> text)
    {
        text = text.TrimStart();
        for (var skipped = 0; skipped < 2; skipped++)
        {
            var end = OpeningEnd(text[..Math.Min(text.Length, Reach)]);
            var paragraph = text[..end].Trim();
            if (end == text.Length || paragraph.Length > Longest || !IsProse(paragraph))
                return default;
            if (RequestWords.Asks(paragraph))
                return paragraph;
            if (WordCount(paragraph) > WordsOfGreeting)
                return default;
            text = text[end..].TrimStart();
        }

        return default;
    }

    /// <summary>Whether a line could be a sentence: not set in, as code is, and letters for the most part.</summary>
    private static bool IsSentence(ReadOnlySpan<char> line) => !line.StartsWith("  ") && !line.StartsWith("\t") && IsProse(line);

    /// <summary>Whether a text is letters for the most part, rather than the signs and digits of code, logs and tables.</summary>
    private static bool IsProse(ReadOnlySpan<char> text)
    {
        int symbols = 0, visible = 0;
        foreach (var character in text)
        {
            if (char.IsWhiteSpace(character))
                continue;
            visible++;
            symbols += Symbols.Contains(character) ? 1 : 0;
        }

        return visible > 0 && symbols * 6 <= visible;
    }

    // Where the last run of lines that are sentences begins.
    private static int ClosingStart(ReadOnlySpan<char> text)
    {
        for (var end = text.Length; end > 0;)
        {
            var start = text[..end].LastIndexOf('\n') + 1;
            var line = text[start..end];
            if (line.IsWhiteSpace() || !IsSentence(line))
                return end;
            end = Math.Max(0, start - 1);
        }

        return 0;
    }

    private static int OpeningEnd(ReadOnlySpan<char> text)
    {
        for (var start = 0; start < text.Length;)
        {
            var length = text[start..].IndexOf('\n');
            var line = length < 0 ? text[start..] : text.Slice(start, length);
            if (line.IsWhiteSpace() || !IsSentence(line))
                return start;
            if (length < 0)
                break;
            start += length + 1;
        }

        return text.Length;
    }

    private static int WordCount(ReadOnlySpan<char> text)
    {
        var (words, within) = (0, false);
        foreach (var character in text)
        {
            var isLetter = char.IsLetterOrDigit(character);

            // Chinese and Japanese are written without spaces; two characters make a word or so.
            words += isLetter && (!within || character > '\u2E80' && words % 2 == 0) ? 1 : 0;
            within = isLetter;
        }

        return words;
    }
}
