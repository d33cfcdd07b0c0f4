using ModelScan.WebConsole.Access;

namespace ModelScan.Tests.WebConsole;

/// <summary>A signed-in browser holds what only the admin key makes, for a while.</summary>
public sealed class ConsoleSessionTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 31, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Session_OfTheKey_IsGoodUntilItEnds()
    {
        var session = ConsoleSession.Create("key", Now);
        Assert.True(ConsoleSession.IsGood(session, "key", Now));
        Assert.True(ConsoleSession.IsGood(session, "key", Now + ConsoleSession.Lifetime - TimeSpan.FromSeconds(1)));
        Assert.False(ConsoleSession.IsGood(session, "key", Now + ConsoleSession.Lifetime));
    }

    [Fact]
    public void Session_OfAnotherKey_IsNoGood() => Assert.False(ConsoleSession.IsGood(ConsoleSession.Create("key", Now), "another", Now));

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("x")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("!!!!")]
    public void Session_ThatNobodyMade_IsNoGood(string? session) => Assert.False(ConsoleSession.IsGood(session, "key", Now));

    [Fact]
    public void Session_WithAnyLetterChanged_IsNoGood()
    {
        var session = ConsoleSession.Create("key", Now);
        for (var i = 0; i < session.Length - 1; i++)
        {
            var letters = session.ToCharArray();
            letters[i] = letters[i] == 'A' ? 'B' : 'A';
            Assert.False(ConsoleSession.IsGood(new string(letters), "key", Now));
        }
    }

    [Fact]
    public void WrongKeys_AreLimitedForAWhile()
    {
        var time = new FakeTimeProvider();
        var limit = new SignInLimit(time);
        for (var i = 0; i < SignInLimit.Most; i++)
        {
            Assert.False(limit.IsReached);
            limit.Count();
        }

        Assert.True(limit.IsReached);
        time.Advance(SignInLimit.Window + TimeSpan.FromSeconds(1));
        Assert.False(limit.IsReached);
    }
}
