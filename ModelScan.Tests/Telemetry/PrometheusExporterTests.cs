using System.Diagnostics.Metrics;
using ModelScan.RoutingApi.Telemetry;

namespace ModelScan.Tests.Telemetry;

public sealed class PrometheusExporterTests
{
    [Fact]
    public async Task Write_Gauges_TellTheirValuesOfNow()
    {
        using var meter = new Meter("test");
        using var exporter = new PrometheusExporter(candidate => ReferenceEquals(candidate, meter));
        var (age, states) = (1.5, new List<string> { "starting" });
        meter.CreateObservableGauge("modelscan.age", () => age, "s", "Age.");
        meter.CreateObservableGauge("modelscan.state", () => states.Select(state => new Measurement<int>(1, new KeyValuePair<string, object?>("state", state))), null, "State.");
        meter.CreateObservableGauge("modelscan.count", () => 3L);
        var text = await WriteAsync(exporter);
        Assert.Contains("# TYPE modelscan_age_seconds gauge\nmodelscan_age_seconds 1.5\n", text, StringComparison.Ordinal);
        Assert.Contains("modelscan_state{state=\"starting\"} 1\n", text, StringComparison.Ordinal);
        Assert.Contains("modelscan_count 3\n", text, StringComparison.Ordinal);

        (age, states[0]) = (2.5, "healthy");
        text = await WriteAsync(exporter);
        Assert.Contains("modelscan_age_seconds 2.5\n", text, StringComparison.Ordinal);
        Assert.Contains("modelscan_state{state=\"healthy\"} 1\n", text, StringComparison.Ordinal);
        Assert.DoesNotContain("starting", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Write_ScrapedByManyAtOnce_EveryoneSeesEachGaugeOnce()
    {
        using var meter = new Meter("test");
        using var exporter = new PrometheusExporter(candidate => ReferenceEquals(candidate, meter));
        meter.CreateObservableGauge("modelscan.age", () => 1.5, "s", "Age.");
        var texts = await Task.WhenAll(Enumerable.Range(0, 32).Select(_ => Task.Run(() => WriteAsync(exporter))));
        Assert.All(texts, text => Assert.Contains("modelscan_age_seconds 1.5\n", text, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Write_Money_IsNamedByItsCurrency()
    {
        using var meter = new Meter("test");
        using var exporter = new PrometheusExporter(candidate => ReferenceEquals(candidate, meter));
        meter.CreateCounter<double>("modelscan.request.cost", "{USD}", "Cost.").Add(0.25);
        Assert.Contains("# TYPE modelscan_request_cost_usd_total counter\nmodelscan_request_cost_usd_total 0.25\n", await WriteAsync(exporter), StringComparison.Ordinal);
    }

    private static async Task<string> WriteAsync(PrometheusExporter exporter)
    {
        using var writer = new StringWriter();
        await exporter.WriteAsync(writer, CancellationToken.None);
        return writer.ToString();
    }
}
