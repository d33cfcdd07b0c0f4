using System.Globalization;
using ModelScan.RoutingApi.Configuration;
using ModelScan.RoutingApi.Configuration.Reading;
using ModelScan.RoutingApi.Governance.Limits;

namespace ModelScan.Tests.Governance;

/// <summary>How time is cut into windows, tokens are weighted, and both are said.</summary>
public sealed class LimitWindowTests
{
    [Theory]
    [InlineData(WindowUnit.Second, null, "2026-03-15T12:34:56.789Z", "2026-03-15T12:34:56Z", "2026-03-15T12:34:57Z")]
    [InlineData(WindowUnit.Minute, null, "2026-03-15T12:34:56Z", "2026-03-15T12:34:00Z", "2026-03-15T12:35:00Z")]
    [InlineData(WindowUnit.Hour, null, "2026-03-15T12:34:56Z", "2026-03-15T12:00:00Z", "2026-03-15T13:00:00Z")]
    [InlineData(WindowUnit.Day, null, "2026-03-15T12:34:56Z", "2026-03-15T00:00:00Z", "2026-03-16T00:00:00Z")]
    [InlineData(WindowUnit.Week, null, "2026-03-15T12:34:56Z", "2026-03-09T00:00:00Z", "2026-03-16T00:00:00Z")]
    [InlineData(WindowUnit.Week, null, "2026-03-16T00:00:00Z", "2026-03-16T00:00:00Z", "2026-03-23T00:00:00Z")]
    [InlineData(WindowUnit.Month, null, "2026-12-31T23:59:59.900Z", "2026-12-01T00:00:00Z", "2027-01-01T00:00:00Z")]
    [InlineData(WindowUnit.Month, null, "2024-02-29T10:00:00Z", "2024-02-01T00:00:00Z", "2024-03-01T00:00:00Z")]
    [InlineData(WindowUnit.Day, "Europe/Berlin", "2026-03-29T12:00:00Z", "2026-03-28T23:00:00Z", "2026-03-29T22:00:00Z")]
    [InlineData(WindowUnit.Month, "Europe/Berlin", "2026-06-30T22:30:00Z", "2026-06-30T22:00:00Z", "2026-07-31T22:00:00Z")]
    public void Window_BeginsAndEnds(WindowUnit unit, string? zone, string now, string start, string end)
    {
        var window = new LimitWindow(new WindowConfig(unit) { Zone = zone is null ? null : TimeZoneInfo.FindSystemTimeZoneById(zone) });
        var span = window.At(At(now));
        Assert.Equal((At(start), At(end)), (span.Start, span.End));
        Assert.Equal(span, window.At(At(now)));
        Assert.NotEqual(span.Id, window.At(span.End).Id);
        Assert.Equal(span.End, window.At(span.End).Start);
    }

    [Theory]
    [InlineData(LimitKind.Spend, 0, "0 USD")]
    [InlineData(LimitKind.Spend, 12_310_000_000, "12.31 USD")]
    [InlineData(LimitKind.Spend, 1_000, "0.000001 USD")]
    [InlineData(LimitKind.Spend, 499, "0 USD")]
    [InlineData(LimitKind.Spend, 500, "0.000001 USD")]
    [InlineData(LimitKind.Spend, 1_000_400_000_600, "1000.400001 USD")]
    [InlineData(LimitKind.Spend, 1_999_999_999, "2 USD")]
    [InlineData(LimitKind.Tokens, 1_200_000, "1200 tokens")]
    [InlineData(LimitKind.Tokens, 1_205, "1.205 tokens")]
    [InlineData(LimitKind.Tokens, 50, "0.05 tokens")]
    [InlineData(LimitKind.Requests, 7, "7 requests")]
    [InlineData(LimitKind.Parallel, 16, "16 requests at a time")]
    public void Amount_IsSaidInDecimals(LimitKind kind, long units, string words) =>
        Assert.Equal(words, LimitWords.Amount(new Limit(new LimitConfig("a", kind, 1000), isOfKeys: false), units));

    [Theory]
    [InlineData("input", 1, 0, 0, 0, 0)]
    [InlineData("input + cache_write + 0.1*cache_read + 5*output", 1, 0.1, 1, 5, 0)]
    [InlineData("output*2+output", 0, 0, 0, 3, 0)]
    [InlineData("reasoning", 0, 0, 0, 0, 1)]
    public void TokenCost_IsReadAsASum(string text, double input, double read, double write, double output, double reasoning) =>
        Assert.Equal(new TokenCost(input, read, write, output, reasoning), TokenCostReader.Parse(text, out _));

    [Theory]
    [InlineData("")]
    [InlineData("inputs")]
    [InlineData("input - output")]
    [InlineData("input * output")]
    [InlineData("-1*input")]
    [InlineData("0*input")]
    [InlineData("2*3*input")]
    [InlineData("1e9*input")]
    [InlineData("NaN*input")]
    public void TokenCost_ThatIsNone_IsRefused(string text)
    {
        Assert.Null(TokenCostReader.Parse(text, out var problem));
        Assert.NotNull(problem);
    }

    [Theory]
    [InlineData(0.25, "250ms")]
    [InlineData(1, "1s")]
    [InlineData(89.2, "1m30s")]
    [InlineData(3600, "1h0m0s")]
    public void Duration_IsWrittenAsOpenAiDoes(double seconds, string text) => Assert.Equal(text, LimitHeaders.Duration(TimeSpan.FromSeconds(seconds)));

    [Theory]
    [InlineData("""{"max_tokens":10}""", 10L)]
    [InlineData("""{"max_completion_tokens":7,"max_tokens":3}""", 7L)]
    [InlineData("""{"max_output_tokens":7,"n":4}""", 28L)]
    [InlineData("""{"best_of":0,"max_tokens":7,"n":5000}""", 7168L)]
    [InlineData("""{"max_tokens":"7"}""", null)]
    [InlineData("""{"max_tokens":[7]}""", null)]
    [InlineData("""{"max_tokens":-7}""", null)]
    [InlineData("""{"messages":[{"max_tokens":7}]}""", null)]
    public void OutputBound_IsWhatTheRequestAllows(string body, long? bound) => Assert.Equal(bound, InputEstimate.Of(System.Text.Encoding.UTF8.GetBytes(body)).OutputBound);

    [Fact]
    public void Estimate_CountsTexts_AndFilesByTheirKind()
    {
        static long Of(string body) => InputEstimate.Of(System.Text.Encoding.UTF8.GetBytes(body)).Input;
        var text = string.Join(' ', Enumerable.Repeat("word", 1000));
        Assert.InRange(Of($$"""{"messages":[{"role":"user","content":"{{text}}"}]}"""), 1000, 1300);
        Assert.InRange(Of($$$"""{"messages":[{"role":"user","content":[{"type":"image_url","image_url":{"url":"data:image/png;base64,{{{new string('A', 1_000_000)}}}"}}]}]}"""), 1600, 2200);
        Assert.True(Of($$"""{"messages":[{"role":"user","content":"{{new string('A', 1_000_000)}}"}]}""") > 100_000);
        Assert.True(Of("""{"messages":[""") >= 0);
    }

    private static DateTimeOffset At(string time) => DateTimeOffset.Parse(time, CultureInfo.InvariantCulture);
}
