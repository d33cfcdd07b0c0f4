using System.Text;
using ModelScan.RoutingApi.Configuration;
using ModelScan.RoutingApi.Endpoints;
using ModelScan.RoutingApi.Pipeline;
using ModelScan.RoutingApi.Routing;
using ModelScan.RoutingApi.Telemetry;
using ModelScan.ServiceDefaults;

namespace ModelScan.RoutingApi;

/// <summary>Puts the gateway together; the program and the tests start the same thing.</summary>
public static class GatewayHost
{
    /// <summary>Under which name the server logs.</summary>
    internal const string ServerCategory = "Microsoft.AspNetCore.Server.Kestrel";

    /// <summary>From which level on: it would tell every answer that a provider broke off as a defect; real ones are told by <see cref="ErrorResponse"/>.</summary>
    internal const LogLevel ServerLevel = LogLevel.Critical;

    /// <summary>Builds the gateway from command-line arguments and the environment.</summary>
    /// <param name="args">The command line.</param>
    /// <param name="configure">Changes what is registered, as tests do with the clock.</param>
    /// <exception cref="InvalidConfigException">The configuration is wrong.</exception>
    public static WebApplication Build(string[] args, Action<IServiceCollection>? configure = null)
    {
        // Settings lie beside the program; relative paths of the user's are relative to where the user is.
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { Args = args, ContentRootPath = AppContext.BaseDirectory });
        var file = ConfigFile.Locate(builder.Configuration);
        var loaded = file.Load();
        Listen(builder, loaded.Config.Listener);
        builder.AddServiceDefaults();

        builder.Logging.AddFilter(ServerCategory, ServerLevel);
        builder.Services.AddRouting(loaded).AddEndpoints(file);
        configure?.Invoke(builder.Services);

        var app = builder.Build();

        // Resolved here, so that a configuration that cannot be put in force stops the start with its reasons.
        _ = app.Services.GetRequiredService<CurrentSnapshot>();
        _ = app.Services.GetRequiredService<PrometheusExporter>();
        _ = app.Services.GetRequiredService<RouterSwitch>();
        app.Use(app.Services.GetRequiredService<ProxyMeter>().ObserveAsync);
        app.Use(ErrorResponse.CatchAsync);
        app.Use(app.Services.GetRequiredService<BrowserGuard>().GuardAsync);
        app.Use(Reachability.AnswerAsync);
        app.Use(app.Services.GetRequiredService<LoopGuard>().GuardAsync);
        app.MapDefaultEndpoints();

        // Handlers that take the context alone: binding parameters would load the expression compiler, 5 MB of it.
        app.MapMethods("/healthz", [HttpMethods.Get, HttpMethods.Head], static _ => Task.CompletedTask);
        app.Services.GetRequiredService<DecisionEndpoints>().Map(app);
        app.Services.GetRequiredService<ProxyEndpoints>().Map(app);
        app.Services.GetRequiredService<ModeEndpoints>().Map(app);
        app.Services.GetRequiredService<PlanoStateEndpoint>().Map(app);
        app.MapGet("/metrics", WriteMetricsAsync);
        app.Services.GetRequiredService<ModelListEndpoint>().Map(app);
        app.Services.GetRequiredService<AdminEndpoints>().Map(app);
        app.Services.GetRequiredService<ProvidersEndpoint>().Map(app);
        app.Services.GetRequiredService<HomePage>().Map(app);
        app.MapOpenApi();
        return app;
    }

    private static async Task WriteMetricsAsync(HttpContext context)
    {
        context.Response.ContentType = "text/plain; version=0.0.4; charset=utf-8";
        await using var writer = new StreamWriter(context.Response.Body, leaveOpen: true);
        await context.RequestServices.GetRequiredService<PrometheusExporter>().WriteAsync(writer, context.RequestAborted);
    }

    // The configuration's model listener says where to listen, unless whoever starts the gateway does.
    private static void Listen(WebApplicationBuilder builder, ModelListenerConfig listener)
    {
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;

            // A provider's headers arrive and leave as bytes, whatever alphabet they are in.
            kestrel.ResponseHeaderEncodingSelector = static _ => Encoding.Latin1;

            // Bodies are bounded by routing.max_request_body while they are read, and answered in the client's dialect.
            kestrel.Limits.MaxRequestBodySize = null;
        });
        var configuration = builder.Configuration;
        ListenAddress.Check(configuration["urls"]);
        if (string.IsNullOrEmpty(configuration["urls"]) && string.IsNullOrEmpty(configuration["http_ports"]) && string.IsNullOrEmpty(configuration["https_ports"])
            && !configuration.GetSection("Kestrel:Endpoints").Exists())
        {
            builder.WebHost.UseUrls(ListenAddress.Of(listener));
        }
    }
}
