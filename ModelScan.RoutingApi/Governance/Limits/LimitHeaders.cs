using System.Globalization;
using ModelScan.RoutingApi.Configuration;

namespace ModelScan.RoutingApi.Governance.Limits;

/// <summary>
/// Says on answers what is left, as each vendor's clients read it: <c>x-ratelimit-*</c> of OpenAI (durations such as <c>1m30s</c>), <c>anthropic-ratelimit-*</c> (times of RFC 3339), and budgets in
/// a header of the gateway's own. Of several limits of a kind the tightest counts. What a provider says of its own limits under the same name moves to <c>x-upstream-*</c>.
/// </summary>
internal static class LimitHeaders
{
    /// <summary>Budgets, the tightest first.</summary>
    public const string Budget = "x-modelscan-budget";

    private const int MostBudgets = 8;

    /// <summary>Writes the headers.</summary>
    /// <param name="headers">The answer's.</param>
    /// <param name="format">The client's format.</param>
    /// <param name="uses">The limits whose numbers the client may see.</param>
    /// <param name="now">The time.</param>
    public static void Write(IHeaderDictionary headers, ApiFormat format, IReadOnlyList<(Limit Limit, LimitUse Use)> uses, DateTimeOffset now)
    {
        Write(headers, format, "requests", Tightest(uses, LimitKind.Requests), now);
        Write(headers, format, "tokens", Tightest(uses, LimitKind.Tokens), now);
        var budgets = uses.Where(pair => pair.Limit.Config.Kind == LimitKind.Spend).OrderBy(pair => ShareLeft(pair)).Take(MostBudgets).Select(pair => string.Create(
            CultureInfo.InvariantCulture,
            $"{pair.Limit.Config.Id};used={Usd(pair.Use.Used)};reserved={Usd(pair.Use.Held)};limit={Usd(pair.Limit.Amount)};reset={pair.Use.Reset.UtcDateTime:yyyy-MM-dd'T'HH:mm:ss'Z'}")).ToArray();
        if (budgets.Length > 0)
            headers[Budget] = string.Join(", ", budgets);
    }

    /// <summary>A duration as OpenAI writes it: <c>1h2m3s</c>, <c>250ms</c>.</summary>
    public static string Duration(TimeSpan duration)
    {
        if (duration < TimeSpan.FromSeconds(1))
            return string.Create(CultureInfo.InvariantCulture, $"{Math.Max(0, Math.Ceiling(duration.TotalMilliseconds)):0}ms");
        var seconds = (long)Math.Ceiling(duration.TotalSeconds);
        var (hours, minutes) = (seconds / 3600, seconds / 60 % 60);
        return string.Create(CultureInfo.InvariantCulture, $"{(hours > 0 ? $"{hours}h" : "")}{(hours > 0 || minutes > 0 ? $"{minutes}m" : "")}{seconds % 60}s");
    }

    private static void Write(IHeaderDictionary headers, ApiFormat format, string what, (Limit Limit, LimitUse Use)? tightest, DateTimeOffset now)
    {
        if (tightest is not var (limit, use))
            return;
        var most = (limit.Amount / limit.Scale).ToString(CultureInfo.InvariantCulture);
        var left = (Left(limit, use) / limit.Scale).ToString(CultureInfo.InvariantCulture);
        if (format == ApiFormat.Messages)
        {
            Set(headers, $"anthropic-ratelimit-{what}-limit", most);
            Set(headers, $"anthropic-ratelimit-{what}-remaining", left);
            Set(headers, $"anthropic-ratelimit-{what}-reset", use.Reset.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture));
            return;
        }

        Set(headers, $"x-ratelimit-limit-{what}", most);
        Set(headers, $"x-ratelimit-remaining-{what}", left);
        Set(headers, $"x-ratelimit-reset-{what}", Duration(use.Reset > now ? use.Reset - now : TimeSpan.Zero));
    }

    private static void Set(IHeaderDictionary headers, string name, string value)
    {
        if (headers.TryGetValue(name, out var theirs))
            headers.TryAdd($"x-upstream-{(name.StartsWith("x-", StringComparison.Ordinal) ? name[2..] : name)}", theirs);
        headers[name] = value;
    }

    private static (Limit Limit, LimitUse Use)? Tightest(IReadOnlyList<(Limit Limit, LimitUse Use)> uses, LimitKind kind)
    {
        (Limit Limit, LimitUse Use)? tightest = null;
        foreach (var pair in uses)
        {
            if (pair.Limit.Config.Kind == kind && (tightest is not { } known || Left(pair.Limit, pair.Use) < Left(known.Limit, known.Use)))
                tightest = pair;
        }

        return tightest;
    }

    private static long Left(Limit limit, LimitUse use) => Math.Max(0, limit.Amount - use.Used - use.Held);

    private static double ShareLeft((Limit Limit, LimitUse Use) pair) => pair.Limit.Amount == 0 ? 0 : (double)Left(pair.Limit, pair.Use) / pair.Limit.Amount;

    private static string Usd(long units) => ((double)units / Limit.UnitsOfUsd).ToString("0.######", CultureInfo.InvariantCulture);
}
