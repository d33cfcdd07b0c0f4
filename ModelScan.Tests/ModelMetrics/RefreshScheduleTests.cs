using ModelScan.RoutingApi.Configuration;
using ModelScan.RoutingApi.ModelMetrics;

namespace ModelScan.Tests.ModelMetrics;

public sealed class RefreshScheduleTests
{
    private const double NoJitter = 0.5;

    [Theory]
    [InlineData(0.0, 54)]
    [InlineData(NoJitter, 60)]
    [InlineData(1.0, 66)]
    public void NextPause_AfterSuccess_IsIntervalWithinTenPercent(double chance, double seconds) =>
        Assert.Equal(seconds, Pause(intervalSeconds: 60, hasWorked: true, failures: 0, chance)!.Value, 6);

    [Fact]
    public void NextPause_OnceOnlySourceHasWorked_IsNone_E25() => Assert.Null(Pause(null, hasWorked: true, failures: 0, NoJitter));

    [Theory]
    [InlineData(1, 2)]
    [InlineData(2, 4)]
    [InlineData(4, 16)]
    [InlineData(5, 30)]
    [InlineData(1000, 30)]
    public void NextPause_NeverAnswered_DoublesUpToThirtySeconds(int failures, double seconds)
    {
        Assert.Equal(seconds, Pause(null, hasWorked: false, failures, NoJitter));
        Assert.Equal(seconds, Pause(3600, hasWorked: false, failures, NoJitter));
    }

    [Theory]
    [InlineData(1, 2)]
    [InlineData(6, 60)]
    public void NextPause_FailingAfterSuccess_DoublesUpToInterval(int failures, double seconds) =>
        Assert.Equal(seconds, Pause(60, hasWorked: true, failures, NoJitter));

    [Fact]
    public void NextPause_ShortInterval_IsNeverExceeded() => Assert.Equal(1, Pause(1, hasWorked: false, failures: 9, chance: 1.0));

    private static double? Pause(double? intervalSeconds, bool hasWorked, int failures, double chance)
    {
        var interval = intervalSeconds is { } seconds ? TimeSpan.FromSeconds(seconds) : (TimeSpan?)null;
        var source = new ModelMetricsSourceSnapshot(MetricsRig.Source(ModelMetricsSourceKind.CostEndpoint, new Uri("http://costs/"), interval))
        {
            FetchedAt = hasWorked ? DateTimeOffset.UnixEpoch : null,
            Failures = failures,
        };
        return RefreshSchedule.NextPause(source, chance)?.TotalSeconds;
    }
}
