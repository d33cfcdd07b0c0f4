using ModelScan.RoutingApi.Configuration;
using ModelScan.RoutingApi.Routing.Attempts;

namespace ModelScan.Tests.Routing.Attempts;

public sealed class AttemptDeadlineTests
{
    private static readonly TimeoutsConfig Limits = new() { FirstByte = Seconds(60), Idle = Seconds(20), Total = Seconds(100) };

    private readonly FakeTimeProvider _time = new();

    [Fact]
    public void FirstByte_InTime_NothingIsReached()
    {
        using var deadline = Begin();
        _time.Advance(Seconds(59));
        Assert.False(deadline.IsReached);
    }

    [Fact]
    public void FirstByte_Late_IsReachedAndNamed()
    {
        using var deadline = Begin();
        _time.Advance(Seconds(60));
        Assert.Equal((true, "no response within 60 s"), (deadline.IsReached, deadline.Reached));
    }

    [Fact]
    public void NextPiece_CountsAnewFromEveryPiece()
    {
        using var deadline = Begin();
        for (var piece = 0; piece < 4; piece++)
        {
            deadline.ExpectNextPiece();
            _time.Advance(Seconds(19));
            Assert.False(deadline.IsReached);
        }

        deadline.ExpectNextPiece();
        _time.Advance(Seconds(20));
        Assert.Equal((true, "no further data within 20 s"), (deadline.IsReached, deadline.Reached));
    }

    [Fact]
    public void Pause_WhileTheClientReads_OnlyTheTotalLimitRuns()
    {
        using var deadline = Begin();
        deadline.Pause();
        _time.Advance(Seconds(99));
        Assert.False(deadline.IsReached);
        _time.Advance(Seconds(1));
        Assert.Equal((true, "no complete answer within 100 s"), (deadline.IsReached, deadline.Reached));
    }

    [Fact]
    public void SecondAttempt_HasWhatIsLeftOfTheTotal()
    {
        var started = _time.GetTimestamp();
        _time.Advance(Seconds(70));
        using var deadline = new AttemptDeadline(Limits, _time, started, CancellationToken.None);
        _time.Advance(Seconds(30));
        Assert.Equal((true, "no complete answer within 100 s"), (deadline.IsReached, deadline.Reached));
    }

    [Fact]
    public async Task ClientLeaves_TokenIsCancelledAndNoLimitReached()
    {
        using var client = new CancellationTokenSource();
        using var deadline = new AttemptDeadline(Limits, _time, _time.GetTimestamp(), client.Token);
        await client.CancelAsync();
        Assert.Equal((true, false), (deadline.Token.IsCancellationRequested, deadline.IsReached));
    }

    private AttemptDeadline Begin() => new(Limits, _time, _time.GetTimestamp(), CancellationToken.None);

    private static TimeSpan Seconds(double seconds) => TimeSpan.FromSeconds(seconds);
}
