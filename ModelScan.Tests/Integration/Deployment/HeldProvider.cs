using System.Net;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace ModelScan.Tests.Integration.Deployment;

/// <summary>
/// A provider on this machine whose streams say one word and then wait until the test lets them go on; everything else it answers at once.
/// </summary>
internal sealed class HeldProvider : IAsyncDisposable
{
    private const string Whole = """{"id":"1","object":"chat.completion","created":1,"model":"m","choices":[{"index":0,"message":{"role":"assistant","content":"whole"},"finish_reason":"stop"}],"usage":{"prompt_tokens":1,"completion_tokens":1,"total_tokens":2}}""";

    private readonly WebApplication _app;
    private readonly TaskCompletionSource _go = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _open;

    private HeldProvider(WebApplication app) => _app = app;

    /// <summary>Where it answers; on loopback alone.</summary>
    public Uri Address => new(_app.Urls.Single());

    /// <summary>Streams that have said their first word and wait.</summary>
    public int Open => Volatile.Read(ref _open);

    public static async Task<HeldProvider> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseKestrel(kestrel =>
        {
            kestrel.Limits.MaxRequestBodySize = null;
            kestrel.Listen(IPAddress.Loopback, 0);
        });
        builder.Logging.ClearProviders();
        var app = builder.Build();
        var provider = new HeldProvider(app);
        app.MapPost("/v1/chat/completions", provider.AnswerAsync);
        await app.StartAsync();
        return provider;
    }

    /// <summary>Lets every stream end, those that are yet to come as well.</summary>
    public void Release() => _go.TrySetResult();

    public async ValueTask DisposeAsync()
    {
        Release();
        await _app.DisposeAsync();
    }

    /// <summary>A request for a whole answer, or for a stream.</summary>
    public static HttpContent Ask(bool stream, string text = "hi") => new StringContent(
        $$"""{"model":"openai/m","stream":{{(stream ? "true" : "false")}},"messages":[{"role":"user","content":"{{text}}"}]}""", Encoding.UTF8, "application/json");

    private async Task AnswerAsync(HttpContext context)
    {
        using var reader = new StreamReader(context.Request.Body);
        var isStream = (await reader.ReadToEndAsync(context.RequestAborted)).Contains("\"stream\":true", StringComparison.Ordinal);
        if (!isStream)
        {
            context.Response.ContentType = "application/json";
            await context.Response.WriteAsync(Whole, context.RequestAborted);
            return;
        }

        context.Response.ContentType = "text/event-stream";
        await SayAsync(context, "first", null);
        Interlocked.Increment(ref _open);
        await _go.Task.WaitAsync(context.RequestAborted);
        await SayAsync(context, "last", "stop");
        await context.Response.WriteAsync("data: [DONE]\n\n", context.RequestAborted);
    }

    private static async Task SayAsync(HttpContext context, string word, string? end)
    {
        var finish = end is null ? "null" : $"\"{end}\"";
        await context.Response.WriteAsync(
            $$"""data: {"id":"1","object":"chat.completion.chunk","created":1,"model":"m","choices":[{"index":0,"delta":{"content":"{{word}}"},"finish_reason":{{finish}}}]}""" + "\n\n", context.RequestAborted);
        await context.Response.Body.FlushAsync(context.RequestAborted);
    }
}
