using System.Collections.Frozen;
using System.Globalization;

namespace ModelScan.RoutingApi.Guards.Detection;

/// <summary>International bank account numbers (ISO 13616): country, two check digits, and as many letters and digits as that country has.</summary>
internal static class Iban
{
    private const int Longest = 34;

    // https://www.swift.com/standards/data-standards/iban-international-bank-account-number: the registry, length by country.
    private const string Registry =
        "AD24 AE23 AL28 AT20 AZ28 BA20 BE16 BG22 BH22 BI27 BR29 BY28 CH21 CR22 CY28 CZ24 DE22 DJ27 DK18 DO28 EE20 EG29 ES24 FI18 FK18 FO18 "
        + "FR27 GB22 GE22 GI23 GL18 GR27 GT28 HR21 HU28 IE22 IL23 IQ23 IS26 IT27 JO30 KW30 KZ20 LB28 LC32 LI21 LT20 LU20 LV21 LY25 MC27 MD24 "
        + "ME22 MK19 MN20 MR27 MT31 MU30 NI28 NL18 NO15 OM23 PK24 PL28 PS29 PT25 QA29 RO24 RS22 RU33 SA24 SC31 SD18 SE24 SI19 SK24 SM27 SO23 "
        + "ST25 SV28 TL23 TN24 TR26 UA29 VA22 VG24 XK20 YE30";

    private static readonly FrozenDictionary<string, int> Lengths =
        Registry.Split(' ').ToFrozenDictionary(static entry => entry[..2], static entry => int.Parse(entry.AsSpan(2), CultureInfo.InvariantCulture), StringComparer.OrdinalIgnoreCase);

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
