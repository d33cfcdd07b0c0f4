using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using ModelScan.RoutingApi.Decisions.RouterModels;

namespace ModelScan.Tests.Decisions.RouterModels;

/// <summary>A router model's endpoint on the loopback interface, and a classifier that asks it.</summary>
internal sealed class RouterModelServer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ServiceProvider _services;

    private RouterModelServer(WebApplication app, ServiceProvider services)
    {
        _app = app;
        _services = services;
    }

    /// <summary>What the endpoint does; by default it names no route.</summary>
    public Func<HttpContext, Task> Answer { get; set; } = Completion("""{"route": []}""");

    public ConcurrentQueue<ReceivedRequest> Requests { get; } = new();

    public SemaphoreSlim Received { get; } = new(0);

    public FakeTimeProvider Clock { get; } = new();

    public ConcurrentQueue<(LogLevel Level, string Message)> Logs { get; } = new();

    public IMeterFactory Meters => _services.GetRequiredService<IMeterFactory>();

    public Uri Url => new(_app.Urls.First());

    public static async Task<RouterModelServer> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();

        var services = new ServiceCollection().AddMetrics();
        services.AddRouterModelHttpClient();
        var server = new RouterModelServer(app, services.BuildServiceProvider());
        app.Run(server.HandleAsync);
        await app.StartAsync();
        return server;
    }

    /// <summary>An answer of status 200 with the content in its first choice.</summary>
    public static Func<HttpContext, Task> Completion(string content) =>
        Raw(200, JsonSerializer.Serialize(new { choices = new[] { new { message = new { role = "assistant", content } } } }));

    public static Func<HttpContext, Task> Raw(int status, string body) => context =>
    {
        context.Response.StatusCode = status;
        return context.Response.WriteAsync(body);
    };

    /// <summary>A classifier that asks this server and falls back to the embedded classifier.</summary>
    public RouterModelClassifier Classifier(Func<RouterModelOptions, RouterModelOptions>? configure = null)
    {
        var options = new RouterModelOptions(Url);
        return new RouterModelClassifier(
            configure?.Invoke(options) ?? options,
            Embedded.ShippedClassifier.Shared,
            _services.GetRequiredService<IHttpClientFactory>(),
            Clock,
            Meters,
            new QueueLogger(Logs));
    }

    public async ValueTask DisposeAsync()
    {
        using var soon = new CancellationTokenSource(TimeSpan.FromSeconds(5));
        await _app.StopAsync(soon.Token);
        await _app.DisposeAsync();
        await _services.DisposeAsync();
        Received.Dispose();
    }

    private async Task HandleAsync(HttpContext context)
    {
        using var reader = new StreamReader(context.Request.Body, Encoding.UTF8);
        var body = await reader.ReadToEndAsync(context.RequestAborted);
        var headers = context.Request.Headers.ToDictionary(header => header.Key, header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase);
        Requests.Enqueue(new ReceivedRequest(context.Request.Method, context.Request.Path, headers, body));
        Received.Release();
        await Answer(context);
    }

    private sealed class QueueLogger(ConcurrentQueue<(LogLevel Level, string Message)> logs) : ILogger<RouterModelClassifier>
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            logs.Enqueue((logLevel, formatter(state, exception)));
    }
}

/// <summary>What reached the endpoint.</summary>
internal sealed record ReceivedRequest(string Method, string Path, IReadOnlyDictionary<string, string> Headers, string Body)
{
    public string Prompt => JsonDocument.Parse(Body).RootElement.GetProperty("messages")[0].GetProperty("content").GetString()!;

    public string Model => JsonDocument.Parse(Body).RootElement.GetProperty("model").GetString()!;
}
