using ModelScan.RoutingApi.Configuration;

namespace ModelScan.RoutingApi.Governance.Limits;

/// <summary>A stretch of time that an amount is for.</summary>
/// <param name="Id">Names it among the others of its limit.</param>
/// <param name="Start">When it begins.</param>
/// <param name="End">When the next one begins; of a rolling limit, when its bucket ends.</param>
internal readonly record struct WindowSpan(long Id, DateTimeOffset Start, DateTimeOffset End)
{
    /// <summary>Whether a moment lies in it.</summary>
    public bool Holds(DateTimeOffset moment) => moment >= Start && moment < End;
}

/// <summary>
/// Cuts time into windows. Seconds to hours go by UTC, days, weeks (from Monday on) and months by the calendar of a time zone. A rolling window is cut into
/// <see cref="Buckets"/> buckets of equal length, of which the last so many count: what was used leaves it a bucket at a time. Immutable but for the window found last.
/// </summary>
internal sealed class LimitWindow(WindowConfig config)
{
    /// <summary>Buckets of a rolling window.</summary>
    public const int Buckets = 60;

    private Box? _last;

    /// <summary>Whether it is the time before now.</summary>
    public bool IsRolling => config.Unit == WindowUnit.Rolling;

    /// <summary>How long a bucket of a rolling one is.</summary>
    public TimeSpan BucketLength { get; } = config.Unit == WindowUnit.Rolling ? TimeSpan.FromMilliseconds(Math.Ceiling(config.Length.TotalMilliseconds / Buckets)) : TimeSpan.Zero;

    /// <summary>What configurations call it.</summary>
    public string Name => IsRolling ? $"rolling {config.Length.TotalSeconds}s" : ConfigNames<WindowUnit>.Of(config.Unit);

    /// <summary>The window, or the bucket, in which a moment lies.</summary>
    public WindowSpan At(DateTimeOffset moment)
    {
        if (_last is { } last && last.Span.Holds(moment))
            return last.Span;
        var span = config.Unit switch
        {
            WindowUnit.Second => Even(moment, TimeSpan.FromSeconds(1)),
            WindowUnit.Minute => Even(moment, TimeSpan.FromMinutes(1)),
            WindowUnit.Hour => Even(moment, TimeSpan.FromHours(1)),
            WindowUnit.Rolling => Even(moment, BucketLength),
            _ => OfCalendar(moment),
        };
        _last = new Box(span);
        return span;
    }

    private static WindowSpan Even(DateTimeOffset moment, TimeSpan length)
    {
        var id = moment.ToUnixTimeMilliseconds() / (long)length.TotalMilliseconds;
        var start = DateTimeOffset.FromUnixTimeMilliseconds(id * (long)length.TotalMilliseconds);
        return new WindowSpan(id, start, start + length);
    }

    private WindowSpan OfCalendar(DateTimeOffset moment)
    {
        var zone = config.Zone ?? TimeZoneInfo.Utc;
        var day = DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(moment, zone).DateTime);
        var (first, next) = config.Unit switch
        {
            WindowUnit.Day => (day, day.AddDays(1)),
            WindowUnit.Week => Week(day.AddDays(-(((int)day.DayOfWeek + 6) % 7))),
            _ => (new DateOnly(day.Year, day.Month, 1), new DateOnly(day.Year, day.Month, 1).AddMonths(1)),
        };
        return new WindowSpan(first.DayNumber, Midnight(first, zone), Midnight(next, zone));

        static (DateOnly, DateOnly) Week(DateOnly monday) => (monday, monday.AddDays(7));
    }

    // Where clocks are put forward at midnight there is none: then the day begins when they have been.
    private static DateTimeOffset Midnight(DateOnly day, TimeZoneInfo zone)
    {
        var local = day.ToDateTime(TimeOnly.MinValue);
        while (zone.IsInvalidTime(local))
            local = local.AddMinutes(15);
        return new DateTimeOffset(local, zone.GetUtcOffset(local)).ToUniversalTime();
    }

    // Written whole: a struct of three fields would be torn.
    private sealed record Box(WindowSpan Span);
}
