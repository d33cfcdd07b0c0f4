using System.Collections.Concurrent;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace ModelScan.Tests.ServiceDefaults;

/// <summary>Takes telemetry as a collector does: OTLP over HTTP, in protobuf, one path for each signal.</summary>
internal sealed class OtlpCollector : IAsyncDisposable
{
    private readonly WebApplication _server;
    private readonly ConcurrentDictionary<string, TaskCompletionSource<string>> _posts = new();

    private OtlpCollector(WebApplication server) => _server = server;

    public string Address => _server.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();

    public static async Task<OtlpCollector> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var server = builder.Build();
        var collector = new OtlpCollector(server);
        server.MapPost("/v1/{signal}", collector.TakeAsync);
        await server.StartAsync();
        return collector;
    }

    /// <summary>The first post of a signal: <c>traces</c>, <c>metrics</c> or <c>logs</c>. Strings stand in protobuf as they are, in UTF-8.</summary>
    public Task<string> FirstAsync(string signal) => PostsOf(signal).Task.WaitAsync(TimeSpan.FromSeconds(30));

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    private async Task<IResult> TakeAsync(string signal, HttpRequest request)
    {
        using var body = new MemoryStream();
        await request.Body.CopyToAsync(body);
        PostsOf(signal).TrySetResult(Encoding.UTF8.GetString(body.ToArray()));
        return Results.Bytes([], "application/x-protobuf");
    }

    private TaskCompletionSource<string> PostsOf(string signal) =>
        _posts.GetOrAdd(signal, _ => new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously));
}
