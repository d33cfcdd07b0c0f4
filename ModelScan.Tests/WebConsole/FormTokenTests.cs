using ModelScan.WebConsole.Access;

namespace ModelScan.Tests.WebConsole;

/// <summary>A form is taken from pages of its own session alone, and its token never looks the same twice.</summary>
public sealed class FormTokenTests
{
    [Theory]
    [InlineData(null)]
    [InlineData("admin")]
    public void Token_IsGoodForItsSession(string? key)
    {
        var token = new FormToken();
        Assert.True(token.IsGood(token.Of("session", key), "session", key));
        Assert.False(token.IsGood(token.Of("session", key), "another", key));
        Assert.False(token.IsGood(token.Of("session", key), "session", "another key"));
    }

    [Fact]
    public void Token_IsAnotherTextEachTime()
    {
        var token = new FormToken();
        var (one, other) = (token.Of("session", "key"), token.Of("session", "key"));
        Assert.Equal(one.Length, other.Length);
        Assert.True(one.Zip(other).Count(pair => pair.First == pair.Second) < one.Length / 4, $"{one} {other}");
    }

    [Fact]
    public void Token_OfAnAdminKey_IsGoodAtEveryGatewayThatHasIt() => Assert.True(new FormToken().IsGood(new FormToken().Of("session", "key"), "session", "key"));

    [Fact]
    public void Token_WithAnyLetterChanged_IsNoGood()
    {
        var token = new FormToken();
        var good = token.Of("session", "key");
        for (var i = 0; i < good.Length - 1; i++)
        {
            var letters = good.ToCharArray();
            letters[i] = letters[i] == 'A' ? 'B' : 'A';
            Assert.False(token.IsGood(new string(letters), "session", "key"), $"{i}");
        }
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("AAAA")]
    [InlineData("!")]
    public void Token_ThatIsNone_IsNoGood(string? token) => Assert.False(new FormToken().IsGood(token, "", null));
}
