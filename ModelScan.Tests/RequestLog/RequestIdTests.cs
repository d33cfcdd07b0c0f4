using ModelScan.RoutingApi.RequestLog.Records;

namespace ModelScan.Tests.RequestLog;

/// <summary>Ids of requests are ULIDs, in the order of time and never the same.</summary>
public sealed class RequestIdTests
{
    private static readonly DateTimeOffset Noon = new(2026, 1, 31, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Text_IsReadAsTheSameId()
    {
        var id = RequestId.Create(Noon);
        Assert.Equal(26, id.ToString().Length);
        Assert.True(RequestId.TryParse(id.ToString().ToLowerInvariant(), out var read));
        Assert.Equal(id, read);
        Assert.Equal(id, RequestId.Read(id.ToBytes()));
        Assert.Equal(Noon, id.Time);
    }

    [Fact]
    public void Time_IsThatOfTheStandard() => Assert.StartsWith("01ARYZ6S41", RequestId.FirstAt(DateTimeOffset.FromUnixTimeMilliseconds(1469918176385)).ToString(), StringComparison.Ordinal);

    [Fact]
    public void Order_IsThatOfTimeInEveryForm()
    {
        var ids = Enumerable.Range(0, 1000).Select(number => RequestId.Create(Noon.AddMilliseconds(number / 10))).ToArray();
        Assert.Equal(ids.Length, ids.Distinct().Count());
        Assert.Equal(ids, ids.Order());
        Assert.Equal(ids, ids.OrderBy(id => id.ToString(), StringComparer.Ordinal));
        Assert.Equal(ids, ids.OrderBy(id => Convert.ToHexString(id.ToBytes()), StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("")]
    [InlineData("01ARYZ6S41")]
    [InlineData("81ARYZ6S41TSV4RRFFQ69G5FAV")]
    [InlineData("01ARYZ6S41TSV4RRFFQ69G5FAU")]
    public void Text_ThatIsNone_IsRefused(string text) => Assert.False(RequestId.TryParse(text, out _));

    [Fact]
    public void TraceId_IsTheSameNumberInHexDigits()
    {
        var id = RequestId.Create(Noon);
        Assert.Equal(Convert.ToHexStringLower(id.ToBytes()), id.ToTraceId());
    }
}
