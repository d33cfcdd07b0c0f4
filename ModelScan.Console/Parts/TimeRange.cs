namespace ModelScan.WebConsole.Parts;

/// <summary>A stretch of time up to now that a view is about.</summary>
/// <param name="Name">In the address, and as the gateway's filters take it.</param>
/// <param name="Title">For people.</param>
/// <param name="Interval">Length of a bar of the histogram, as the gateway takes it.</param>
/// <param name="Bar">The same.</param>
/// <param name="Bars">How many of them.</param>
public sealed record TimeRange(string Name, string Title, string Interval, TimeSpan Bar, int Bars)
{
    /// <summary>All of them.</summary>
    public static IReadOnlyList<TimeRange> All { get; } =
    [
        new("15m", "15 min", "15s", TimeSpan.FromSeconds(15), 60),
        new("1h", "1 h", "1m", TimeSpan.FromMinutes(1), 60),
        new("24h", "24 h", "30m", TimeSpan.FromMinutes(30), 48),
        new("7d", "7 days", "3h", TimeSpan.FromHours(3), 56),
        new("all", "All", "12h", TimeSpan.FromHours(12), 60),
    ];

    /// <summary>What is shown where nothing else is asked for.</summary>
    public static TimeRange Usual { get; } = All[2];

    /// <summary>What the gateway's filters take; <see langword="null"/> for all time.</summary>
    public string? Since => Name == "all" ? null : Name;

    /// <summary>The one of that name, else the usual one.</summary>
    public static TimeRange Find(string? name) => All.FirstOrDefault(range => range.Name == name) ?? Usual;
}
