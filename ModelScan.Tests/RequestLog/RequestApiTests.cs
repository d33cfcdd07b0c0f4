using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Headers;
using System.Net.ServerSentEvents;
using System.Text.Json;
using ModelScan.RoutingApi.RequestLog.Records;
using ModelScan.Tests.Support;

namespace ModelScan.Tests.RequestLog;

/// <summary>The HTTP surface of the log: pages, the tail, aggregates, exports and deletion, all by one filter.</summary>
public sealed class RequestApiTests
{
    private static readonly TestConfig Config = TestConfig.Empty.Model("openai/gpt-4o");

    [Fact]
    public async Task Pages_HoldEveryRecordOnceLatestFirst()
    {
        await using var gateway = await StartAsync();
        var records = await FillAsync(gateway, 130, mixed: true);
        var seen = new List<string>();
        string? next = null;
        do
        {
            var page = await gateway.GetAsync($"/admin/requests?limit=17{(next is null ? "" : $"&before={next}")}");
            seen.AddRange(page.GetProperty("data").EnumerateArray().Select(row => row.GetProperty("id").GetString()!));
            next = page.GetProperty("next").GetString();
        }
        while (next is not null);
        Assert.Equal(records.Select(record => record.Id.ToString()).OrderDescending(StringComparer.Ordinal), seen);
    }

    [Fact]
    public async Task Tail_EqualsTheListForTwoHundredFilters()
    {
        await using var gateway = await StartAsync();
        var random = new Random(20260131);
        var filters = Enumerable.Range(0, 200).Select(_ => RandomFilters.Draw(random)).ToArray();
        foreach (var group in filters.Chunk(40))
        {
            var tails = new List<(string Filter, (ConcurrentQueue<string> Ids, Task Done) Seen, CancellationTokenSource Stop)>();
            foreach (var filter in group)
            {
                var stop = new CancellationTokenSource();
                var started = new TaskCompletionSource();
                var ids = new ConcurrentQueue<string>();
                tails.Add((filter, (ids, TailAsync(gateway, filter, ids, started, stop.Token)), stop));
                await started.Task.WaitAsync(TimeSpan.FromSeconds(20));
            }

            var drawn = SampleRecords.Draw(300, random.Next());
            foreach (var record in drawn)
                gateway.Log.Add(record, null);
            await gateway.Log.FlushAsync(default);
            var round = drawn.Select(record => record.Id.ToString()).ToHashSet();
            foreach (var (filter, seen, stop) in tails)
            {
                var list = (await gateway.ListAsync($"filter={Uri.EscapeDataString(filter)}")).Select(row => row.GetProperty("id").GetString()!).Where(round.Contains).ToHashSet();

                await Eventually.TrueAsync(() => seen.Ids.Count >= list.Count, $"the tail of {filter}");
                await stop.CancelAsync();
                await seen.Done;
                Assert.True(list.SetEquals(seen.Ids.Where(round.Contains)) && seen.Ids.Count == list.Count, filter);
                stop.Dispose();
            }

            await gateway.Gateway.Client.DeleteAsync(new Uri("/admin/requests?all=true", UriKind.Relative));
        }

        Assert.True(filters.Distinct().Count() > 150);
    }

    [Fact]
    public async Task Tail_OfASlowReader_SaysWhatItMissed()
    {
        await using var gateway = await StartAsync();
        using var watcher = gateway.Log.Tail.Watch(ModelScan.RoutingApi.RequestLog.Filters.RequestFilter.All)!;
        foreach (var record in SampleRecords.Draw(1500))
            gateway.Log.Add(record, null);
        await gateway.Log.FlushAsync(default);
        var seen = 0;
        while (watcher.Records.TryRead(out _))
            seen++;
        Assert.Equal((1024, 476), (seen, watcher.TakeMissed()));
    }

    [Fact]
    public async Task Aggregates_AreSumsAndQuantilesOfTheList()
    {
        await using var gateway = await StartAsync();
        var records = await FillAsync(gateway, 2000);
        var groups = (await gateway.GetAsync("/admin/requests/aggregate?group_by=model,route&filter=-state:refused")).GetProperty("data").EnumerateArray().ToArray();
        var expected = records.Where(record => record.State != RequestState.Refused).GroupBy(record => (record.Model, record.Route)).ToDictionary(group => group.Key);
        Assert.Equal(expected.Count, groups.Length);
        foreach (var group in groups)
        {
            var members = expected[(group.GetProperty("model").GetString(), group.GetProperty("route").GetString())].ToArray();
            Assert.Equal(members.Length, group.GetProperty("requests").GetInt32());
            Assert.Equal(members.Count(record => record.State == RequestState.Failed), group.GetProperty("failed").GetInt32());
            Assert.Equal(members.Sum(record => record.Usage?.Input ?? 0), group.GetProperty("input_tokens").GetInt64());
            Assert.Equal(members.Sum(record => record.Cost.Total), group.GetProperty("cost_usd").GetDouble(), 9);
            Assert.Equal(members.Sum(record => record.Cost.Saved ?? 0), group.GetProperty("saved_usd").GetDouble(), 9);
            Assert.Equal(members.Count(record => record.Cost.State == CostState.NoPrice), group.GetProperty("without_price").GetInt32());
            AssertNear(Quantile(members.Select(record => record.Duration.TotalMilliseconds), 0.95), group.GetProperty("duration_ms").GetProperty("p95").GetDouble());
            AssertNear(Quantile(members.Where(record => record.TimeToFirstByte is not null).Select(record => record.TimeToFirstByte!.Value.TotalMilliseconds), 0.5), group.GetProperty("time_to_first_chunk_ms").GetProperty("p50").GetDouble());
        }
    }

    [Fact]
    public async Task Aggregates_ByTime_CoverEveryStretch()
    {
        await using var gateway = await StartAsync();
        await FillAsync(gateway, 960); // four a second
        var groups = (await gateway.GetAsync("/admin/requests/aggregate?interval=1m")).GetProperty("data").EnumerateArray().ToArray();
        Assert.Equal(Enumerable.Range(0, 4).Select(minute => (SampleRecords.Start.AddMinutes(minute), 240)), groups.Select(group => (group.GetProperty("start").GetDateTimeOffset(), group.GetProperty("requests").GetInt32())));
    }

    [Fact]
    public async Task Export_IsTheListAsLines()
    {
        await using var gateway = await StartAsync();
        var records = await FillAsync(gateway, 2500, mixed: true);
        var expected = records.Where(record => record.Provider == "openai").Select(record => record.Id.ToString()).OrderDescending(StringComparer.Ordinal).ToArray();
        var lines = (await gateway.Gateway.Client.GetStringAsync(new Uri("/admin/requests/export?filter=provider:openai", UriKind.Relative))).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(expected, lines.Select(line => JsonDocument.Parse(line).RootElement.GetProperty("id").GetString()));
        var csv = (await gateway.Gateway.Client.GetStringAsync(new Uri("/admin/requests/export?format=csv&filter=provider:openai", UriKind.Relative))).Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        Assert.StartsWith("id,started,state,status,", csv[0], StringComparison.Ordinal);
        Assert.Equal(expected, csv.Skip(1).Select(line => line.Split(',')[0]));
    }

    [Fact]
    public async Task Csv_OfWhatClientsWrote_IsNoFormulaAndStaysInItsField()
    {
        await using var gateway = await StartAsync();
        gateway.Log.Add(SampleRecords.Draw(1)[0] with { RequestModel = "=1+1", UserAgent = "a,\"b\"" }, null);
        var csv = await gateway.Gateway.Client.GetStringAsync(new Uri("/admin/requests/export?format=csv", UriKind.Relative));
        Assert.Contains(",'=1+1,", csv, StringComparison.Ordinal);
        Assert.Contains(",\"a,\"\"b\"\"\",", csv, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Delete_TakesWhatTheFilterMeansAndNothingElse()
    {
        await using var gateway = await StartAsync();
        var records = await FillAsync(gateway, 400, mixed: true);
        var answer = await Answer.ReadAsync(await gateway.Gateway.Client.DeleteAsync(new Uri("/admin/requests?filter=provider:openai", UriKind.Relative)));
        Assert.Equal(records.Count(record => record.Provider == "openai"), answer.Json.GetProperty("deleted").GetInt32());
        var left = await gateway.ListAsync();
        Assert.Equal(records.Where(record => record.Provider != "openai").Select(record => record.Id.ToString()).Order(StringComparer.Ordinal), left.Select(row => row.GetProperty("id").GetString()).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Delete_WithoutAFilter_IsRefusedUnlessAllIsMeant()
    {
        await using var gateway = await StartAsync();
        await FillAsync(gateway, 10);
        using var refused = await gateway.Gateway.Client.DeleteAsync(new Uri("/admin/requests", UriKind.Relative));
        Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
        Assert.Equal(10, (await gateway.ListAsync()).Length);
        using var done = await gateway.Gateway.Client.DeleteAsync(new Uri("/admin/requests?all=true", UriKind.Relative));
        Assert.Equal(HttpStatusCode.OK, done.StatusCode);
        Assert.Empty(await gateway.ListAsync());
    }

    [Theory]
    [InlineData("/admin/requests?filter=modle:x")]
    [InlineData("/admin/requests?limit=0")]
    [InlineData("/admin/requests?before=x")]
    [InlineData("/admin/requests/tail?filter=cost:much")]
    [InlineData("/admin/requests/aggregate?group_by=colour")]
    [InlineData("/admin/requests/aggregate?interval=soon")]
    [InlineData("/admin/requests/export?format=xml")]
    [InlineData("/admin/requests/nonsense")]
    public async Task Question_ThatIsWrong_IsABadRequest(string path)
    {
        await using var gateway = await StartAsync();
        using var response = await gateway.Gateway.Client.GetAsync(new Uri(path, UriKind.Relative));
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
    }

    [Fact]
    public async Task Record_ThatIsNotThere_IsNotFound()
    {
        await using var gateway = await StartAsync();
        using var response = await gateway.Gateway.Client.GetAsync(new Uri($"/admin/requests/{RequestId.Create(SampleRecords.Start)}", UriKind.Relative));
        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
    }

    [Theory]
    [InlineData(null, HttpStatusCode.Unauthorized)]
    [InlineData("wrong", HttpStatusCode.Unauthorized)]
    [InlineData("the-admin-key", HttpStatusCode.OK)]
    public async Task AdminKey_IsAskedForWhereThereIsOne(string? key, HttpStatusCode status)
    {
        await using var gateway = await StartAsync("--RequestLog:AdminKey=the-admin-key");
        using var request = new HttpRequestMessage(HttpMethod.Get, "/admin/requests");
        if (key is not null)
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
        using var response = await gateway.Gateway.Client.SendAsync(request);
        Assert.Equal(status, response.StatusCode);
    }

    [Theory]
    [InlineData("Host", "evil.example")]
    [InlineData("X-Forwarded-For", "203.0.113.7")]
    [InlineData("Forwarded", "for=203.0.113.7")]
    public async Task WithoutAnAdminKey_WhoeverIsNotOfThisMachine_IsRefused(string header, string value)
    {
        await using var gateway = await StartAsync();
        using var request = new HttpRequestMessage(HttpMethod.Get, "/admin/requests");
        request.Headers.TryAddWithoutValidation(header, value);
        using var response = await gateway.Gateway.Client.SendAsync(request);
        Assert.Equal(HttpStatusCode.Forbidden, response.StatusCode);
    }

    [Fact]
    public async Task Log_ThatIsOff_SaysSo()
    {
        await using var gateway = await GatewayUnderTest.StartAsync(Config);
        using var response = await gateway.Client.GetAsync(new Uri("/admin/requests", UriKind.Relative));
        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        Assert.Contains("request_log.store", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    private static Task<LoggedGateway> StartAsync(params string[] args) => LoggedGateway.StartAsync(Config, null, args);

    // Requests overlap: where mixed, they are written in another order than they came.
    private static async Task<RequestRecord[]> FillAsync(LoggedGateway gateway, int count, bool mixed = false)
    {
        var records = SampleRecords.Draw(count);
        var written = records.ToArray();
        if (mixed)
            new Random(5).Shuffle(written);
        foreach (var part in written.Chunk(Math.Max(1, count / 3)))
        {
            foreach (var record in part)
                gateway.Log.Add(record, null);
            await gateway.Log.FlushAsync(default);
        }

        return records;
    }

    private static async Task TailAsync(LoggedGateway gateway, string filter, ConcurrentQueue<string> ids, TaskCompletionSource started, CancellationToken stop)
    {
        try
        {
            using var response = await gateway.Gateway.Client.GetAsync(new Uri($"/admin/requests/tail?filter={Uri.EscapeDataString(filter)}", UriKind.Relative), HttpCompletionOption.ResponseHeadersRead, stop);
            started.TrySetResult();
            await using var stream = await response.Content.ReadAsStreamAsync(stop);
            await foreach (var item in SseParser.Create(stream).EnumerateAsync(stop))
                ids.Enqueue(item.EventId!);
        }
        catch (OperationCanceledException)
        {
            // Enough has been seen.
        }
    }

    private static double Quantile(IEnumerable<double> values, double share)
    {
        var sorted = values.Order().ToArray();
        return sorted[Math.Max(0, (int)Math.Ceiling(share * sorted.Length) - 1)];
    }

    private static void AssertNear(double expected, double actual) => Assert.InRange(actual, expected * 0.965, expected * 1.035);
}
