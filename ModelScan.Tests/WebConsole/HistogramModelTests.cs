using ModelScan.WebConsole.Api;
using ModelScan.WebConsole.Parts;

namespace ModelScan.Tests.WebConsole;

/// <summary>Requests over time have a bar for every stretch, with or without requests.</summary>
public sealed class HistogramModelTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 31, 12, 0, 30, TimeSpan.Zero);

    [Fact]
    public void Of_CountsOfAnHour_FillsTheGaps()
    {
        var counted = new AggregateEntry { Start = new(2026, 1, 31, 11, 30, 0, TimeSpan.Zero), Requests = 5, Failed = 1, Refused = 1 };
        var histogram = HistogramModel.Of([counted], TimeRange.Find("1h"), Now, (from, to) => $"{from:HH:mm}-{to:HH:mm}");
        Assert.Equal(61, histogram.Bars.Count);
        var bar = Assert.Single(histogram.Bars, bar => bar.Requests > 0);
        Assert.Equal((5, 2, "11:30-11:31"), (bar.Requests, bar.Bad, bar.Link));
        Assert.Equal(Now.AddSeconds(-30), histogram.Bars[^1].Start);
    }

    [Fact]
    public void Of_NothingCounted_IsEmpty() => Assert.Equal(0, HistogramModel.Of([], TimeRange.Find("all"), Now, (_, _) => "").Total);
}
