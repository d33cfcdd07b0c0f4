using ModelScan.ServiceDefaults;

namespace ModelScan.RoutingApi;

/// <summary>Puts the gateway together; the program and the tests start the same thing.</summary>
public static class GatewayHost
{
    /// <summary>Builds the gateway from command-line arguments and the environment.</summary>
    public static WebApplication Build(string[] args)
    {
        var builder = WebApplication.CreateBuilder(args);
        builder.AddServiceDefaults();
        var app = builder.Build();
        app.MapGet("/healthz", () => Results.Ok());
        app.MapDefaultEndpoints();
        return app;
    }
}
