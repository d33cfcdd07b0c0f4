using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace ModelScan.Tests.Cli;

/// <summary>A server that answers everything with one JSON text.</summary>
internal sealed class HttpFeed : IAsyncDisposable
{
    private readonly WebApplication _app;

    private HttpFeed(WebApplication app) => _app = app;

    public Uri Address => new(_app.Urls.Single());

    public static async Task<HttpFeed> StartAsync(string json)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        app.Run(context =>
        {
            context.Response.ContentType = "application/json";
            return context.Response.WriteAsync(json);
        });
        await app.StartAsync();
        return new HttpFeed(app);
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}
