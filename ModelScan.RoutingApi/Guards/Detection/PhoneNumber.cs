namespace ModelScan.RoutingApi.Guards.Detection;

/// <summary>
/// Phone numbers: international ones (ITU-T E.164, at most 15 digits) by their sign, those of a country by the way in which they are written
/// there, and what could be anything where the words around it say so.
/// </summary>
internal static class PhoneNumber
{
    // Small letters; a part of a word is enough.
    private static readonly string[] Words =
    [
        "phone", "tel", "call", "mobil", "cell", "fax", "whatsapp", "sms", "text me", "ring me", "dial", "hotline", "fon", "handy", "ruf", "durchwahl", "nummer unter", "portable", "appel", "numéro", "joindre",
        "móvil", "movil", "llam", "llám", "teléf", "número", "cellulare", "chiam", "numero", "telemóvel", "celular", "ligue", "telefoon", "bellen", "gsm", "dzwoń", "numer", "komórk", "тел", "звон", "номер",
        "电话", "手机", "號碼", "号码", "電話", "携帯", "番号", "전화", "휴대", "هاتف", "جوال", "फ़ोन", "फोन", "मोबाइल", "ligar", "puhelin", "τηλ", "điện thoại", "telpon", "telepon",
    ];

    /// <summary>How many of the first groups are a phone number; 0 where none are.</summary>
    public static int Match(ReadOnlySpan<char> text, ReadOnlySpan<DigitGroup> groups)
    {
        var start = Start(text, groups[0].Start);
        if (start > 0 && !PiiDetector.StandsAlone(text, start) || (start > 0 && text[start - 1] is '$' or '€' or '£' or '¥'))
            return 0;
        if (text[start] == '+')
            return Digits(text, groups, least: 8, most: 15);
        if (groups[0].Length >= 2 && text.Slice(groups[0].Start, 2).SequenceEqual("00") && groups.Length > 1 && groups[0].Length <= 5)
            return Digits(text, groups, least: 10, most: 17);
        if (IsDate(groups))
            return 0;
        if (OfNorthAmerica(text, groups) is var american and > 0)
            return american;
        return OfOthers(text, groups, start);
    }

    /// <summary>Where a number begins whose first digits are at <paramref name="digits"/>: with its sign, or with the parenthesis around its first group.</summary>
    public static int Start(ReadOnlySpan<char> text, int digits)
    {
        if (digits > 0 && text[digits - 1] == '(')
            digits--;
        return digits > 0 && text[digits - 1] is '+' or '＋' ? digits - 1 : digits;
    }

    // As many groups as a number can have digits.
    private static int Digits(ReadOnlySpan<char> text, ReadOnlySpan<DigitGroup> groups, int least, int most)
    {
        var (digits, taken) = (0, 0);
        while (taken < groups.Length && digits + groups[taken].Length <= most && (taken == 0 || groups[taken].Length > 1 || groups[taken].Divider is '(' or '-' || taken == 1))
            digits += groups[taken++].Length;
        return digits >= least && Ends(text, groups, taken) ? taken : 0;
    }

    // (555) 010-0199, 555-010-0199, 1.555.010.0199: https://nationalnanpa.com, area codes and exchanges begin with 2 to 9.
    private static int OfNorthAmerica(ReadOnlySpan<char> text, ReadOnlySpan<DigitGroup> groups)
    {
        var area = groups is [{ Length: 1 }, ..] && text[groups[0].Start] == '1' ? 1 : 0;
        if (groups.Length < area + 3 || groups[area] is not { Length: 3 } || groups[area + 1] is not { Length: 3 } || groups[area + 2] is not { Length: 4 } || text[groups[area].Start] < '2')
            return 0;
        var isWritten = groups[area + 1].Divider is '-' or '.' or '(' && groups[area + 2].Divider is '-' or '.' or ' ';
        return Ends(text, groups, area + 3) && (isWritten || (groups[area + 1].Divider == ' ' && Surroundings.Have(text, groups[0].Start, groups[area + 2].End, Words))) ? area + 3 : 0;
    }

    private static int OfOthers(ReadOnlySpan<char> text, ReadOnlySpan<DigitGroup> groups, int start)
    {
        var (taken, digits) = (0, 0);
        while (taken < groups.Length && taken < 6 && digits + groups[taken].Length <= 13 && (taken == 0 || groups[taken].Length > 1))
            digits += groups[taken++].Length;
        var first = text[groups[0].Start];

        // 030/23125-0: the extension of a company's switchboard.
        if (taken >= 2 && taken < groups.Length && groups[taken] is { Length: 1, Divider: '-' } && first == '0' && groups[taken - 1].Length >= 3 && Ends(text, groups, taken + 1))
            (digits, taken) = (digits + 1, taken + 1);
        if (!Ends(text, groups, taken) || digits < 7)
            return 0;

        // A number behind a zero that is divided, or whose area is put in parentheses: 030 1234567, 06 12 34 56 78, (11) 91234-5678, 8 (912) 345-67-89.
        if (digits >= 9 && taken > 1 && ((first == '0' && groups[0].Length is >= 2 and <= 6) || text[start] == '(' || (groups[0].Length == 1 && first is '7' or '8' && groups[1].Divider == '(')))
            return taken;

        // A mobile of China's: 138 0013 8000.
        if (first == '1' && digits == 11 && groups is [{ Length: 3 }, { Length: 4 }, { Length: 4 }, ..] && text[groups[0].Start + 1] >= '3')
            return taken;
        return digits <= 13 && Surroundings.Have(text, start, groups[taken - 1].End, Words) ? taken : 0;
    }

    // 2024-11-29, 29.11.2024, 11/29/2024 and what follows, such as a time.
    private static bool IsDate(ReadOnlySpan<DigitGroup> groups) =>
        groups is [_, { Divider: '-' or '.' or '/' }, { Divider: '-' or '.' or '/' }, ..] && groups[1].Divider == groups[2].Divider
        && groups[1].Length <= 2 && Math.Max(groups[0].Length, groups[2].Length) == 4 && Math.Min(groups[0].Length, groups[2].Length) <= 2;

    // Not with a letter, a unit, or another number that goes on.
    private static bool Ends(ReadOnlySpan<char> text, ReadOnlySpan<DigitGroup> groups, int taken)
    {
        if (taken == 0 || (taken < groups.Length && groups[taken].Divider is '-' or '.' or '/'))
            return false;
        var end = groups[taken - 1].End;
        return end == text.Length || !(char.IsAsciiLetterOrDigit(text[end]) || text[end] is '_' or '%' or '€' or '@');
    }
}
