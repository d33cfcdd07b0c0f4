using ModelScan.RoutingApi.ModelMetrics;

namespace ModelScan.Tests.ModelMetrics;

public sealed class ObservedLatencyTests
{
    private readonly FakeTimeProvider _clock = new();

    [Fact]
    public void Percentiles_HundredSamples_IsTheNinetyFifth()
    {
        var observed = new ObservedLatency(_clock);
        for (var i = 100; i >= 1; i--)
            observed.Record("a", TimeSpan.FromSeconds(i));

        Assert.Equal(95, Percentile(observed, "a"));
    }

    [Fact]
    public void Percentiles_SamplesBeyondWindow_NoLongerCount()
    {
        var observed = new ObservedLatency(_clock);
        observed.Record("a", TimeSpan.FromSeconds(9));
        _clock.Advance(ObservedLatency.Window + TimeSpan.FromSeconds(1));
        observed.Record("a", TimeSpan.FromSeconds(1));

        Assert.Equal(1, Percentile(observed, "a"));
    }

    [Fact]
    public void Percentiles_MoreSamplesThanKept_OldestAreGone()
    {
        var observed = new ObservedLatency(_clock);
        for (var i = 0; i < ObservedLatency.SamplesPerModel; i++)
            observed.Record("a", TimeSpan.FromSeconds(9));
        for (var i = 0; i < ObservedLatency.SamplesPerModel; i++)
            observed.Record("a", TimeSpan.FromSeconds(2));

        Assert.Equal(2, Percentile(observed, "a"));
    }

    [Fact]
    public void Record_ZeroLatency_Counts()
    {
        var observed = new ObservedLatency(_clock);
        observed.Record("a", TimeSpan.Zero);

        Assert.Equal(0, Percentile(observed, "a"));
    }

    [Fact]
    public void Record_NegativeLatency_IsIgnored()
    {
        var observed = new ObservedLatency(_clock);
        observed.Record("a", TimeSpan.FromSeconds(-1));

        Assert.Null(Percentile(observed, "a"));
    }

    [Fact]
    public void Record_TooManyModels_AreMeasuredOnceOthersFallSilent()
    {
        var observed = new ObservedLatency(_clock);
        for (var i = 0; i < ObservedLatency.MaxModels; i++)
            observed.Record($"model-{i}", TimeSpan.FromSeconds(1));
        observed.Record("late", TimeSpan.FromSeconds(1));
        Assert.Null(Percentile(observed, "late"));

        _clock.Advance(ObservedLatency.Window + TimeSpan.FromSeconds(1));
        Assert.Empty(observed.Percentiles());
        observed.Record("late", TimeSpan.FromSeconds(1));

        Assert.Equal(1, Percentile(observed, "late"));
    }

    [Fact]
    public void Record_KnownModel_AllocatesNothing()
    {
        var observed = new ObservedLatency(_clock);
        for (var i = 0; i < 100; i++)
            observed.Record("a", TimeSpan.FromSeconds(1));

        var before = GC.GetAllocatedBytesForCurrentThread();
        observed.Record("a", TimeSpan.FromSeconds(1));

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public async Task Record_FromManyThreads_LosesNoModel()
    {
        var observed = new ObservedLatency(_clock);

        await Task.WhenAll(Enumerable.Range(0, 4).Select(worker => Task.Run(() =>
        {
            for (var i = 0; i < 1000; i++)
                observed.Record($"model-{i % 50}", TimeSpan.FromSeconds(worker));
        })));

        Assert.Equal(50, observed.Percentiles().Count);
    }

    private static double? Percentile(ObservedLatency observed, string model)
    {
        foreach (var (name, seconds) in observed.Percentiles())
        {
            if (name == model)
                return seconds;
        }

        return null;
    }
}
