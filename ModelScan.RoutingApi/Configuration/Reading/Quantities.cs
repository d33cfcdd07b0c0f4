using System.Globalization;

namespace ModelScan.RoutingApi.Configuration.Reading;

/// <summary>Durations and sizes as configuration files write them.</summary>
internal static class Quantities
{
    private static readonly (string Unit, double Seconds)[] DurationUnits = [("ms", 0.001), ("s", 1), ("m", 60), ("h", 3600), ("d", 86400)];
    private static readonly (string Unit, long Bytes)[] SizeUnits = [("KB", 1L << 10), ("MB", 1L << 20), ("GB", 1L << 30), ("K", 1L << 10), ("M", 1L << 20), ("G", 1L << 30), ("B", 1)];

    /// <summary>The longest duration that a timer or a connection counts: 2^31 ms, in whole days.</summary>
    public static readonly TimeSpan LongestTimer = TimeSpan.FromDays(24);

    /// <summary>The longest age that something is kept.</summary>
    public static readonly TimeSpan LongestAge = TimeSpan.FromDays(366);

    /// <summary>Parses a non-negative duration of at most <see cref="LongestAge"/>; a bare number is seconds.</summary>
    public static bool TryParseDuration(string text, out TimeSpan duration)
    {
        duration = default;
        text = text.Trim();
        var scale = 1.0;
        foreach (var (unit, seconds) in DurationUnits)
        {
            if (!text.EndsWith(unit, StringComparison.OrdinalIgnoreCase))
                continue;
            (text, scale) = (text[..^unit.Length].TrimEnd(), seconds);
            break;
        }

        if (!double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number) || number * scale > LongestAge.TotalSeconds)
            return false;
        duration = TimeSpan.FromSeconds(number * scale);
        return true;
    }

    /// <summary>A bound, for messages.</summary>
    public static string Describe(TimeSpan duration) => duration.TotalDays >= 1
        ? string.Create(CultureInfo.InvariantCulture, $"{duration.TotalDays:0.#} days")
        : string.Create(CultureInfo.InvariantCulture, $"{duration.TotalSeconds:0.###} seconds");

    /// <summary>Parses a non-negative number of bytes up to 1 TB; units are powers of 1,024.</summary>
    public static bool TryParseSize(string text, out long bytes)
    {
        bytes = 0;
        text = text.Trim();
        var scale = 1L;
        foreach (var (unit, size) in SizeUnits)
        {
            if (!text.EndsWith(unit, StringComparison.OrdinalIgnoreCase))
                continue;
            (text, scale) = (text[..^unit.Length].TrimEnd(), size);
            break;
        }

        if (!double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number) || number * scale > 1L << 40)
            return false;
        bytes = (long)(number * scale);
        return true;
    }
}
