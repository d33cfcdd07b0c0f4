using System.Diagnostics.Metrics;
using System.Text;
using ModelScan.RoutingApi.Telemetry;

namespace ModelScan.Tests.Telemetry;

public sealed class MetricSeriesTests
{
    [Fact]
    public void Record_Counter_AddsUpPerLabels()
    {
        using var meter = new Meter("test");
        var series = new MetricSeries(meter.CreateCounter<long>("brightstaff_x_total", null, "Things."));
        series.Record(2, [new("kind", "a\"b\\c\nd")]);
        series.Record(3, [new("kind", "a\"b\\c\nd")]);
        Assert.Equal("# HELP brightstaff_x_total Things.\n# TYPE brightstaff_x_total counter\nbrightstaff_x_total{kind=\"a\\\"b\\\\c\\nd\"} 5\n", Write(series));
    }

    [Fact]
    public void Record_Histogram_SortsIntoCumulativeBuckets()
    {
        using var meter = new Meter("test");
        var series = new MetricSeries(meter.CreateHistogram("h", null, "Times.", null, new InstrumentAdvice<double> { HistogramBucketBoundaries = [1, 2.5] }));
        foreach (var value in (double[])[0.5, 1, 2, 9])
            series.Record(value, []);
        Assert.Equal("# HELP h Times.\n# TYPE h histogram\nh_bucket{le=\"1\"} 2\nh_bucket{le=\"2.5\"} 3\nh_bucket{le=\"+Inf\"} 4\nh_sum 12.5\nh_count 4\n", Write(series));
    }

    [Fact]
    public void Record_SameLabelsInOtherObjects_AddsUp()
    {
        using var meter = new Meter("test");
        var series = new MetricSeries(meter.CreateCounter<long>("c"));
        for (var i = 0; i < 40; i++)
            series.Record(1, [new("model", new string((char)('a' + (i % 20)), 2))]);
        var text = Write(series);
        Assert.Contains("{model=\"aa\"} 2\n", text, StringComparison.Ordinal);
        Assert.Contains("{model=\"tt\"} 2\n", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Record_MoreCombinationsThanTheLimit_CountsThemTogether()
    {
        using var meter = new Meter("test");
        var series = new MetricSeries(meter.CreateCounter<long>("c"));
        for (var i = 0; i < MetricSeries.MaxCombinations + 50; i++)
            series.Record(1, [new("model", $"m{i}")]);
        var text = Write(series);
        Assert.Contains("c_total{model=\"other\"} 50\n", text, StringComparison.Ordinal);
        Assert.Equal(MetricSeries.MaxCombinations + 1, text.Split('\n').Count(line => line.StartsWith("c_total{", StringComparison.Ordinal)));
    }

    [Fact]
    public void Record_ManyThreads_LosesNothing()
    {
        using var meter = new Meter("test");
        var series = new MetricSeries(meter.CreateCounter<long>("c"));
        Parallel.For(0, 10_000, _ => series.Record(1, []));
        Assert.EndsWith("c_total 10000\n", Write(series), StringComparison.Ordinal);
    }

    private static string Write(MetricSeries series)
    {
        var text = new StringBuilder();
        series.WriteTo(text);
        return text.ToString();
    }
}
