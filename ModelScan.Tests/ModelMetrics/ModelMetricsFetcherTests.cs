using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using ModelScan.RoutingApi.Configuration;
using ModelScan.RoutingApi.ModelMetrics;

namespace ModelScan.Tests.ModelMetrics;

public sealed class ModelMetricsFetcherTests
{
    private const string Costs = """{"a":{"input_per_million":1,"output_per_million":2}}""";

    [Fact]
    public async Task FetchAsync_CostEndpoint_SendsBearerToken()
    {
        await using var server = await FeedServer.StartAsync(Costs);
        await using var rig = new MetricsRig();

        var reading = await rig.Fetcher.FetchAsync(CostEndpoint(server.Address) with { BearerToken = "s3cret" }, CancellationToken.None);

        Assert.Equal(1, reading.Models);
        Assert.Equal(["Bearer s3cret"], server.Authorizations);
    }

    [Fact]
    public async Task FetchAsync_Prometheus_QueriesUnderItsPath()
    {
        await using var server = await FeedServer.StartAsync("""{"status":"success","data":{"resultType":"vector","result":[]}}""");
        await using var rig = new MetricsRig();
        var source = new ModelMetricsSourceConfig(ModelMetricsSourceKind.Prometheus, new Uri(server.Address, "/prom/")) { Query = "p95{job=\"a b\"} + 1" };

        await rig.Fetcher.FetchAsync(source, CancellationToken.None);

        Assert.Equal("/prom/api/v1/query?query=p95%7Bjob%3D%22a%20b%22%7D%20%2B%201", await server.NextRequestAsync());
    }

    [Fact]
    public async Task FetchAsync_ModelsDev_TellsWhatModelsTakeBesideTheirPrices()
    {
        await using var server = await FeedServer.StartAsync("""{"maker":{"models":{"m-1":{"cost":{"input":1,"output":2},"limit":{"output":77}}}}}""");
        await using var rig = new MetricsRig();

        await rig.Fetcher.FetchAsync(new ModelMetricsSourceConfig(ModelMetricsSourceKind.ModelsDev, server.Address), CancellationToken.None);

        Assert.Equal(77, rig.Models.Current.Find("maker", "m-1", "maker").Output);
    }

    [Fact]
    public async Task FetchAsync_StatusWithValidJson_IsRefused()
    {
        await using var server = await FeedServer.StartAsync();
        server.AnswerJson(Costs, status: 500);
        await using var rig = new MetricsRig();

        var refused = await FailsAsync(rig, CostEndpoint(server.Address));

        Assert.Equal(("status", "answered with status 500"), (refused.Outcome, refused.Message));
    }

    [Theory]
    [InlineData("<html>")]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{"a":{"input_per_million":"x"}}""")]
    public async Task FetchAsync_AnswerWithoutPrices_IsRefused(string body)
    {
        await using var server = await FeedServer.StartAsync(body);
        await using var rig = new MetricsRig();

        Assert.Equal("format", (await FailsAsync(rig, CostEndpoint(server.Address))).Outcome);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task FetchAsync_HugeBody_IsRefused(bool announced)
    {
        await using var server = await FeedServer.StartAsync();
        server.Answer = async context =>
        {
            var spaces = new byte[1 << 20];
            spaces.AsSpan().Fill((byte)' ');
            if (announced)
                context.Response.ContentLength = ModelMetricsFetcher.MaxResponseBytes + 1L;
            for (var written = 0; written <= ModelMetricsFetcher.MaxResponseBytes && !context.RequestAborted.IsCancellationRequested; written += spaces.Length)
                await context.Response.Body.WriteAsync(spaces, context.RequestAborted);
        };
        await using var rig = new MetricsRig();

        Assert.Equal("too_large", (await FailsAsync(rig, CostEndpoint(server.Address))).Outcome);
    }

    [Fact]
    public async Task FetchAsync_NoAnswer_TimesOut()
    {
        await using var server = await FeedServer.StartAsync();
        server.Hang();
        await using var rig = new MetricsRig();

        var fetch = FailsAsync(rig, CostEndpoint(server.Address));
        await server.NextRequestAsync();
        rig.Clock.Advance(ModelMetricsFetcher.TotalTimeout);

        Assert.Equal("timeout", (await fetch).Outcome);
    }

    [Fact]
    public async Task FetchAsync_BrokenTransfer_IsRefused()
    {
        await using var server = await FeedServer.StartAsync();
        server.Answer = async context =>
        {
            context.Response.ContentLength = 100;
            await context.Response.WriteAsync("{");
            await context.Response.Body.FlushAsync();
            context.Abort();
        };
        await using var rig = new MetricsRig();

        Assert.Equal("transfer", (await FailsAsync(rig, CostEndpoint(server.Address))).Outcome);
    }

    [Theory]
    [InlineData(2, true)]
    [InlineData(3, false)]
    public async Task FetchAsync_DeadAddresses_AreTriedThreeTimesInAll(int dead, bool works)
    {
        await using var server = await FeedServer.StartAsync(Costs);
        var resolver = new RoundRobin([.. Enumerable.Repeat(ClosedPort(), dead), server.Address.Port]);
        await using var rig = new MetricsRig(services => services.AddHttpClient(ModelMetricsFetcher.ClientName).AddHttpMessageHandler(() => resolver));
        var source = CostEndpoint(new Uri("http://pricing-service/"));

        if (works)
            Assert.Equal(1, (await rig.Fetcher.FetchAsync(source, CancellationToken.None)).Models);
        else
            Assert.Equal("connect", (await FailsAsync(rig, source)).Outcome);
        Assert.Equal(3, resolver.Asked);
    }

    [Fact]
    public async Task FetchAsync_DigitalOceanPages_AreFollowedOnTheSameServerOnly()
    {
        await using var server = await FeedServer.StartAsync();
        server.Answer = context => context.Response.WriteAsync(context.Request.Query["page"].ToString() switch
        {
            "" => Page("a", "?page=2"),
            "2" => Page("b", "http://elsewhere.invalid/?page=3"),
            _ => "unexpected",
        });
        await using var rig = new MetricsRig();

        var reading = await rig.Fetcher.FetchAsync(MetricsRig.Source(ModelMetricsSourceKind.DigitalOceanCatalog, server.Address), CancellationToken.None);

        Assert.Equal(2, reading.Models);
    }

    [Fact]
    public async Task FetchAsync_PagesWithoutEnd_Stops()
    {
        await using var server = await FeedServer.StartAsync();
        server.Answer = context => context.Response.WriteAsync(Page("a", $"?page={server.Requests + 1}"));
        await using var rig = new MetricsRig();

        await rig.Fetcher.FetchAsync(MetricsRig.Source(ModelMetricsSourceKind.DigitalOceanCatalog, server.Address), CancellationToken.None);

        Assert.Equal(20, server.Requests);
    }

    [Fact]
    public async Task FetchAsync_Cancelled_Throws()
    {
        await using var server = await FeedServer.StartAsync();
        server.Hang();
        await using var rig = new MetricsRig();
        using var cancel = new CancellationTokenSource();

        var fetch = rig.Fetcher.FetchAsync(CostEndpoint(server.Address), cancel.Token);
        await server.NextRequestAsync();
        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => fetch);
    }

    private static string Page(string model, string next) =>
        $$$"""{"data":[{"model_id":"{{{model}}}","pricing":{"input_price_per_million":1e-6}}],"links":{"pages":{"next":"{{{next}}}"} } }""";

    private static ModelMetricsSourceConfig CostEndpoint(Uri url) => MetricsRig.Source(ModelMetricsSourceKind.CostEndpoint, url);

    private static Task<ModelMetricsFetchException> FailsAsync(MetricsRig rig, ModelMetricsSourceConfig source) =>
        Assert.ThrowsAsync<ModelMetricsFetchException>(() => rig.Fetcher.FetchAsync(source, CancellationToken.None));

    private static int ClosedPort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    /// <summary>Stands where service discovery stands: each request for the name goes to the next address.</summary>
    private sealed class RoundRobin(int[] ports) : DelegatingHandler
    {
        public int Asked { get; private set; }

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            request.RequestUri = new UriBuilder(request.RequestUri!) { Host = "127.0.0.1", Port = ports[Asked++ % ports.Length] }.Uri;
            return base.SendAsync(request, cancellationToken);
        }
    }
}
