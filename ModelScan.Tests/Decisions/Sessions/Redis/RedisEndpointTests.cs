using ModelScan.RoutingApi.Decisions.Sessions.Redis;

namespace ModelScan.Tests.Decisions.Sessions.Redis;

public sealed class RedisEndpointTests
{
    public static TheoryData<string, RedisEndpoint> Addresses => new()
    {
        { "redis://cache", new("cache", 6379) },
        { "redis://cache:7000/2", new("cache", 7000) { Database = 2 } },
        { "redis://:se%40cret@cache", new("cache", 6379) { Password = "se@cret" } },
        { "redis://me:s%3Ax@cache:1", new("cache", 1) { User = "me", Password = "s:x" } },
        { "rediss://cache", new("cache", 6379) { UseTls = true } },
        { "rediss://cache/0#insecure", new("cache", 6379) { UseTls = true, AcceptAnyCertificate = true } },
        { "REDIS://[::1]:7000", new("::1", 7000) },
        { "localhost:6380,password=p=q,ssl=true", new("localhost", 6380) { Password = "p=q", UseTls = true } },
        { "cache", new("cache", 6379) },
        { "cache:1,user=me,password=x,defaultDatabase=3,abortConnect=false", new("cache", 1) { User = "me", Password = "x", Database = 3 } },
        { "a:1,b:2", new("a", 1) },
        { "[::1]:7000", new("::1", 7000) },
        { "[::1]", new("::1", 6379) },
    };

    [Theory]
    [MemberData(nameof(Addresses))]
    public void Parse_UrlOrConnectionString_IsUnderstood(string text, RedisEndpoint expected) => Assert.Equal(expected, RedisEndpoint.Parse(text));

    [Theory]
    [InlineData("")]
    [InlineData("redis://")]
    [InlineData("redis://:s3cret@")]
    [InlineData("redis://cache/s3cret")]
    [InlineData("redis://cache:s3cret")]
    [InlineData("password=s3cret")]
    [InlineData("cache:0,password=s3cret")]
    [InlineData("cache:port,password=s3cret")]
    [InlineData("ca che,password=s3cret")]
    [InlineData("http://cache/s3cret")]
    public void Parse_SomethingElse_IsRefusedWithoutRepeatingIt(string text)
    {
        var e = Assert.Throws<FormatException>(() => RedisEndpoint.Parse(text));

        Assert.DoesNotContain("s3cret", e.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void ToString_WithPassword_LeavesItOut()
        => Assert.Equal("rediss://[::1]:7000/2", new RedisEndpoint("::1", 7000) { User = "me", Password = "s3cret", UseTls = true, Database = 2 }.ToString());
}
