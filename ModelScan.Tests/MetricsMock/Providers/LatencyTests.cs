using ModelScan.Tests.Support;

namespace ModelScan.Tests.MetricsMock.Providers;

public sealed class LatencyTests
{
    [Fact]
    public async Task Post_WithLatency_AnswersWhenItHasPassed()
    {
        var time = new WaitCountingTimeProvider();
        await using var mock = await RunningMock.StartAsync(time, "--LatencyScale=0.5");

        var call = mock.PostAsync("/v1/chat/completions", """{"model": "gpt-4o", "messages": [{"role": "user", "content": "hi"}]}""");
        await Eventually.TrueAsync(() => time.Waits == 1, "the mock to wait its latency");
        time.Advance(TimeSpan.FromSeconds(0.599));
        var early = (call.IsCompleted, time.Waits);
        time.Advance(TimeSpan.FromSeconds(0.001));

        Assert.Equal(200, (await call).Status);
        Assert.Equal((false, 1), early);
    }

    [Fact]
    public async Task Stream_WithLatency_PausesBetweenEvents()
    {
        var time = new WaitCountingTimeProvider();
        await using var mock = await RunningMock.StartAsync(time, "--LatencyScale=1");
        var start = time.GetUtcNow();

        var call = mock.PostAsync("/v1/chat/completions", """{"model": "gpt-4o", "stream": true, "messages": [{"role": "user", "content": "hi"}]}""");
        await Eventually.TrueAsync(
            () =>
            {
                if (time.Waits > 0)
                    time.Advance(TimeSpan.FromSeconds(0.06));
                return call.IsCompleted;
            },
            "the stream to end");

        // 1.2 s before the first of eight events, and a twentieth of that before each other one.
        Assert.Equal(8, (await call).Events.Count);
        Assert.Equal(1.2 + 7 * 0.06, (time.GetUtcNow() - start).TotalSeconds, precision: 6);
    }
}
