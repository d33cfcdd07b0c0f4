using System.Buffers;
using ModelScan.RoutingApi.Configuration;

namespace ModelScan.RoutingApi.Guards.Detection;

/// <summary>
/// Finds personal data that has a form of its own, in any language:
/// <list type="number">
/// <item>one vectorised search jumps from one <c>@</c> or digit to the next, which is all that is looked at of most texts;</item>
/// <item>at an <c>@</c> a mail address is read to both sides (<see cref="MailAddress"/>);</item>
/// <item>at a digit behind two letters an account number is tried (<see cref="Iban"/>);</item>
/// <item>else the digits and what divides them are cut into groups (<see cref="DigitGroups"/>), and at each group a card, a social security
/// number and a phone number are tried, in this order, because the first have more to check.</item>
/// </list>
/// </summary>
internal sealed class PiiDetector : ITextDetector
{
    public const string Email = "email";
    public const string Phone = "phone";
    public const string Card = "card";
    public const string IbanKind = "iban";
    public const string Ssn = "ssn";

    private static readonly SearchValues<char> Digits = SearchValues.Create("0123456789");
    private static readonly SearchValues<char> Signs = SearchValues.Create("@0123456789");

    private readonly bool _email;
    private readonly bool _phone;
    private readonly bool _card;
    private readonly bool _iban;
    private readonly bool _ssn;

    /// <summary>Looks for some kinds of data.</summary>
    public PiiDetector(IReadOnlyList<PiiEntity> entities)
    {
        _email = entities.Contains(PiiEntity.Email);
        _phone = entities.Contains(PiiEntity.Phone);
        _card = entities.Contains(PiiEntity.Card);
        _iban = entities.Contains(PiiEntity.Iban);
        _ssn = entities.Contains(PiiEntity.Ssn);
    }

    /// <inheritdoc/>
    public void Find(ReadOnlySpan<char> text, List<Finding> findings)
    {
        Span<DigitGroup> groups = stackalloc DigitGroup[DigitGroups.Most];
        var done = 0;
        for (var at = 0; at < text.Length && text[at..].IndexOfAny(Signs) is var next and >= 0;)
        {
            at += next;
            if (text[at] == '@')
            {
                if (_email && MailAddress.Match(text, done, at) is { Length: > 0 } mail)
                {
                    // Digits of its first part may have been taken for something else.
                    findings.RemoveAll(finding => finding.End > mail.Start && finding.Start >= done);
                    findings.Add(new Finding(mail.Start, mail.Length, Email));
                    done = at = mail.Start + mail.Length;
                }
                else
                {
                    at++;
                }

                continue;
            }

            if (_iban && at >= 2 && char.IsAsciiLetter(text[at - 1]) && char.IsAsciiLetter(text[at - 2]) && BeginsAccount(text, at - 2) && Iban.Match(text[(at - 2)..]) is var length and > 0)
            {
                findings.Add(new Finding(at - 2, length, IbanKind));
                done = at = at - 2 + length;
                continue;
            }

            var end = DigitGroups.Read(text, at, groups, out var count);
            FindNumbers(text, groups[..count], findings);
            at = Math.Max(end, at + 1);
        }
    }

    // Forms leave the blank behind "IBAN" out.
    private static bool BeginsAccount(ReadOnlySpan<char> text, int at) =>
        at == 0 || !char.IsAsciiLetterOrDigit(text[at - 1]) || IsEscape(text, at - 1) || (at >= 4 && text[(at - 4)..at].Equals("iban", StringComparison.OrdinalIgnoreCase));

    private void FindNumbers(ReadOnlySpan<char> text, ReadOnlySpan<DigitGroup> groups, List<Finding> findings)
    {
        for (var i = 0; i < groups.Length;)
        {
            var rest = groups[i..];
            var (taken, kind) =
                !StandsAlone(text, rest[0].Start) ? (0, "")
                : _card && CardNumber.Match(text, rest) is var card and > 0 ? (card, Card)
                : _ssn && SocialSecurityNumber.Match(text, rest) is var ssn and > 0 ? (ssn, Ssn)
                : _phone && PhoneNumber.Match(text, rest) is var phone and > 0 ? (phone, Phone)
                : (0, "");
            if (taken == 0)
            {
                i++;
                continue;
            }

            var start = kind == Phone ? PhoneNumber.Start(text, rest[0].Start) : rest[0].Start;
            findings.Add(new Finding(start, rest[taken - 1].End - start, kind));
            i += taken;
        }
    }

    /// <summary>Whether the digits from here on are no part of a word or of a larger number. Letters of alphabets without blanks between words divide.</summary>
    internal static bool StandsAlone(ReadOnlySpan<char> text, int start)
    {
        if (start == 0)
            return true;
        var before = text[start - 1];
        if (char.IsAsciiLetterOrDigit(before) || before is '_' or '#' || (before >= '\u00C0' && before < '\u2E80' && char.IsLetter(before)))
            return IsEscape(text, start - 1);
        return !(before is '.' or ',' or '-' or '/' or ':' && start >= 2 && (char.IsAsciiLetterOrDigit(text[start - 2]) && before != ':' && before != ','));
    }

    /// <summary>Whether a letter belongs to an escape (<c>\n</c>) that stands in the text as it is written.</summary>
    internal static bool IsEscape(ReadOnlySpan<char> text, int at) => at >= 1 && text[at - 1] == '\\' && text[at] is 'n' or 't' or 'r';

    /// <summary>How many digits there are.</summary>
    internal static int CountDigits(ReadOnlySpan<char> text)
    {
        var count = 0;
        for (var at = 0; at < text.Length && text[at..].IndexOfAny(Digits) is var next and >= 0; at++)
        {
            at += next;
            count++;
        }

        return count;
    }
}
