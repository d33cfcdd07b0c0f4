using System.Collections.Concurrent;
using System.Text;
using System.Threading.Channels;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace ModelScan.Tests.ModelMetrics;

/// <summary>Somebody else's feed: a real server on a free port, whose answer a test may change while it runs.</summary>
internal sealed class FeedServer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly Channel<string> _requests = Channel.CreateUnbounded<string>();
    private int _count;

    private FeedServer(WebApplication app) => _app = app;

    public Uri Address => new(_app.Urls.First());

    public int Requests => Volatile.Read(ref _count);

    public ConcurrentQueue<string> Authorizations { get; } = new();

    public RequestDelegate Answer { get; set; } = context => context.Response.WriteAsync("{}");

    public static async Task<FeedServer> StartAsync(string? json = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var server = new FeedServer(builder.Build());
        if (json is not null)
            server.AnswerJson(json);
        server._app.Run(async context =>
        {
            Interlocked.Increment(ref server._count);
            server.Authorizations.Enqueue(context.Request.Headers.Authorization.ToString());
            server._requests.Writer.TryWrite($"{context.Request.Path}{context.Request.QueryString}");
            await server.Answer(context);
        });
        await server._app.StartAsync();
        return server;
    }

    public void AnswerJson(string json, int status = 200) => Answer = async context =>
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        await context.Response.Body.WriteAsync(Encoding.UTF8.GetBytes(json), context.RequestAborted);
    };

    /// <summary>Accepts requests and never answers, until the client gives up.</summary>
    public void Hang() => Answer = async context =>
    {
        var gone = new TaskCompletionSource();
        await using var registration = context.RequestAborted.Register(gone.SetResult);
        await gone.Task;
    };

    /// <summary>Waits for the next request and returns its path and query.</summary>
    public async Task<string> NextRequestAsync() => await _requests.Reader.ReadAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(20));

    public async ValueTask DisposeAsync()
    {
        using var brief = new CancellationTokenSource(TimeSpan.FromSeconds(2));
        await _app.StopAsync(brief.Token);
        await _app.DisposeAsync();
    }
}
