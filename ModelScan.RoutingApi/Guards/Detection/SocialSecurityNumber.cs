using System.Globalization;

namespace ModelScan.RoutingApi.Guards.Detection;

/// <summary>
/// Social security numbers of the United States: <c>AAA-GG-SSSS</c>, where no area is 000, 666 or 900 and above, no group 00 and no serial 0000
/// (https://www.ssa.gov/employer/randomization.html). Written otherwise than with hyphens, only where the text says what it is.
/// </summary>
internal static class SocialSecurityNumber
{
    private static readonly string[] Words = ["ssn", "social security", "seguro social", "sozialversicherung"];

    /// <summary>How many of the first groups are one; 0 where none are.</summary>
    public static int Match(ReadOnlySpan<char> text, ReadOnlySpan<DigitGroup> groups)
    {
        if (groups is [{ Length: 3 } area, { Length: 2 } group, { Length: 4 } serial, ..] && group.Divider == serial.Divider && group.Divider is '-' or ' ' or '.')
        {
            return Ends(text, groups, 3) && IsPossible(text.Slice(area.Start, 3), text.Slice(group.Start, 2), text.Slice(serial.Start, 4)) && (group.Divider == '-' || Surroundings.Have(text, area.Start, serial.End, Words)) ? 3 : 0;
        }

        return groups is [{ Length: 9 } whole, ..] && Ends(text, groups, 1) && IsPossible(text.Slice(whole.Start, 3), text.Slice(whole.Start + 3, 2), text.Slice(whole.Start + 5, 4))
            && Surroundings.Have(text, whole.Start, whole.End, Words) ? 1 : 0;
    }

    // What goes on with a hyphen is something else.
    private static bool Ends(ReadOnlySpan<char> text, ReadOnlySpan<DigitGroup> groups, int taken) =>
        (groups.Length == taken || groups[taken].Divider is not ('-' or '/')) && (groups[taken - 1].End == text.Length || !(char.IsAsciiLetterOrDigit(text[groups[taken - 1].End]) || text[groups[taken - 1].End] == '_'));

    private static bool IsPossible(ReadOnlySpan<char> area, ReadOnlySpan<char> group, ReadOnlySpan<char> serial) =>
        int.Parse(area, NumberStyles.None, CultureInfo.InvariantCulture) is not (0 or 666 or >= 900) && !group.SequenceEqual("00") && !serial.SequenceEqual("0000");
}
