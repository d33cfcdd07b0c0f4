using System.Text;
using ModelScan.RoutingApi.Configuration;
using ModelScan.RoutingApi.Endpoints;
using ModelScan.RoutingApi.Endpoints.RequestLog;
using ModelScan.RoutingApi.Endpoints.Sockets;
using ModelScan.RoutingApi.Endpoints.WebConsole;
using ModelScan.RoutingApi.Pipeline;
using ModelScan.RoutingApi.Resources;
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
    /// <exception cref="InvalidOperationException">The process may have too few files open.</exception>
    public static WebApplication Build(string[] args, Action<IServiceCollection>? configure = null)
    {
        // Settings lie beside the program; relative paths of the user's are relative to where the user is.
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { Args = args, ContentRootPath = AppContext.BaseDirectory });
        ConnectionLimits.Check(FileDescriptors.Limit());
        var file = ConfigFile.Locate(builder.Configuration);
        var loaded = file.Load();
        Listen(builder, loaded.Config.Listener);
        builder.AddServiceDefaults();

        builder.Logging.AddFilter(ServerCategory, ServerLevel);
        builder.Services.AddRequestConsole();

        // It tells addresses with the credentials in them.
        builder.Logging.AddFilter("Microsoft.Extensions.ServiceDiscovery", LogLevel.Warning);
        builder.Services.AddRouting(loaded).AddEndpoints(file);
        if (builder.Configuration["shutdownTimeoutSeconds"] is null)
        {
            var shutdown = loaded.Config.Shutdown;
            builder.Services.Configure<HostOptions>(options => options.ShutdownTimeout = shutdown.Delay + shutdown.Timeout);
        }

        configure?.Invoke(builder.Services);

        var app = builder.Build();

        // Resolved here, so that a configuration that cannot be put in force stops the start with its reasons.
        _ = app.Services.GetRequiredService<CurrentSnapshot>();
        _ = app.Services.GetRequiredService<PrometheusExporter>();
        _ = app.Services.GetRequiredService<RouterSwitch>();
        _ = app.Services.GetRequiredService<ConfigMeter>();
        app.Use(VersionlessPaths.CompleteAsync);
        app.Use(app.Services.GetRequiredService<ProxyMeter>().ObserveAsync);
        app.Use(app.Services.GetRequiredService<InnerRequests>().Capture);
        app.Use(ErrorResponse.CatchAsync);
        app.Use(app.Services.GetRequiredService<BrowserGuard>().GuardAsync);
        app.Use(Reachability.AnswerAsync);
        app.UseRouting(); // behind what changes path and method
        app.Use(new ThreadChoice(app.Services.GetRequiredService<CurrentSnapshot>()).ChooseAsync);

        // Each asks for services, or adds a feature, in every request that comes by: only those that concern it do.
        app.UseWhen(static context => context.Request.Headers.Origin.Count > 0, ConfiguredCors.Use);
        app.Use(app.Services.GetRequiredService<KeyGuard>().GuardAsync);
        app.Use(app.Services.GetRequiredService<RequestDecoding>().DecodeAsync);
        app.Use(app.Services.GetRequiredService<LoopGuard>().GuardAsync);
        app.UseWhen(MayBecomeSocket, static sockets => sockets.UseWebSockets());
        app.MapDefaultEndpoints();

        // Handlers that take the context alone: binding parameters would load the expression compiler, 5 MB of it.
        app.MapMethods("/healthz", [HttpMethods.Get, HttpMethods.Head], static _ => Task.CompletedTask);
        app.Services.GetRequiredService<DecisionEndpoints>().Map(app);
        app.Services.GetRequiredService<ProxyEndpoints>().Map(app);
        app.Services.GetRequiredService<StoredResponseEndpoints>().Map(app);
        app.Services.GetRequiredService<ResponsesSocketEndpoint>().Map(app);
        app.Services.GetRequiredService<DoorEndpoints>().Map(app);
        app.Services.GetRequiredService<ModeEndpoints>().Map(app);
        app.Services.GetRequiredService<PlanoStateEndpoint>().Map(app);
        app.MapGet("/metrics", WriteMetricsAsync);
        app.Services.GetRequiredService<ModelListEndpoint>().Map(app);
        app.Services.GetRequiredService<AdminEndpoints>().Map(app);
        app.Services.GetRequiredService<ProvidersEndpoint>().Map(app);
        app.Services.GetRequiredService<KeysEndpoint>().Map(app);
        app.Services.GetRequiredService<LimitsEndpoint>().Map(app);
        app.Services.GetRequiredService<RequestLogEndpoints>().Map(app);
        app.Services.GetRequiredService<RequestTailEndpoint>().Map(app);
        app.Services.GetRequiredService<FeedbackEndpoints>().Map(app);
        app.Services.GetRequiredService<RedecideEndpoint>().Map(app);
        app.Services.GetRequiredService<ConsoleEndpoint>().Map(app);
        app.Services.GetRequiredService<HomePage>().Map(app);
        app.MapOpenApi();
        return app;
    }

    // By HTTP/1.1's header, or HTTP/2's extended CONNECT.
    private static bool MayBecomeSocket(HttpContext context) => context.Request.Headers.Upgrade.Count > 0 || HttpMethods.IsConnect(context.Request.Method);

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
            var limits = kestrel.ApplicationServices.GetRequiredService<ConnectionLimits>();
            kestrel.ConfigureEndpointDefaults(listen =>
            {
                kestrel.ApplicationServices.GetRequiredService<ClientConnections>().Watch(listen);
                PriorKnowledge.Watch(listen);
            });
            kestrel.AllowAlternateSchemes = true;

            // A provider's headers arrive and leave as bytes, whatever alphabet they are in.
            kestrel.ResponseHeaderEncodingSelector = static _ => Encoding.Latin1;

            // Bodies are bounded by routing.max_request_body while they are read, and answered in the client's dialect.
            kestrel.Limits.MaxRequestBodySize = null;
            kestrel.Limits.MaxRequestBufferSize = limits.RequestBuffer;
            kestrel.Limits.Http2.InitialConnectionWindowSize = limits.RequestBuffer;
            kestrel.Limits.Http2.InitialStreamWindowSize = Math.Min(limits.RequestBuffer, kestrel.Limits.Http2.InitialStreamWindowSize);
            kestrel.Limits.MaxConcurrentUpgradedConnections = limits.Upgraded;
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
