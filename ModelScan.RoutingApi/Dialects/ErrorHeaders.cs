using System.Globalization;

namespace ModelScan.RoutingApi.Dialects;

/// <summary>Reads how long a provider wants to be left alone.</summary>
internal static class ErrorHeaders
{
    private static readonly TimeSpan Most = TimeSpan.FromDays(1);

    /// <summary>
    /// From <c>retry-after-ms</c>, <c>retry-after</c> (seconds or a date, https://www.rfc-editor.org/rfc/rfc9110#section-10.2.3) or OpenAI's
    /// <c>x-ratelimit-reset-*</c>; at most a day; <see langword="null"/> where none of them says.
    /// </summary>
    public static TimeSpan? RetryAfter(Func<string, string?> header, TimeProvider time)
    {
        if (Number(header("retry-after-ms")) is { } milliseconds)
            return Bounded(milliseconds / 1000);
        if (header("retry-after") is { } after)
        {
            if (Number(after) is { } seconds)
                return Bounded(seconds);
            if (DateTimeOffset.TryParse(after, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var date))
                return Bounded((date - time.GetUtcNow()).TotalSeconds);
        }

        return ReadDuration(header("x-ratelimit-reset-requests")) ?? ReadDuration(header("x-ratelimit-reset-tokens"));
    }

    /// <summary>Reads a duration such as <c>12s</c>, <c>1m30.5s</c> or <c>250ms</c>; at most a day.</summary>
    public static TimeSpan? ReadDuration(string? text)
    {
        if (string.IsNullOrEmpty(text))
            return null;
        var seconds = 0.0;
        var at = 0;
        while (at < text.Length)
        {
            var start = at;
            while (at < text.Length && (char.IsAsciiDigit(text[at]) || text[at] == '.'))
                at++;
            var number = Number(text[start..at]);
            start = at;
            while (at < text.Length && char.IsAsciiLetter(text[at]))
                at++;
            double? unit = text[start..at] switch { "ms" => 0.001, "s" => 1, "m" => 60, "h" => 3600, "d" => 86400, _ => null };
            if (number is null || unit is null)
                return null;
            seconds += number.Value * unit.Value;
        }

        return Bounded(seconds);
    }

    private static double? Number(string? text) =>
        double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number) ? number : null;

    private static TimeSpan Bounded(double seconds) => seconds >= Most.TotalSeconds ? Most : TimeSpan.FromSeconds(Math.Max(0, seconds));
}
