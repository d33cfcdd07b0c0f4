using System.Globalization;
using ModelScan.RoutingApi.Configuration;

namespace ModelScan.RoutingApi.Governance.Limits;

/// <summary>Says limits in words.</summary>
internal static class LimitWords
{
    /// <summary>For how long clients may well wait and try again by themselves.</summary>
    public static readonly TimeSpan LongestRetry = TimeSpan.FromSeconds(60);

    /// <summary>An amount with its unit: <c>0.4 USD</c>, <c>1200 tokens</c>.</summary>
    public static string Amount(Limit limit, long units)
    {
        var number = Number(limit, units);
        return limit.Config.Kind switch
        {
            LimitKind.Spend => $"{number} USD",
            LimitKind.Tokens => $"{number} tokens",
            LimitKind.Requests => $"{number} requests",
            _ => $"{number} requests at a time",
        };
    }

    /// <inheritdoc cref="LimitNumber"/>
    public static string Number(Limit limit, long units) => new LimitNumber(limit, units).ToString();

    /// <summary>How long to wait until something may fit.</summary>
    public static TimeSpan Wait(Limit limit, LimitUse use, DateTimeOffset now) =>
        limit.Window is null ? TimeSpan.FromSeconds(1) : use.Reset > now ? use.Reset - now : TimeSpan.Zero;

    /// <summary>Why a request does not fit.</summary>
    /// <param name="limit">The limit.</param>
    /// <param name="use">How far it is used.</param>
    /// <param name="amount">What was asked for.</param>
    /// <param name="now">The time.</param>
    /// <param name="showsNumbers">Whether its numbers are the client's business.</param>
    public static string Refusal(Limit limit, LimitUse use, long amount, DateTimeOffset now, bool showsNumbers)
    {
        var window = limit.Window is { } cut ? $" ({cut.Name})" : "";
        if (amount > limit.Amount && showsNumbers)
            return $"the request needs about {Amount(limit, amount)}, and the limit '{limit.Config.Id}'{window} is {Amount(limit, limit.Amount)}: it never fits";
        var when = limit.Window is null ? "try again when one of them is over" : string.Create(CultureInfo.InvariantCulture, $"try again in {Math.Max(1, Math.Ceiling(Wait(limit, use, now).TotalSeconds)):0} s");
        return showsNumbers
            ? $"the limit '{limit.Config.Id}'{window} of {Amount(limit, limit.Amount)} leaves {Amount(limit, Math.Max(0, limit.Amount - use.Used - use.Held))}, and the request needs about {Amount(limit, amount)}: {when}"
            : $"the limit '{limit.Config.Id}'{window} is used up: {when}";
    }
}
