using ModelScan.AppHost;
using ModelScan.AppHost.Demo;

var builder = DistributedApplication.CreateBuilder(DemoTraffic.Arguments(args));

#if DOCKER_COMPOSE // where the package feed has Aspire.Hosting.Docker: see eng/docker-package
builder.AddDockerComposeEnvironment("compose");
#endif

// Keys may be left empty: the mock then plays that provider. They are taken from user secrets
// (Parameters:openai-api-key) or from the variables that the providers' own tools read.
var openAiKey = builder.AddOptionalKey("openai-api-key", "OPENAI_API_KEY");
var anthropicKey = builder.AddOptionalKey("anthropic-api-key", "ANTHROPIC_API_KEY");

// The outside world in a box: latency metrics, price catalogues and LLM providers.
var metricsMock = builder.AddProject<Projects.ModelScan_MetricsMock>("metrics-mock")
    .WithHttpHealthCheck("/health")
    .WithUrlForEndpoint("http", url => (url.Url, url.DisplayText) = ("/models", "Models"));
var mockAddress = metricsMock.GetEndpoint("http");

// The endpoint that every client speaks to.
var gateway = builder.AddProject<Projects.ModelScan_RoutingApi>("routing-api")
    .WithHttpEndpoint(port: 12000)
    .WithExternalHttpEndpoints()
    .WithHttpHealthCheck("/health")
    .WithReference(metricsMock)
    .WaitFor(metricsMock)
    .WithEnvironment("Routing__Mode", builder.Configuration["Mode"] ?? "policy") // --Mode=direct, plano_proxy, plano_embedded
    .WithEnvironment("OPENAI_API_KEY", openAiKey)
    .WithEnvironment("ANTHROPIC_API_KEY", anthropicKey)
    .WithUrlForEndpoint("http", url => url.DisplayText = "Gateway")
    .WithUrlForEndpoint("http", _ => new ResourceUrlAnnotation { Url = "/console", DisplayText = "Console" });

if (builder.ExecutionContext.IsRunMode)
{
    // Published, the gateway takes the same file out of itself, and no provider is played by the mock.
    gateway
        .WithEnvironment("MODELSCAN_CONFIG", Path.GetFullPath("../samples/modelscan.yaml", builder.AppHostDirectory))
        .WithEnvironment("MockProviders", mockAddress) // every provider without a key; with one, the real provider is called
        .WithEnvironment("Routing__AllowModeHeader", "true")
        .WithEnvironment("Routing__Fallback", "true")
        .WithModeCommands();

    // --Demo: requests as clients send them, so that there is something to see.
    if (builder.Configuration["Demo"] is not null)
    {
        gateway.WithDemoTraffic(mockAddress);
    }
}

// A Plano that runs elsewhere, for mode plano_proxy.
if (builder.Configuration["Plano:BaseUrl"] is { Length: > 0 } externalPlano)
{
    gateway.WithEnvironment("Routing__Proxy__BaseUrl", externalPlano);
}

if (!await ContainerSupport.IsWantedAsync(builder))
{
    // Without Prometheus the mock answers the same queries under its name.
    gateway.WithEnvironment("services__prometheus__http__0", mockAddress);
}
else
{
    // Containers are never waited for: one that cannot be pulled or started leaves the gateway as good as without it.
    var prometheus = builder.AddPrometheus("prometheus")
        .WithScrapeTarget("metrics-mock", mockAddress)
        .WithUrlForEndpoint("http", url => url.DisplayText = "Prometheus");

    var plano = builder.AddPlano("plano", image: builder.Configuration["Plano:Image"])
        .WithPlanoConfiguration(builder.Configuration["Plano:Config"] ?? "Plano/plano_config.yaml")
        .WithProviderKey("OPENAI_API_KEY", openAiKey)
        .WithProviderKey("ANTHROPIC_API_KEY", anthropicKey)
        .WithPlanoTracing();

    var cache = builder.AddRedis("cache");

    gateway
        .WithReference(prometheus)
        .WithEnvironment("services__prometheus__http__1", mockAddress) // tried next while Prometheus does not answer
        .WithReference(plano)
        .WithReference(cache);

    // The container is the AppHost's: in both of Plano's modes the gateway only connects to it.
    var planoAddress = plano.GetEndpoint(PlanoResource.ModelEndpointName);
    gateway.WithEnvironment("Routing__Embedded__Address", planoAddress);
    if (builder.Configuration["Plano:BaseUrl"] is not { Length: > 0 })
    {
        gateway.WithEnvironment("Routing__Proxy__BaseUrl", planoAddress);
    }
}

builder.Build().Run();
