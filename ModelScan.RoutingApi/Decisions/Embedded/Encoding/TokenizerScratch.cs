using System.Text;

namespace ModelScan.RoutingApi.Decisions.Embedded.Encoding;

/// <summary>The memory in which one text is cut into pieces; grows to the longest text seen, which is bounded.</summary>
internal sealed class TokenizerScratch
{
    private readonly char[] _text = new char[PieceTokenizer.MaxCharacters];
    private char[] _normal = new char[PieceTokenizer.MaxCharacters];

    /// <summary>Sum of scores of the best path to a position.</summary>
    public double[] Best { get; private set; } = new double[64];

    /// <summary>Where the last piece of that path starts.</summary>
    public int[] From { get; private set; } = new int[64];

    /// <summary>The id of that piece.</summary>
    public int[] Pieces { get; private set; } = new int[64];

    /// <summary>The ids of the whole path, gathered from the end.</summary>
    public int[] Path { get; private set; } = new int[64];

    /// <summary>Makes room for a word of <paramref name="length"/> positions.</summary>
    public void ReserveWord(int length)
    {
        if (Best.Length >= length)
            return;
        length = Math.Max(length, 2 * Best.Length);
        (Best, From, Pieces, Path) = (new double[length], new int[length], new int[length], new int[length]);
    }

    /// <summary>
    /// The first <see cref="PieceTokenizer.MaxCharacters"/> characters in Unicode normalisation form KC, lone surrogates
    /// and the noncharacter U+FFFE, on which the runtime's normalisation throws, replaced by U+FFFD. Where the runtime has no Unicode tables (globalization-invariant mode) the text stays as it is.
    /// </summary>
    /// <returns>Valid until the next call.</returns>
    public ReadOnlySpan<char> Normalize(ReadOnlySpan<char> text)
    {
        if (text.Length > PieceTokenizer.MaxCharacters)
            text = text[..(PieceTokenizer.MaxCharacters - (char.IsHighSurrogate(text[PieceTokenizer.MaxCharacters - 1]) ? 1 : 0))];
        if (Ascii.IsValid(text))
            return text;

        var clean = _text.AsSpan(0, text.Length);
        text.CopyTo(clean);
        for (var i = 0; i < clean.Length; i++)
        {
            if (clean[i] == '\uFFFE')
                clean[i] = '\uFFFD';
            if (!char.IsSurrogate(clean[i]))
                continue;
            if (i + 1 < clean.Length && char.IsSurrogatePair(clean[i], clean[i + 1]))
                i++;
            else
                clean[i] = '\uFFFD';
        }

        if (((ReadOnlySpan<char>)clean).IsNormalized(NormalizationForm.FormKC))
            return clean;
        int length;
        while (!((ReadOnlySpan<char>)clean).TryNormalize(_normal, out length, NormalizationForm.FormKC))
        {
            // Form KC makes a character at most 18 times as long (U+FDFA), so this ends.
            if (_normal.Length > 18 * PieceTokenizer.MaxCharacters)
                return clean;
            _normal = new char[2 * _normal.Length];
        }

        return _normal.AsSpan(0, length);
    }
}
