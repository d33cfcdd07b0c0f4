using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace ConsoleBenchmarks.Processes;

/// <summary>A provider that answers at once.</summary>
internal sealed class Upstream : IAsyncDisposable
{
    private readonly WebApplication _app;

    private Upstream(WebApplication app) => _app = app;

    public string Address => _app.Urls.First();

    public static async Task<Upstream> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        var app = builder.Build();
        app.Urls.Add("http://127.0.0.1:0");
        app.MapPost("/v1/chat/completions", static context =>
        {
            context.Response.ContentType = "application/json";
            return context.Response.WriteAsync("""{"id":"1","object":"chat.completion","model":"m","choices":[],"usage":{"prompt_tokens":1,"completion_tokens":1}}""");
        });
        await app.StartAsync();
        return new Upstream(app);
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}
