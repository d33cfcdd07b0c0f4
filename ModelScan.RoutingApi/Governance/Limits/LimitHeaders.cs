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

    private static readonly Names Requests = new("requests");
    private static readonly Names Tokens = new("tokens");

    /// <summary>Writes the headers.</summary>
    /// <param name="headers">The answer's.</param>
    /// <param name="format">The client's format.</param>
    /// <param name="uses">The limits whose numbers the client may see.</param>
    /// <param name="now">The time.</param>
    public static void Write(IHeaderDictionary headers, ApiFormat format, ReadOnlySpan<(Limit Limit, LimitUse Use)> uses, DateTimeOffset now)
    {
        Write(headers, format, Requests, Tightest(uses, LimitKind.Requests), now);
        Write(headers, format, Tokens, Tightest(uses, LimitKind.Tokens), now);
        if (Budgets(uses) is { } budgets)
            headers[Budget] = budgets;
    }

    /// <summary>A duration as OpenAI writes it: <c>1h2m3s</c>, <c>250ms</c>.</summary>
    public static string Duration(TimeSpan duration)
    {
        if (duration < TimeSpan.FromSeconds(1))
            return string.Create(CultureInfo.InvariantCulture, $"{Math.Max(0, Math.Ceiling(duration.TotalMilliseconds)):0}ms");
        var seconds = (long)Math.Ceiling(duration.TotalSeconds);
        var (hours, minutes) = (seconds / 3600, seconds / 60 % 60);
        return hours > 0 ? string.Create(CultureInfo.InvariantCulture, $"{hours}h{minutes}m{seconds % 60}s")
            : minutes > 0 ? string.Create(CultureInfo.InvariantCulture, $"{minutes}m{seconds % 60}s")
            : string.Create(CultureInfo.InvariantCulture, $"{seconds}s");
    }

    private static void Write(IHeaderDictionary headers, ApiFormat format, Names names, (Limit Limit, LimitUse Use)? tightest, DateTimeOffset now)
    {
        if (tightest is not var (limit, use))
            return;
        var most = limit.WholeAmountText;
        var left = (Left(limit, use) / limit.Scale).ToString(CultureInfo.InvariantCulture);
        if (format == ApiFormat.Messages)
        {
            Set(headers, names.AnthropicLimit, most);
            Set(headers, names.AnthropicRemaining, left);
            Set(headers, names.AnthropicReset, limit.TextOf(use.Reset));
            return;
        }

        Set(headers, names.Limit, most);
        Set(headers, names.Remaining, left);
        Set(headers, names.Reset, Duration(use.Reset > now ? use.Reset - now : TimeSpan.Zero));
    }

    private static void Set(IHeaderDictionary headers, string name, string value)
    {
        if (headers.TryGetValue(name, out var theirs))
            headers.TryAdd($"x-upstream-{(name.StartsWith("x-", StringComparison.Ordinal) ? name[2..] : name)}", theirs);
        headers[name] = value;
    }

    private static (Limit Limit, LimitUse Use)? Tightest(ReadOnlySpan<(Limit Limit, LimitUse Use)> uses, LimitKind kind)
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

    private static string? Budgets(ReadOnlySpan<(Limit Limit, LimitUse Use)> uses)
    {
        var (only, count) = (0, 0);
        for (var i = 0; i < uses.Length; i++)
        {
            if (uses[i].Limit.Config.Kind == LimitKind.Spend)
                (only, count) = (i, count + 1);
        }

        if (count <= 1)
            return count == 0 ? null : Text(uses[only]);
        var budgets = new List<(Limit Limit, LimitUse Use)>(count);
        foreach (var use in uses)
        {
            if (use.Limit.Config.Kind == LimitKind.Spend)
                budgets.Add(use);
        }

        return string.Join(", ", budgets.OrderBy(ShareLeft).Take(MostBudgets).Select(Text));

        static string Text((Limit Limit, LimitUse Use) pair) => string.Create(
            CultureInfo.InvariantCulture,
            $"{pair.Limit.Config.Id};used={new LimitNumber(pair.Limit, pair.Use.Used)};reserved={new LimitNumber(pair.Limit, pair.Use.Held)};limit={pair.Limit.AmountText};reset={pair.Limit.TextOf(pair.Use.Reset)}");
    }

    // Written with every answer, so they are put together once.
    private sealed class Names(string what)
    {
        public string Limit { get; } = $"x-ratelimit-limit-{what}";

        public string Remaining { get; } = $"x-ratelimit-remaining-{what}";

        public string Reset { get; } = $"x-ratelimit-reset-{what}";

        public string AnthropicLimit { get; } = $"anthropic-ratelimit-{what}-limit";

        public string AnthropicRemaining { get; } = $"anthropic-ratelimit-{what}-remaining";

        public string AnthropicReset { get; } = $"anthropic-ratelimit-{what}-reset";
    }
}
