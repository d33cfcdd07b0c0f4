using ModelScan.Tests.Support;

namespace ModelScan.Tests.Endpoints;

/// <summary>Every gauge has a sample when there is something to tell.</summary>
public sealed class GaugeTests
{
    [Fact]
    public async Task Metrics_PricesHaveBeenFetched_TellTheirAge()
    {
        await using var prices = RawUpstream.Start("HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 67\r\n\r\n{\"openai/gpt-4o\":{\"input_per_million\":2.5,\"output_per_million\":10}}");
        await using var gateway = await GatewayUnderTest.StartAsync(TestConfig.Empty
            .Model("openai/gpt-4o")
            .Yaml($$"""model_metrics_sources: [{ type: cost_metrics, url: "{{prices.Address}}" }]"""));
        await Eventually.TrueAsync(
            async () => (await gateway.Client.GetStringAsync(new Uri("/metrics", UriKind.Relative))).Contains("modelscan_model_metrics_age_seconds{source=", StringComparison.Ordinal),
            "the age of the prices");
    }
}
