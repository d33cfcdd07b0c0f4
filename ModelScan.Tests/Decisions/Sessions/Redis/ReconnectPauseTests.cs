using ModelScan.RoutingApi.Decisions.Sessions.Redis;

namespace ModelScan.Tests.Decisions.Sessions.Redis;

public sealed class ReconnectPauseTests
{
    [Theory]
    [InlineData(0, 0, 0)]
    [InlineData(1, 0, 100)]
    [InlineData(1, 1, 50)]
    [InlineData(4, 0, 800)]
    [InlineData(8, 0, 10_000)]
    [InlineData(long.MaxValue, 1, 5_000)]
    public void After_Failures_DoublesUpToTenSecondsLessChance(long failures, double chance, int milliseconds)
    {
        var pause = new ReconnectPause(chance);

        Assert.Equal(TimeSpan.FromMilliseconds(milliseconds), pause.After(failures));
        Assert.True(pause.ShouldRetry(failures, milliseconds));
        Assert.Equal(milliseconds == 0, pause.ShouldRetry(failures, Math.Max(0, milliseconds - 1)));
    }
}
