using ModelScan.MetricsMock.Feeds;
using ModelScan.MetricsMock.Journal;
using ModelScan.MetricsMock.Models;
using ModelScan.MetricsMock.Providers;
using ModelScan.MetricsMock.Providers.OpenAiResponses;
using ModelScan.ServiceDefaults;

namespace ModelScan.MetricsMock;

/// <summary>Puts the mock together; the program and the tests start the same thing.</summary>
public static class MetricsMockHost
{
    // The Messages API refuses what is larger than 32 MB.
    private const long MaxRequestBytes = 32 << 20;

    /// <summary>Builds the mock from command-line arguments and the environment, on the system's clock.</summary>
    /// <exception cref="InvalidOperationException">A configured value is out of its range; the message names its key.</exception>
    public static WebApplication Build(string[] args) => Build(args, TimeProvider.System);

    /// <summary>Builds the mock on a clock of the caller's; latencies, pauses between events and times in answers come from it.</summary>
    /// <exception cref="InvalidOperationException">A configured value is out of its range; the message names its key.</exception>
    public static WebApplication Build(string[] args, TimeProvider time)
    {
        var builder = WebApplication.CreateBuilder(args);
        builder.AddServiceDefaults();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Limits.MaxRequestBodySize = MaxRequestBytes);
        if (builder.Configuration["urls"] is null && builder.Configuration["http_ports"] is null && builder.Configuration["https_ports"] is null)
            builder.WebHost.UseUrls("http://localhost:8080");

        var options = MetricsMockOptions.Read(builder.Configuration);
        builder.Services.AddSingleton(options);
        builder.Services.AddSingleton(time);
        builder.Services.AddSingleton(new ModelRegistry(options.Models));
        builder.Services.AddSingleton<RequestJournal>();
        builder.Services.AddSingleton<RequestCounts>();
        builder.Services.AddSingleton<PromptCache>();
        builder.Services.AddSingleton<KeptResponses>();
        builder.Services.AddSingleton<ProviderExchange>();

        var app = builder.Build();
        app.MapModels();
        app.MapJournal();
        app.MapPrometheus();
        app.MapCatalogues();
        app.MapProviders();
        app.MapDefaultEndpoints();
        return app;
    }
}
