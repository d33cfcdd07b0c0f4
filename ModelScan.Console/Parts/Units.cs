using System.Globalization;

namespace ModelScan.WebConsole.Parts;

/// <summary>Numbers as people read them, with their units. Always in English notation, as the rest of the console.</summary>
public static class Units
{
    /// <summary>US dollars: two digits behind the point, or as many as show the first two that count.</summary>
    /// <param name="usd">USD.</param>
    public static string Usd(double usd)
    {
        var size = Math.Abs(usd);
        var digits = size == 0 || size >= 1 ? 2 : size >= 0.01 ? 3 : Math.Min(12, (int)Math.Ceiling(-Math.Log10(size)) + 1);
        var text = size.ToString($"N{digits}", CultureInfo.InvariantCulture);
        if (digits > 2)
            text = text.TrimEnd('0').PadRight(text.IndexOf('.', StringComparison.Ordinal) + 3, '0');
        return size == 0 ? "$0" : usd < 0 ? $"−${text}" : $"${text}";
    }

    /// <summary>US dollars per million tokens.</summary>
    public static string Price(double usd) => string.Create(CultureInfo.InvariantCulture, $"${usd:0.####}");

    /// <summary>A length of time.</summary>
    /// <param name="milliseconds">Milliseconds.</param>
    public static string Duration(double milliseconds) => milliseconds switch
    {
        < 10 => string.Create(CultureInfo.InvariantCulture, $"{milliseconds:0.0} ms"),
        < 1000 => string.Create(CultureInfo.InvariantCulture, $"{milliseconds:0} ms"),
        < 10_000 => string.Create(CultureInfo.InvariantCulture, $"{milliseconds / 1000:0.00} s"),
        < 60_000 => string.Create(CultureInfo.InvariantCulture, $"{milliseconds / 1000:0.0} s"),
        < 3_599_500 when Math.Round(milliseconds / 1000) is var seconds => string.Create(CultureInfo.InvariantCulture, $"{Math.Floor(seconds / 60):0} min {seconds % 60:00} s"),
        < 86_370_000 when Math.Round(milliseconds / 60_000) is var minutes => string.Create(CultureInfo.InvariantCulture, $"{Math.Floor(minutes / 60):0} h {minutes % 60:00} min"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{milliseconds / 86_400_000:0.0} d"),
    };

    /// <summary>A length of time in seconds.</summary>
    public static string Seconds(double seconds) => Duration(seconds * 1000);

    /// <summary>A count.</summary>
    public static string Count(long number) => number.ToString("N0", CultureInfo.InvariantCulture);

    /// <summary>A count where room is short: <c>12.3k</c>.</summary>
    public static string Compact(long number) => Math.Abs(number) switch
    {
        < 10_000 => Count(number),
        < 1_000_000 => string.Create(CultureInfo.InvariantCulture, $"{number / 1000d:0.#}k"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{number / 1_000_000d:0.##}M"),
    };

    /// <summary>A part of a whole.</summary>
    public static string Share(long part, long whole) => whole == 0 ? "–" : Percent((double)part / whole);

    /// <summary>A fraction as percent.</summary>
    public static string Percent(double fraction) => fraction switch
    {
        0 => "0 %",
        < 0.001 and > 0 => "< 0.1 %",
        < 0.1 => string.Create(CultureInfo.InvariantCulture, $"{fraction * 100:0.0} %"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{fraction * 100:0} %"),
    };

    /// <summary>A probability, two digits.</summary>
    public static string Probability(double probability) => probability.ToString("0.00", CultureInfo.InvariantCulture);

    /// <summary>A number for an attribute of SVG or HTML.</summary>
    public static string Plain(double number) => number.ToString("0.###", CultureInfo.InvariantCulture);

    /// <summary>One or several: <c>1 retry</c>, <c>2 retries</c>.</summary>
    public static string Several(long number, string one, string several) => $"{Count(number)} {(number == 1 ? one : several)}";
}
