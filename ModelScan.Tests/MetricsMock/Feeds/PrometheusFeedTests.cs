using ModelScan.Tests.Support;

namespace ModelScan.Tests.MetricsMock.Feeds;

public sealed class PrometheusFeedTests
{
    [Fact]
    public async Task Metrics_FreshStart_PublishesSeedLatencies()
    {
        await using var mock = await RunningMock.StartAsync();

        var answer = await mock.GetAsync("/metrics");

        Assert.Equal("text/plain; version=0.0.4; charset=utf-8", answer.Response.Content.Headers.ContentType!.ToString());
        Assert.Contains(
            """
            # TYPE model_latency_p95_seconds gauge
            model_latency_p95_seconds{model_name="anthropic/claude-sonnet-4-20250514"} 0.85
            model_latency_p95_seconds{model_name="openai/gpt-4o"} 1.2
            model_latency_p95_seconds{model_name="openai/gpt-4o-mini"} 0.4

            """,
            answer.Text);
    }

    [Fact]
    public async Task Metrics_NameWithSpecialCharacters_EscapesLabel()
    {
        await using var mock = await RunningMock.StartAsync();
        await mock.PutAsync("/models/a%22b%5Cc%0Ad", """{"latency_seconds": 2}""");

        var answer = await mock.GetAsync("/metrics");

        Assert.Contains("""model_latency_p95_seconds{model_name="a\"b\\c\nd"} 2""", answer.Text);
    }

    [Fact]
    public async Task Metrics_AfterRequest_CountsIt()
    {
        await using var mock = await RunningMock.StartAsync();
        await mock.PostAsync("/v1/chat/completions", """{"model": "gpt-4o", "messages": [{"role": "user", "content": "hi"}]}""");

        var answer = await mock.GetAsync("/metrics");

        Assert.Contains("model_requests_total{model_name=\"openai/gpt-4o\"} 1\n", answer.Text);
    }

    [Fact]
    public async Task Query_MetricName_AnswersVector()
    {
        await using var mock = await RunningMock.StartAsync(new FakeTimeProvider(DateTimeOffset.UnixEpoch.AddSeconds(1000.5)));

        var answer = await mock.GetAsync("/api/v1/query?query=model_latency_p95_seconds%7Bmodel_name%3D%22openai/gpt-4o%22%7D");

        Assert.Equal(
            """{"status":"success","data":{"resultType":"vector","result":[{"metric":{"__name__":"model_latency_p95_seconds","model_name":"openai/gpt-4o"},"value":[1000.5,"1.2"]}]}}""",
            answer.Text);
    }

    [Fact]
    public async Task Query_Form_AnswersAsGetDoes()
    {
        await using var mock = await RunningMock.StartAsync();
        using var form = new FormUrlEncodedContent([new("query", "model_latency_p95_seconds"), new("time", "12.5")]);

        var answer = await MockAnswer.ReadAsync(await mock.Client.PostAsync("/api/v1/query", form));

        Assert.Equal(3, answer.Json["data"]!["result"]!.AsArray().Count);
        Assert.Equal(12.5, answer.Json["data"]!["result"]![0]!["value"]![0]!.GetValue<double>());
    }

    [Theory]
    [InlineData("query=rate(model_requests_total[5m])", "query")]
    [InlineData("query=", "query")]
    [InlineData("", "query")]
    [InlineData("query=up%26time%3D&time=yesterday-ish", "time")]
    public async Task Query_NotASelector_IsBadData(string parameters, string named)
    {
        await using var mock = await RunningMock.StartAsync();

        var answer = await mock.GetAsync($"/api/v1/query?{parameters}");

        Assert.Equal(400, answer.Status);
        Assert.Equal("error", answer.Json["status"]!.GetValue<string>());
        Assert.Equal("bad_data", answer.Json["errorType"]!.GetValue<string>());
        Assert.StartsWith($"invalid parameter \"{named}\": ", answer.Json["error"]!.GetValue<string>());
    }

    [Theory]
    [InlineData("/-/healthy")]
    [InlineData("/-/ready")]
    public async Task Management_Probe_Succeeds(string path)
    {
        await using var mock = await RunningMock.StartAsync();

        Assert.Equal(200, (await mock.GetAsync(path)).Status);
    }
}
