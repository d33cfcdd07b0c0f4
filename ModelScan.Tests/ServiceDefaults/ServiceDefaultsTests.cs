using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using ModelScan.ServiceDefaults;

namespace ModelScan.Tests.ServiceDefaults;

public sealed class ServiceDefaultsTests
{
    [Fact]
    public async Task Telemetry_EndpointSet_SendsEverySignalUnderTheServiceName()
    {
        await using var collector = await OtlpCollector.StartAsync();
        await using (var service = await StartAsync(new()
        {
            ["OTEL_EXPORTER_OTLP_ENDPOINT"] = collector.Address,
            ["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf",
        }))
        {
            using var client = new HttpClient();
            await client.GetStringAsync(AddressOf(service));
            await service.StopAsync(); // sends what is left
        }

        Assert.Contains("telemetry-test", await collector.FirstAsync("traces"), StringComparison.Ordinal);
        Assert.Contains("telemetry-test", await collector.FirstAsync("metrics"), StringComparison.Ordinal);
        Assert.Contains("telemetry-test", await collector.FirstAsync("logs"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/health")]
    [InlineData("/alive")]
    public async Task HealthEndpoints_Production_Answer200(string path)
    {
        await using var service = await StartAsync(new() { ["environment"] = "Production" });
        using var client = new HttpClient();

        using var answer = await client.GetAsync(AddressOf(service) + path);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    [Theory]
    [InlineData("/health", HttpStatusCode.ServiceUnavailable)]
    [InlineData("/alive", HttpStatusCode.OK)]
    public async Task HealthEndpoints_NotReady_StaysAlive(string path, HttpStatusCode expected)
    {
        await using var service = await StartAsync([], services => services.AddHealthChecks().AddCheck("cold", () => HealthCheckResult.Unhealthy()));
        using var client = new HttpClient();

        using var answer = await client.GetAsync(AddressOf(service) + path);

        Assert.Equal(expected, answer.StatusCode);
    }

    [Fact]
    public async Task ServiceDiscovery_ServiceName_ReachesTheConfiguredAddress()
    {
        await using var target = await StartAsync([]);
        await using var service = await StartAsync(new() { ["services:metrics-mock:http:0"] = AddressOf(target) });
        using var client = service.Services.GetRequiredService<IHttpClientFactory>().CreateClient();

        Assert.Equal("hello", await client.GetStringAsync("http://metrics-mock/"));
    }

    [Fact]
    public async Task ServiceDiscovery_TwoAddresses_BothGetTheirTurn()
    {
        await using var first = await StartAsync([], greeting: "first");
        await using var second = await StartAsync([], greeting: "second");
        await using var service = await StartAsync(new()
        {
            ["services:prometheus:http:0"] = AddressOf(first),
            ["services:prometheus:http:1"] = AddressOf(second),
        });
        using var client = service.Services.GetRequiredService<IHttpClientFactory>().CreateClient();

        string[] answers = [await client.GetStringAsync("http://prometheus/"), await client.GetStringAsync("http://prometheus/")];

        Assert.Equal(["first", "second"], answers.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task ServiceDiscovery_HostThatIsNoService_IsLeftAsItIs()
    {
        await using var target = await StartAsync([]);
        await using var service = await StartAsync([]);
        using var client = service.Services.GetRequiredService<IHttpClientFactory>().CreateClient();

        Assert.Equal("hello", await client.GetStringAsync(AddressOf(target)));
    }

    private static string AddressOf(WebApplication service) =>
        service.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();

    private static async Task<WebApplication> StartAsync(
        Dictionary<string, string?> settings, Action<IServiceCollection>? configure = null, string greeting = "hello")
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions
        {
            ApplicationName = "telemetry-test",
            EnvironmentName = settings.GetValueOrDefault("environment"),
        });
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Configuration.AddInMemoryCollection(settings);
        builder.AddServiceDefaults();
        configure?.Invoke(builder.Services);
        var service = builder.Build();
        service.MapDefaultEndpoints();
        service.MapGet("/", () => greeting);
        await service.StartAsync();
        return service;
    }
}
