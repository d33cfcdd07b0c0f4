using System.Net;
using ModelScan.RoutingApi.Decisions.Sessions.Redis;

namespace ModelScan.Tests.Decisions.Sessions.Redis;

public sealed class RedisAddressTests
{
    // address, hosts, user, password, TLS, database
    public static TheoryData<string, string, string?, string?, bool, int> Addresses => new()
    {
        { "redis://cache", "cache:6379", null, null, false, 0 },
        { "redis://cache:7000/2", "cache:7000", null, null, false, 2 },
        { "redis://:se%40cret@cache", "cache:6379", null, "se@cret", false, 0 },
        { "redis://me:s%3Ax@cache:1", "cache:1", "me", "s:x", false, 0 },
        { "redis://me:a%2Cb%3Dc@cache:1", "cache:1", "me", "a,b=c", false, 0 },
        { "rediss://cache", "cache:6379", null, null, true, 0 },
        { "rediss://cache/0#insecure", "cache:6379", null, null, true, 0 },
        { "REDIS://[::1]:7000", "[::1]:7000", null, null, false, 0 },
        { "localhost:6380,password=p=q,ssl=true", "localhost:6380", null, "p=q", true, 0 },
        { "cache", "cache:6379", null, null, false, 0 },
        { "cache:1,user=me,password=x,defaultDatabase=3,abortConnect=false", "cache:1", "me", "x", false, 3 },
        { "cache:1,somethingNew=7", "cache:1", null, null, false, 0 },
        { "a:1,b:2", "a:1 b:2", null, null, false, 0 },
        { "[::1]:7000", "[::1]:7000", null, null, false, 0 },
        { "[::1]", "[::1]:6379", null, null, false, 0 },
    };

    [Theory]
    [MemberData(nameof(Addresses))]
    public void Parse_UrlOrConnectionString_IsUnderstood(string text, string hosts, string? user, string? password, bool tls, int database)
    {
        var options = RedisAddress.Parse(text);

        Assert.Equal(hosts, string.Join(' ', options.EndPoints.Select(TextOf)));
        Assert.Equal((user, password, tls, database), (options.User, options.Password, options.Ssl, options.DefaultDatabase ?? 0));
    }

    [Fact]
    public void Parse_SentinelsAndTheirService_AreUnderstood()
    {
        var options = RedisAddress.Parse("one:26379,two:26379,serviceName=primary,sentinelUser=watch,sentinelPassword=w");

        Assert.Equal(("primary", "watch", "w", 2), (options.ServiceName, options.SentinelUser, options.SentinelPassword, options.EndPoints.Count));
    }

    [Theory]
    [InlineData("")]
    [InlineData("redis://")]
    [InlineData("redis://:s3cret@")]
    [InlineData("redis://cache/s3cret")]
    [InlineData("redis://cache:s3cret")]
    [InlineData("redis://cache:0/1?s3cret")]
    [InlineData("password=s3cret")]
    [InlineData("cache:0,password=s3cret")]
    [InlineData("cache:port,password=s3cret")]
    [InlineData("ca che,password=s3cret")]
    [InlineData("cache,ssl=s3cret")]
    [InlineData("cache,connectTimeout=s3cret")]
    [InlineData("http://cache/s3cret")]
    public void Parse_SomethingElse_IsRefusedWithoutRepeatingIt(string text)
    {
        var e = Assert.Throws<FormatException>(() => RedisAddress.Parse(text));

        Assert.DoesNotContain("s3cret", e.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Describe_WithPassword_LeavesItOut()
        => Assert.Equal("rediss://[::1]:7000,b:1 (primary)", RedisAddress.Describe(RedisAddress.Parse("[::1]:7000,b:1,user=me,password=s3cret,ssl=true,serviceName=primary")));

    private static string TextOf(EndPoint endpoint)
    {
        var text = endpoint is DnsEndPoint name ? $"{name.Host}:{name.Port}" : endpoint.ToString()!;
        return text.EndsWith(":0", StringComparison.Ordinal) ? text[..^1] + "6379" : text;
    }
}
