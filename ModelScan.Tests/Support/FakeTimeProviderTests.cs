namespace ModelScan.Tests.Support;

public sealed class FakeTimeProviderTests
{
    [Fact]
    public void Advance_PastTimers_FiresThemInOrderAtTheirTime()
    {
        var time = new FakeTimeProvider();
        var start = time.GetUtcNow();
        var fired = new List<(string Name, double At)>();
        using var late = time.CreateTimer(_ => fired.Add(("late", (time.GetUtcNow() - start).TotalSeconds)), null, TimeSpan.FromSeconds(2), Timeout.InfiniteTimeSpan);
        using var periodic = time.CreateTimer(_ => fired.Add(("periodic", (time.GetUtcNow() - start).TotalSeconds)), null, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1.5));

        time.Advance(TimeSpan.FromSeconds(3));

        Assert.Equal([("periodic", 1), ("late", 2), ("periodic", 2.5)], fired);
        Assert.Equal(TimeSpan.FromSeconds(3), time.GetUtcNow() - start);
    }

    [Fact]
    public async Task Advance_OverADelay_CompletesIt()
    {
        var time = new FakeTimeProvider();
        var delay = Task.Delay(TimeSpan.FromSeconds(1), time);

        time.Advance(TimeSpan.FromSeconds(0.9));
        var early = delay.IsCompleted;
        time.Advance(TimeSpan.FromSeconds(0.1));

        await delay.WaitAsync(TimeSpan.FromSeconds(30));
        Assert.False(early);
    }

    [Fact]
    public void Advance_DisposedTimer_DoesNotFire()
    {
        var time = new FakeTimeProvider();
        var fired = false;
        var timer = time.CreateTimer(_ => fired = true, null, TimeSpan.FromSeconds(1), Timeout.InfiniteTimeSpan);

        timer.Dispose();
        time.Advance(TimeSpan.FromSeconds(2));

        Assert.False(fired);
        Assert.Equal(0, time.ActiveTimers);
    }

    [Fact]
    public void GetElapsedTime_AfterAdvance_AgreesWithTheClock()
    {
        var time = new FakeTimeProvider();
        var start = time.GetTimestamp();

        time.SetUtcNow(time.GetUtcNow().AddMinutes(3));

        Assert.Equal(TimeSpan.FromMinutes(3), time.GetElapsedTime(start));
    }

    [Fact]
    public void SetUtcNow_InThePast_IsRefused()
    {
        var time = new FakeTimeProvider();

        Assert.Throws<ArgumentOutOfRangeException>(() => time.SetUtcNow(time.GetUtcNow().AddTicks(-1)));
    }
}
