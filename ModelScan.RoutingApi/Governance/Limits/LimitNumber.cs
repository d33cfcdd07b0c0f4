using System.Globalization;
using ModelScan.RoutingApi.Configuration;

namespace ModelScan.RoutingApi.Governance.Limits;

/// <summary>
/// An amount as a decimal number: USD to a millionth, tokens to a thousandth, without zeros at the end. By whole numbers, because several of
/// them are said with every answer, and the formatting of binary fractions takes ten times as long.
/// </summary>
/// <param name="limit">The limit.</param>
/// <param name="units">The amount in its units.</param>
internal readonly struct LimitNumber(Limit limit, long units) : ISpanFormattable
{
    private const long Millionths = 1_000_000;

    // The digits of the largest whole number, a point, and nine more.
    private const int Longest = 32;

    /// <inheritdoc/>
    public bool TryFormat(Span<char> destination, out int charsWritten, ReadOnlySpan<char> format, IFormatProvider? provider)
    {
        Span<char> text = stackalloc char[Longest];
        var length = Write(text);
        charsWritten = text[..length].TryCopyTo(destination) ? length : 0;
        return charsWritten > 0;
    }

    /// <inheritdoc/>
    public override string ToString()
    {
        Span<char> text = stackalloc char[Longest];
        return text[..Write(text)].ToString();
    }

    /// <inheritdoc/>
    public string ToString(string? format, IFormatProvider? formatProvider) => ToString();

    private int Write(Span<char> text)
    {
        var finest = limit.Config.Kind == LimitKind.Spend ? Limit.UnitsOfUsd / Millionths : 1;
        var scale = limit.Scale / finest;
        var (whole, rest) = Math.DivRem((units + (finest / 2)) / finest, scale);
        whole.TryFormat(text, out var length, provider: CultureInfo.InvariantCulture);
        if (rest == 0)
            return length;
        text[length++] = '.';
        for (var place = scale / 10; rest > 0; place /= 10)
        {
            text[length++] = (char)('0' + (rest / place));
            rest %= place;
        }

        return length;
    }
}
