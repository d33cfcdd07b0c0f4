using System.Buffers;
using System.Globalization;
using System.Text;

namespace ModelScan.RoutingApi.Decisions.Embedded.Encoder;

/// <summary>
/// Text to the numbers of word pieces, as uncased BERT does it (J. Devlin et al., 2019), with three differences: of a word with an unknown
/// character only that character is lost, runs of ideographs are taken apart by the vocabulary instead of one by one, and every symbol
/// stands alone. Thread-safe.
/// </summary>
internal sealed class WordPieceTokenizer(WordPieceVocabulary vocabulary)
{
    /// <summary>Longest word that is taken apart, in characters.</summary>
    private const int LongestWord = 100;

    /// <summary>The pieces known.</summary>
    public WordPieceVocabulary Vocabulary => vocabulary;

    /// <summary>Writes the first pieces of a text, without the marks at start and end.</summary>
    /// <returns>How many were written, at most as many as <paramref name="pieces"/> holds.</returns>
    public int Encode(string text, Span<int> pieces)
    {
        var normalized = EncoderText.Normalize(text);
        var buffer = ArrayPool<char>.Shared.Rent(normalized.Length + 1);
        try
        {
            var writer = new PieceWriter(vocabulary, pieces);
            Split(normalized, buffer, ref writer);
            return writer.Count;
        }
        finally
        {
            ArrayPool<char>.Shared.Return(buffer);
        }
    }

    private static void Split(ReadOnlySpan<char> text, Span<char> word, ref PieceWriter writer)
    {
        var length = 0;
        while (!text.IsEmpty && !writer.IsFull)
        {
            _ = Rune.DecodeFromUtf16(text, out var rune, out var consumed);
            var character = text[..consumed];
            text = text[consumed..];
            var kind = KindOf(rune);
            if (kind == CharacterKind.Dropped)
                continue;
            var endsWord = kind switch
            {
                CharacterKind.Letter => false,
                CharacterKind.Ideograph => length > 0 && !Ideographs.EndsWith(word[..length]),
                CharacterKind.OtherLetter => Ideographs.EndsWith(word[..length]),
                _ => true,
            };
            if (endsWord)
            {
                writer.Add(word[..length]);
                length = 0;
            }

            if (kind == CharacterKind.Alone)
            {
                writer.Add(character);
            }
            else if (kind != CharacterKind.Space)
            {
                character.CopyTo(word[length..]);
                length += consumed;
            }
        }

        writer.Add(word[..length]);
    }

    private static CharacterKind KindOf(Rune rune)
    {
        var value = rune.Value;
        if (rune.IsAscii)
        {
            return char.IsAsciiLetterOrDigit((char)value) ? CharacterKind.Letter
                : value is ' ' or '\t' or '\n' or '\r' ? CharacterKind.Space
                : value is < ' ' or 0x7F ? CharacterKind.Dropped
                : CharacterKind.Alone;
        }

        if (value == 0xFFFD)
            return CharacterKind.Dropped;
        return Rune.GetUnicodeCategory(rune) switch
        {
            UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.OtherNotAssigned or UnicodeCategory.PrivateUse
                or UnicodeCategory.Surrogate or UnicodeCategory.NonSpacingMark => CharacterKind.Dropped,
            UnicodeCategory.SpaceSeparator or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator => CharacterKind.Space,
            >= UnicodeCategory.ConnectorPunctuation and <= UnicodeCategory.OtherSymbol => CharacterKind.Alone,
            _ => Ideographs.Contains(value) ? CharacterKind.Ideograph : CharacterKind.OtherLetter,
        };
    }

    private enum CharacterKind
    {
        Dropped,
        Space,

        /// <summary>An ASCII letter or digit: goes on with any word.</summary>
        Letter,

        /// <summary>Any other letter, mark or number: ends a run of ideographs.</summary>
        OtherLetter,

        Ideograph,

        /// <summary>Punctuation or a symbol: a word of its own.</summary>
        Alone,
    }

    private ref struct PieceWriter(WordPieceVocabulary vocabulary, Span<int> pieces)
    {
        private readonly Span<int> _pieces = pieces;

        public int Count { get; private set; }

        public readonly bool IsFull => Count == _pieces.Length;

        public void Add(ReadOnlySpan<char> word)
        {
            if (Ideographs.StartsWith(word))
                AddIdeographs(word);
            else if (word.Length > LongestWord && RuneCount(word) > LongestWord)
                Write(vocabulary.Unknown);
            else
                AddWord(word);
        }

        private void AddIdeographs(ReadOnlySpan<char> word)
        {
            while (!word.IsEmpty && !IsFull)
            {
                var (piece, length) = vocabulary.Longest(word, isBeginning: true, vocabulary.LongestIdeographic);
                Write(length > 0 ? piece : vocabulary.Unknown);
                word = word[(length > 0 ? length : FirstRune(word))..];
            }
        }

        private void AddWord(ReadOnlySpan<char> word)
        {
            var (isBeginning, afterUnknown) = (true, false);
            while (!word.IsEmpty && !IsFull)
            {
                var (piece, length) = vocabulary.Longest(word, isBeginning);
                if (length > 0)
                    Write(piece);
                else if (!afterUnknown)
                    Write(vocabulary.Unknown);
                (isBeginning, afterUnknown) = (false, length == 0);
                word = word[(length > 0 ? length : FirstRune(word))..];
            }
        }

        private void Write(int piece)
        {
            if (!IsFull)
                _pieces[Count++] = piece;
        }

        private static int FirstRune(ReadOnlySpan<char> text)
        {
            _ = Rune.DecodeFromUtf16(text, out _, out var consumed);
            return consumed;
        }

        private static int RuneCount(ReadOnlySpan<char> text)
        {
            var count = 0;
            foreach (var _ in text.EnumerateRunes())
                count++;
            return count;
        }
    }
}
