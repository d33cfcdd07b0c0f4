using System.Diagnostics.Metrics;
using ModelScan.RoutingApi.Configuration;
using ModelScan.RoutingApi.ModelMetrics;
using ModelScan.RoutingApi.Selection;
using ModelScan.RoutingApi.Telemetry;

namespace ModelScan.Tests.ModelMetrics;

public sealed class ModelMetricsRefresherTests
{
    private const string Cheap = """{"a":{"input_per_million":1,"output_per_million":2}}""";
    private const string Dear = """{"a":{"input_per_million":10,"output_per_million":20}}""";
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    [Fact]
    public async Task Refresh_AfterInterval_ReplacesTable()
    {
        await using var server = await FeedServer.StartAsync(Cheap);
        await using var rig = new MetricsRig();
        await rig.StartAsync(Costs(server, Minute));
        Assert.Equal(3, Total(await rig.AfterAttemptAsync(1)));

        server.AnswerJson(Dear);
        rig.Clock.Advance(Minute);

        var snapshot = await rig.AfterAttemptAsync(2);
        Assert.Equal(30, Total(snapshot));
        Assert.Equal(rig.Clock.GetUtcNow(), snapshot.Sources[0].FetchedAt);
    }

    [Fact]
    public async Task Refresh_Fails_KeepsLastGoodTable_E24()
    {
        await using var server = await FeedServer.StartAsync(Cheap);
        await using var rig = new MetricsRig();
        await rig.StartAsync(Costs(server, Minute));
        await rig.AfterAttemptAsync(1);

        server.AnswerJson(Dear, status: 500);
        rig.Clock.Advance(Minute);

        var snapshot = await rig.AfterAttemptAsync(2);
        Assert.Equal(3, Total(snapshot));
        Assert.Equal("answered with status 500", snapshot.Sources[0].LastFailure);
        Assert.Equal(Minute, snapshot.Sources[0].Age(rig.Clock.GetUtcNow()));
    }

    [Fact]
    public async Task Refresh_KeepsFailing_IsLoggedOncePerChangeOfState()
    {
        await using var server = await FeedServer.StartAsync();
        server.AnswerJson("{}", status: 503);
        await using var rig = new MetricsRig();
        await rig.StartAsync(Costs(server, Minute));
        await rig.AfterAttemptAsync(1);
        rig.Clock.Advance(TimeSpan.FromSeconds(2));
        await rig.AfterAttemptAsync(2);
        server.AnswerJson(Cheap);
        rig.Clock.Advance(TimeSpan.FromSeconds(4));
        await rig.AfterAttemptAsync(3);

        var news = rig.Lines.Where(line => !line.StartsWith("Debug", StringComparison.Ordinal)).ToList();
        Assert.Equal(2, news.Count);
        Assert.StartsWith("Warning cost endpoint at 127.0.0.1:", news[0], StringComparison.Ordinal);
        Assert.Equal("Information fetched cost endpoint pricing: 1 models", news[1]);
    }

    [Fact]
    public async Task Refresh_WithoutInterval_FetchesOnce_E25()
    {
        await using var server = await FeedServer.StartAsync(Cheap);
        await using var rig = new MetricsRig();
        await rig.StartAsync(Costs(server, interval: null));
        await rig.AfterAttemptAsync(1);

        rig.Clock.Advance(TimeSpan.FromDays(1));
        await rig.Fetcher.FetchAsync(Costs(server, interval: null), CancellationToken.None);

        Assert.Equal(2, server.Requests);
        Assert.Equal(3, Total(rig.Refresher.Current));
    }

    [Fact]
    public async Task Refresh_WithoutIntervalAndFailing_IsRetriedUntilItHasWorked()
    {
        await using var server = await FeedServer.StartAsync();
        server.AnswerJson("{}", status: 500);
        await using var rig = new MetricsRig();
        await rig.StartAsync(Costs(server, interval: null));
        await rig.AfterAttemptAsync(1);

        server.AnswerJson(Cheap);
        rig.Clock.Advance(TimeSpan.FromSeconds(2));

        Assert.Equal(3, Total(await rig.AfterAttemptAsync(2)));
    }

    [Fact]
    public async Task Refresh_PrometheusWithoutSamplesYet_IsAskedAgainSoon()
    {
        await using var server = await FeedServer.StartAsync("""{"status":"success","data":{"result":[]}}""");
        await using var rig = new MetricsRig();
        await rig.StartAsync(MetricsRig.Source(ModelMetricsSourceKind.Prometheus, server.Address, TimeSpan.FromHours(1)));
        await rig.AfterAttemptAsync(1);

        server.AnswerJson("""{"status":"success","data":{"result":[{"metric":{"model_name":"a"},"value":[1,"0.4"]}]}}""");
        rig.Clock.Advance(TimeSpan.FromSeconds(2));

        Assert.True((await rig.AfterAttemptAsync(2)).TryGetLatency("a", out _));
    }

    [Fact]
    public async Task Refresh_PrometheusForgetsItsModels_TableEmpties()
    {
        await using var server = await FeedServer.StartAsync("""{"status":"success","data":{"result":[{"metric":{"model_name":"a"},"value":[1,"0.4"]}]}}""");
        await using var rig = new MetricsRig();
        await rig.StartAsync(MetricsRig.Source(ModelMetricsSourceKind.Prometheus, server.Address, Minute));
        await rig.AfterAttemptAsync(1);

        server.AnswerJson("""{"status":"success","data":{"result":[]}}""");
        rig.Clock.Advance(Minute);

        Assert.False((await rig.AfterAttemptAsync(2)).TryGetLatency("a", out _));
    }

    [Fact]
    public async Task Start_SourceHangs_OthersAndStartUpGoOn_E26()
    {
        await using var hanging = await FeedServer.StartAsync();
        hanging.Hang();
        await using var server = await FeedServer.StartAsync(Cheap);
        await using var rig = new MetricsRig();

        await rig.StartAsync(Costs(hanging, Minute), Costs(server, Minute));
        Assert.Equal(3, Total(await rig.AfterAttemptAsync(1, source: 1)));
        await hanging.NextRequestAsync();
        rig.Clock.Advance(ModelMetricsFetcher.TotalTimeout);

        var snapshot = await rig.AfterAttemptAsync(1, source: 0);
        Assert.Null(snapshot.Sources[0].FetchedAt);
        Assert.Contains(rig.Lines, line => line.StartsWith("Warning", StringComparison.Ordinal) && line.Contains("within 30 s", StringComparison.Ordinal));
    }

    [Fact]
    public async Task WaitForFirstFetchAsync_SourceHangs_GivesUpAtItsLimit()
    {
        await using var server = await FeedServer.StartAsync();
        server.Hang();
        await using var rig = new MetricsRig();
        await rig.StartAsync(Costs(server, Minute));

        var wait = rig.Refresher.WaitForFirstFetchAsync(TimeSpan.FromSeconds(2), CancellationToken.None);
        Assert.False(wait.IsCompleted);
        rig.Clock.Advance(TimeSpan.FromSeconds(2));

        Assert.False(await wait);
    }

    [Fact]
    public async Task WaitForFirstFetchAsync_AllAnswered_IsTrue()
    {
        await using var server = await FeedServer.StartAsync(Cheap);
        await using var rig = new MetricsRig();
        await rig.StartAsync(Costs(server, Minute));

        Assert.True(await rig.Refresher.WaitForFirstFetchAsync(TimeSpan.FromSeconds(2), CancellationToken.None));
    }

    [Fact]
    public async Task Apply_SameSourceAgain_KeepsTableAndSchedule()
    {
        await using var server = await FeedServer.StartAsync(Cheap);
        await using var other = await FeedServer.StartAsync("""{"b":{"input_per_million":5,"output_per_million":5}}""");
        await using var rig = new MetricsRig();
        await rig.StartAsync(Aliased(server));
        await rig.AfterAttemptAsync(1);
        rig.Clock.Advance(Minute / 2);

        rig.Refresher.Apply([Costs(other, Minute), Aliased(server)]);

        Assert.Equal(3, Total(rig.Refresher.Current, "alias-of-a"));
        await rig.AfterAttemptAsync(1, source: 0);
        Assert.Equal(1, server.Requests);
        rig.Clock.Advance(Minute / 2);
        await rig.AfterAttemptAsync(2, source: 1);
        Assert.Equal(1, other.Requests);
    }

    [Fact]
    public async Task Apply_AliasesDiffer_IsAnotherSource()
    {
        await using var server = await FeedServer.StartAsync(Cheap);
        await using var rig = new MetricsRig();
        await rig.StartAsync(Costs(server, Minute));
        await rig.AfterAttemptAsync(1);

        rig.Refresher.Apply([Aliased(server)]);

        Assert.Null(Total(rig.Refresher.Current));
        Assert.Equal(3, Total(await rig.AfterAttemptAsync(1), "alias-of-a"));
    }

    [Fact]
    public async Task Apply_SourceRemoved_StopsAndItsDataIsGone()
    {
        await using var server = await FeedServer.StartAsync(Cheap);
        await using var rig = new MetricsRig();
        await rig.StartAsync(Costs(server, Minute));
        await rig.AfterAttemptAsync(1);

        rig.Refresher.Apply([]);
        rig.Clock.Advance(TimeSpan.FromHours(1));
        await rig.Fetcher.FetchAsync(Costs(server, Minute), CancellationToken.None);

        Assert.Null(Total(rig.Refresher.Current));
        Assert.Equal(2, server.Requests);
    }

    [Fact]
    public async Task Apply_RemovedWhileFetching_NeverComesBack()
    {
        await using var server = await FeedServer.StartAsync();
        var release = new TaskCompletionSource();
        server.Answer = async _ => await release.Task;
        await using var rig = new MetricsRig();
        await rig.StartAsync(Costs(server, Minute));
        await server.NextRequestAsync();

        rig.Refresher.Apply([]);
        release.SetResult();
        await rig.Refresher.StopAsync(CancellationToken.None);

        Assert.Empty(rig.Refresher.Current.Sources);
    }

    [Fact]
    public async Task Apply_FinishedOnceOnlySourceRemoved_IsNoError()
    {
        await using var server = await FeedServer.StartAsync(Cheap);
        await using var rig = new MetricsRig();
        await rig.StartAsync(Costs(server, interval: null));
        await rig.AfterAttemptAsync(1);

        rig.Refresher.Apply([]);

        Assert.Empty(rig.Refresher.Current.Sources);
    }

    [Fact]
    public async Task Observed_Latencies_AppearWithTheNextSummary()
    {
        await using var rig = new MetricsRig();
        await rig.StartAsync(MetricsRig.Source(ModelMetricsSourceKind.Observed, null));
        await rig.AfterAttemptAsync(1);

        rig.Observed.Record("a", TimeSpan.FromSeconds(0.25));
        rig.Clock.Advance(RefreshSchedule.ObservedInterval);

        var snapshot = await rig.AfterAttemptAsync(2);
        Assert.True(snapshot.TryGetLatency("a", out var seconds));
        Assert.Equal(0.25, seconds);
    }

    [Fact]
    public async Task Snapshot_TwoSourcesKnowModel_FirstConfiguredCounts()
    {
        await using var first = await FeedServer.StartAsync(Cheap);
        await using var second = await FeedServer.StartAsync(Dear);
        await using var rig = new MetricsRig();
        await rig.StartAsync(Costs(first, Minute), Costs(second, Minute));

        var snapshot = await rig.UntilAsync(snapshot => snapshot.Sources.All(source => source.Attempts == 1));

        Assert.Equal(3, Total(snapshot));
    }

    [Theory]
    [InlineData(ModelMetricsSourceKind.DigitalOceanCatalog, """{"data":[{"model_id":"a","pricing":{"input_price_per_million":1e-6}}]}""", "fetched digitalocean pricing: 1 models")]
    [InlineData(ModelMetricsSourceKind.ModelsDev, """{"p":{"models":{"a":{"cost":{"input":1,"output":2}}}}}""", "fetched models.dev pricing: 1 models")]
    [InlineData(ModelMetricsSourceKind.Prometheus, """{"status":"success","data":{"result":[{"metric":{"model_name":"a"},"value":[1,"0.4"]}]}}""", "fetched prometheus latency metrics: 1 models")]
    public async Task Start_FirstFetch_IsLogged(ModelMetricsSourceKind kind, string feed, string line)
    {
        await using var server = await FeedServer.StartAsync(feed);
        await using var rig = new MetricsRig();
        await rig.StartAsync(MetricsRig.Source(kind, server.Address));
        await rig.AfterAttemptAsync(1);

        Assert.Contains($"Information {line}", rig.Lines);
    }

    [Fact]
    public async Task WarnAboutModelsWithoutMetrics_UnpricedCandidate_NamesModelAndRoute_E27()
    {
        await using var server = await FeedServer.StartAsync(Cheap);
        await using var rig = new MetricsRig();
        rig.Refresher.WarnAboutModelsWithoutMetrics(
        [
            new("code", "", ["a", "b"], SelectionPolicies.Find("cheapest")!),
            new("chat", "", ["a", "c"], SelectionPolicies.Find("fastest")!),
            new("any", "", ["d"], SelectionPolicies.Default),
        ]);
        Assert.Empty(rig.Lines);

        await rig.StartAsync(Costs(server, Minute));
        await rig.AfterAttemptAsync(1);
        await rig.Refresher.StopAsync(CancellationToken.None);

        Assert.Equal(
            [
                "Warning no price for b: it ranks last in route code",
                "Warning no latency for a: it ranks last in route chat",
                "Warning no latency for c: it ranks last in route chat",
            ],
            rig.Lines.Where(line => line.StartsWith("Warning", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Instruments_AfterFailure_ReportAgeAndOutcomes()
    {
        await using var server = await FeedServer.StartAsync(Cheap);
        await using var rig = new MetricsRig();
        var outcomes = new List<string?>();
        var ages = new List<double>();
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, self) =>
        {
            if (instrument.Meter.Name == GatewayMeter.Name && ReferenceEquals(instrument.Meter.Scope, rig.MeterScope))
                self.EnableMeasurementEvents(instrument);
        };
        listener.SetMeasurementEventCallback<long>((_, _, tags, _) => outcomes.Add(tags.ToArray().Single(tag => tag.Key == "outcome").Value as string));
        listener.SetMeasurementEventCallback<double>((_, age, _, _) => ages.Add(age));
        _ = rig.Refresher;
        listener.Start();

        await rig.StartAsync(Costs(server, Minute));
        await rig.AfterAttemptAsync(1);
        server.AnswerJson("nonsense");
        rig.Clock.Advance(Minute);
        await rig.AfterAttemptAsync(2);
        listener.RecordObservableInstruments();

        Assert.Equal(["ok", "format"], outcomes);
        Assert.Equal([60], ages);
    }

    [Fact]
    public void SourceConfig_AsText_ShowsNoSecret()
    {
        var source = new ModelMetricsSourceConfig(ModelMetricsSourceKind.CostEndpoint, new Uri("http://me:pass@costs/x?key=pass")) { BearerToken = "pass" };

        Assert.DoesNotContain("pass", source.ToString(), StringComparison.Ordinal);
    }

    private static ModelMetricsSourceConfig Costs(FeedServer server, TimeSpan? interval) =>
        MetricsRig.Source(ModelMetricsSourceKind.CostEndpoint, server.Address, interval);

    private static ModelMetricsSourceConfig Aliased(FeedServer server) =>
        Costs(server, Minute) with { ModelAliases = new Dictionary<string, string> { ["a"] = "alias-of-a" } };

    private static double? Total(ModelMetricsSnapshot snapshot, string model = "a") =>
        snapshot.TryGetPrice(model, out var price) ? price.Total : null;
}
