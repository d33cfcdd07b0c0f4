using ModelScan.RoutingApi.RequestLog.Blocks;
using ModelScan.RoutingApi.RequestLog.Filters;
using ModelScan.RoutingApi.RequestLog.Records;
using ModelScan.RoutingApi.UsageReports;

namespace ModelScan.Tests.RequestLog;

/// <summary>Filters mean what people type.</summary>
public sealed class FilterTests
{
    private static readonly DateTimeOffset Now = SampleRecords.Start.AddHours(1);

    private static readonly RequestRecord Record = new(RequestId.Create(SampleRecords.Start))
    {
        TraceId = "0af7651916cd43dd8448eb211c80319c",
        State = RequestState.Failed,
        Status = 503,
        ErrorType = "UpstreamTimeout",
        Duration = TimeSpan.FromSeconds(3),
        TimeToFirstByte = TimeSpan.FromMilliseconds(2500),
        Stream = true,
        Key = "key-0123456789ab",
        UserAgent = "claude-cli",
        Session = "s1",
        Switched = true,
        RequestModel = "gpt-4o-mini",
        Model = "openai/gpt-4o",
        ResponseModel = "gpt-4o-2024-08-06",
        Provider = "openai",
        Mode = "policy",
        Route = "code generation",
        Confidence = 0.5,
        Why = "cheapest of 3",
        AttemptCount = 2,
        Usage = new TokenUsage { Input = 100, Output = 20, CacheRead = 40 },
        Cost = new CostRecord(CostState.Priced) { Input = 0.02 },
        Tags = ["team=search", "env=prod"],
    };

    [Theory]
    [InlineData("")]
    [InlineData("model:openai/gpt-4o")]
    [InlineData("MODEL:OpenAI/GPT-4o")]
    [InlineData("model:openai/*")]
    [InlineData("model:*4o")]
    [InlineData("model:anthropic/*,openai/*")]
    [InlineData("asked:gpt-4o-mini returned:gpt-4o-2024* provider:openai")]
    [InlineData("route:\"code generation\"")]
    [InlineData("-route:none")]
    [InlineData("decided_by:none")]
    [InlineData("state:failed,aborted -state:completed")]
    [InlineData("status:503")]
    [InlineData("status:5xx")]
    [InlineData("status:>=500 status:<600")]
    [InlineData("error:UpstreamTimeout")]
    [InlineData("ttft:>2s duration:>=3s duration:<=3s")]
    [InlineData("cost:>0.01 cost:<0.03")]
    [InlineData("confidence:<0.6 confidence:0.5")]
    [InlineData("tokens_in:100 tokens_out:>19 cached:40")]
    [InlineData("attempts:>1")]
    [InlineData("stream:true switched:true fallback:false pinned:no")]
    [InlineData("price:priced")]
    [InlineData("tag.team:search tag.env:prod")]
    [InlineData("tag.team:ads,sea*")]
    [InlineData("session:s1 key:key-* client:claude-cli mode:policy")]
    [InlineData("trace:0AF7651916CD43DD8448EB211C80319C")]
    [InlineData("since:61m until:30m")]
    [InlineData("since:2026-01-31T12:00:00Z until:2026-01-31T12:00:01Z")]
    [InlineData("cheapest")]
    [InlineData("Timeout search")]
    public void Filter_ThatMeansIt_FindsIt(string text) => Assert.True(Finds(text), text);

    [Theory]
    [InlineData("model:gpt-4o")]
    [InlineData("-model:openai/*")]
    [InlineData("route:code")]
    [InlineData("route:none")]
    [InlineData("state:completed")]
    [InlineData("status:4xx")]
    [InlineData("ttft:>2500ms")]
    [InlineData("gateway:>=0s")]
    [InlineData("cost:>0.02")]
    [InlineData("confidence:>0.5")]
    [InlineData("stream:false")]
    [InlineData("price:unknown")]
    [InlineData("tag.team:prod")]
    [InlineData("since:59m")]
    [InlineData("until:60m")]
    [InlineData("expensive")]
    [InlineData("model:openai/* state:completed")]
    public void Filter_ThatMeansSomethingElse_DoesNot(string text) => Assert.False(Finds(text), text);

    [Fact]
    public void Id_IsFoundByItself()
    {
        Assert.True(Finds($"id:{Record.Id}"));
        Assert.False(Finds($"id:{Record.Id.Next()}"));
    }

    [Theory]
    [InlineData("modell:x", "did you mean 'model'?")]
    [InlineData("nothing_like_it:x", "there are asked,")]
    [InlineData("cost:much", "must be a number")]
    [InlineData("ttft:>soon", "must be a duration")]
    [InlineData("state:done", "completed, failed, aborted or refused")]
    [InlineData("stream:perhaps", "true or false")]
    [InlineData("since:yesterday", "a duration before now")]
    [InlineData("-since:1h", "cannot be turned around")]
    [InlineData("id:1", "no id of a request")]
    [InlineData("route:", "nothing stands behind the colon")]
    [InlineData("route:\"a", "a quote that does not end")]
    public void Filter_ThatIsWrong_IsToldHow(string text, string problem)
    {
        var exception = Assert.Throws<InvalidRequestException>(() => FilterParser.Parse(text, Now));
        Assert.Contains(problem, exception.Message, StringComparison.Ordinal);
        Assert.Equal("filter", exception.Field);
    }

    [Fact]
    public void Pattern_OfStarsAlone_EndsInTime()
    {
        var text = new string('a', 2000);
        Assert.False(Wildcard.Fits(text, string.Concat(Enumerable.Repeat("a*", 500)) + "b"));
        Assert.True(Wildcard.Fits(text, "*a*a*"));
    }

    private static bool Finds(string text)
    {
        var filter = FilterParser.Parse(text, Now);
        var view = new BlockView();

        // Among others, whose texts are its neighbours in the block's table.
        view.Load(BlockTests.Encode([.. SampleRecords.Draw(5), Record, .. SampleRecords.Draw(5, 2)]).Index);
        var state = new FilterState(filter);
        state.Begin(view);
        return state.Matches(view, 5);
    }
}
