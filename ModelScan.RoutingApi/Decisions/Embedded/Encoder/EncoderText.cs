using System.Buffers;
using System.Globalization;
using System.Text;

namespace ModelScan.RoutingApi.Decisions.Embedded.Encoder;

/// <summary>
/// Brings a text into the form whose words the vocabulary knows: cut, NFKC, lower case, and NFD except for kana, whose voiced forms are
/// letters of their own (a Latin accent is dropped later, a dakuten must not be).
/// See <see href="https://www.unicode.org/reports/tr15/">UAX #15</see>.
/// </summary>
/// <remarks>
/// Normalising needs ICU: in globalization-invariant mode text beyond ASCII stays as it was written, and accented letters become
/// unknown pieces.
/// </remarks>
internal static class EncoderText
{
    /// <summary>Code points of a text that are looked at.</summary>
    public const int MaxCodePoints = 4_000;

    private const char CapitalSigma = 'Σ';
    private const char FinalSigma = 'ς';

    // Characters that are neither letters nor marks and yet stand within a word (Unicode property Word_Break MidLetter and the like).
    private static readonly SearchValues<char> WithinWords = SearchValues.Create("'.:·’‘․‧︓﹒﹕＇．：^`¨\u00ad\u00af\u00b4\u00b8");

    /// <summary>The normalised text.</summary>
    public static string Normalize(string text)
    {
        var cut = Cut(text);
        if (Ascii.IsValid(cut))
            return string.Create(cut.Length, text, static (lower, text) => Ascii.ToLower(text.AsSpan(0, lower.Length), lower, out _));
        try
        {
            return Decompose(Lower(WithoutLoneSurrogates(cut).Normalize(NormalizationForm.FormKC)));
        }
        catch (ArgumentException)
        {
            // Some platforms refuse code points that are no characters.
            return Lower(WithoutLoneSurrogates(cut));
        }
    }

    private static ReadOnlySpan<char> Cut(ReadOnlySpan<char> text)
    {
        if (text.Length <= MaxCodePoints)
            return text;
        var end = 0;
        for (var codePoints = 0; codePoints < MaxCodePoints && end < text.Length; codePoints++)
            end += end + 1 < text.Length && char.IsSurrogatePair(text[end], text[end + 1]) ? 2 : 1;
        return text[..end];
    }

    private static string WithoutLoneSurrogates(ReadOnlySpan<char> text)
    {
        var whole = text.ToString();
        if (!text.ContainsAnyInRange('\ud800', '\udfff'))
            return whole;
        var characters = whole.ToCharArray();
        for (var i = 0; i < characters.Length; i++)
        {
            if (i + 1 < characters.Length && char.IsSurrogatePair(characters[i], characters[i + 1]))
                i++;
            else if (char.IsSurrogate(characters[i]))
                characters[i] = '\ufffd';
        }

        return new string(characters);
    }

    // The runtime maps character by character; Unicode has two exceptions: I with a dot becomes two, and sigma has a form for ends of words.
    private static string Lower(string text)
    {
        var lower = (text.Contains('İ', StringComparison.Ordinal) ? text.Replace("İ", "i\u0307", StringComparison.Ordinal) : text).ToLowerInvariant();
        if (!text.Contains(CapitalSigma, StringComparison.Ordinal))
            return lower;
        text = text.Replace("İ", "i\u0307", StringComparison.Ordinal);
        return string.Create(lower.Length, (text, lower), static (result, from) =>
        {
            from.lower.CopyTo(result);
            for (var i = 0; i < result.Length; i++)
            {
                if (from.text[i] == CapitalSigma && HasCased(from.text, i, -1) && !HasCased(from.text, i, 1))
                    result[i] = FinalSigma;
            }
        });
    }

    // Whether a cased letter comes next in a direction, characters within words passed over (Unicode 15.0, table 3-17, Final_Sigma).
    private static bool HasCased(string text, int at, int step)
    {
        for (var i = at + step; i >= 0 && i < text.Length; i += step)
        {
            var category = char.GetUnicodeCategory(text[i]);
            if (category is UnicodeCategory.UppercaseLetter or UnicodeCategory.LowercaseLetter or UnicodeCategory.TitlecaseLetter)
                return true;
            var isPassedOver = category is UnicodeCategory.NonSpacingMark or UnicodeCategory.EnclosingMark or UnicodeCategory.Format
                or UnicodeCategory.ModifierLetter or UnicodeCategory.ModifierSymbol || WithinWords.Contains(text[i]);
            if (!isPassedOver)
                return false;
        }

        return false;
    }

    private static string Decompose(string text)
    {
        if (!text.AsSpan().ContainsAnyInRange('\u3040', '\u30ff'))
            return text.Normalize(NormalizationForm.FormD);
        var result = new StringBuilder(text.Length + 16);
        for (var start = 0; start < text.Length;)
        {
            var kana = IsKana(text[start]);
            var end = start + 1;
            while (end < text.Length && IsKana(text[end]) == kana)
                end++;
            if (kana)
                result.Append(text, start, end - start);
            else
                result.Append(text[start..end].Normalize(NormalizationForm.FormD));
            start = end;
        }

        return result.ToString();
    }

    private static bool IsKana(char c) => c is >= '\u3040' and <= '\u30ff';
}
