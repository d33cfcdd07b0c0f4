using ModelScan.WebConsole.Api;

namespace ModelScan.WebConsole.Parts;

/// <summary>Requests over time, a bar for each stretch of it.</summary>
/// <param name="Bars">The bars, the earliest first; stretches without requests among them.</param>
/// <param name="Length">Length of a stretch.</param>
public sealed record HistogramModel(IReadOnlyList<HistogramBar> Bars, TimeSpan Length)
{
    /// <summary>Requests in the fullest stretch.</summary>
    public long Most => Bars.Count == 0 ? 0 : Bars.Max(bar => bar.Requests);

    /// <summary>All requests.</summary>
    public long Total => Bars.Sum(bar => bar.Requests);

    /// <summary>Puts what the gateway counted into stretches without gaps.</summary>
    /// <param name="groups">What it counted.</param>
    /// <param name="range">The time that is meant.</param>
    /// <param name="now">The time.</param>
    /// <param name="link">The address that shows a stretch alone.</param>
    public static HistogramModel Of(IReadOnlyList<AggregateEntry> groups, TimeRange range, DateTimeOffset now, Func<DateTimeOffset, DateTimeOffset, string> link)
    {
        var length = (long)range.Bar.TotalMilliseconds;
        var last = now.ToUnixTimeMilliseconds() / length;
        var counted = new Dictionary<long, AggregateEntry>();
        foreach (var group in groups)
        {
            if (group.Start is { } start)
                counted[start.ToUnixTimeMilliseconds() / length] = group;
        }

        // All of time begins with the first request, as far as bars go.
        var first = range.Since is null && counted.Count > 0 ? Math.Max(counted.Keys.Min(), last - range.Bars + 1) : last - range.Bars + (range.Since is null ? 1 : 0);
        var bars = new List<HistogramBar>();
        for (var place = first; place <= last; place++)
        {
            var (from, to) = (DateTimeOffset.FromUnixTimeMilliseconds(place * length), DateTimeOffset.FromUnixTimeMilliseconds((place + 1) * length));
            counted.TryGetValue(place, out var group);
            bars.Add(new HistogramBar(from, group?.Requests ?? 0, (group?.Failed ?? 0) + (group?.Refused ?? 0) + (group?.Aborted ?? 0), group?.CostUsd ?? 0, link(from, to)));
        }

        return new HistogramModel(bars, range.Bar);
    }
}

/// <summary>A stretch of time.</summary>
/// <param name="Start">Its beginning.</param>
/// <param name="Requests">Requests that came in it.</param>
/// <param name="Bad">Those of them that were not answered whole.</param>
/// <param name="CostUsd">USD.</param>
/// <param name="Link">What shows it alone.</param>
public sealed record HistogramBar(DateTimeOffset Start, long Requests, long Bad, double CostUsd, string Link);
