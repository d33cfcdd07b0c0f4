using System.Collections.Frozen;

namespace ModelScan.RoutingApi.Guards.Detection;

/// <summary>International bank account numbers (ISO 13616): country, two check digits, and as many letters and digits as that country has.</summary>
internal static class Iban
{
    private const int Longest = 34;

    // https://www.swift.com/standards/data-standards/iban-international-bank-account-number: the registry, length by country.
    private static readonly FrozenDictionary<string, int> Lengths = new Dictionary<string, int>
    {
        ["AD"] = 24, ["AE"] = 23, ["AL"] = 28, ["AT"] = 20, ["AZ"] = 28, ["BA"] = 20, ["BE"] = 16, ["BG"] = 22, ["BH"] = 22, ["BI"] = 27, ["BR"] = 29, ["BY"] = 28, ["CH"] = 21, ["CR"] = 22,
        ["CY"] = 28, ["CZ"] = 24, ["DE"] = 22, ["DJ"] = 27, ["DK"] = 18, ["DO"] = 28, ["EE"] = 20, ["EG"] = 29, ["ES"] = 24, ["FI"] = 18, ["FK"] = 18, ["FO"] = 18, ["FR"] = 27, ["GB"] = 22,
        ["GE"] = 22, ["GI"] = 23, ["GL"] = 18, ["GR"] = 27, ["GT"] = 28, ["HR"] = 21, ["HU"] = 28, ["IE"] = 22, ["IL"] = 23, ["IQ"] = 23, ["IS"] = 26, ["IT"] = 27, ["JO"] = 30, ["KW"] = 30,
        ["KZ"] = 20, ["LB"] = 28, ["LC"] = 32, ["LI"] = 21, ["LT"] = 20, ["LU"] = 20, ["LV"] = 21, ["LY"] = 25, ["MC"] = 27, ["MD"] = 24, ["ME"] = 22, ["MK"] = 19, ["MN"] = 20, ["MR"] = 27,
        ["MT"] = 31, ["MU"] = 30, ["NI"] = 28, ["NL"] = 18, ["NO"] = 15, ["OM"] = 23, ["PK"] = 24, ["PL"] = 28, ["PS"] = 29, ["PT"] = 25, ["QA"] = 29, ["RO"] = 24, ["RS"] = 22, ["RU"] = 33,
        ["SA"] = 24, ["SC"] = 31, ["SD"] = 18, ["SE"] = 24, ["SI"] = 19, ["SK"] = 24, ["SM"] = 27, ["SO"] = 23, ["ST"] = 25, ["SV"] = 28, ["TL"] = 23, ["TN"] = 24, ["TR"] = 26, ["UA"] = 29,
        ["VA"] = 22, ["VG"] = 24, ["XK"] = 20, ["YE"] = 30,
    }.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);

    private static readonly FrozenDictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> LengthOf = Lengths.GetAlternateLookup<ReadOnlySpan<char>>();

    /// <summary>The length in the text of the number that begins with it, blanks and hyphens between its groups included; 0 where none does.</summary>
    public static int Match(ReadOnlySpan<char> text)
    {
        if (text.Length < 15 || !LengthOf.TryGetValue(text[..2], out var length))
            return 0;
        Span<char> number = stackalloc char[Longest];
        var (count, at) = (0, 0);
        while (at < text.Length && count < length)
        {
            var letter = text[at++];
            if (char.IsAsciiLetterOrDigit(letter))
                number[count++] = char.ToUpperInvariant(letter);
            else if (letter is not (' ' or '-' or '\u00A0') || at >= text.Length || !char.IsAsciiLetterOrDigit(text[at]))
                return 0;
        }

        return count == length && (at == text.Length || !char.IsAsciiLetterOrDigit(text[at])) && IsValid(number[..count]) ? at : 0;
    }

    // ISO 7064, mod 97-10: the first four behind the rest, letters as numbers from 10, the remainder is 1.
    private static bool IsValid(ReadOnlySpan<char> number)
    {
        var remainder = 0;
        for (var i = 0; i < number.Length; i++)
        {
            var letter = number[(i + 4) % number.Length];
            remainder = char.IsAsciiDigit(letter) ? ((remainder * 10) + letter - '0') % 97 : ((remainder * 100) + letter - 'A' + 10) % 97;
        }

        return remainder == 1;
    }
}
