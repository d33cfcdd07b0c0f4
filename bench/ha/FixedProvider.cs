using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace HighAvailability;

/// <summary>A provider that answers after 20 ms, and streams an event every 100 ms for five seconds.</summary>
internal sealed class FixedProvider : IAsyncDisposable
{
    private const string Answer = """{"id":"c","object":"chat.completion","created":1,"model":"m","choices":[{"index":0,"message":{"role":"assistant","content":"Here it is."},"finish_reason":"stop"}],"usage":{"prompt_tokens":10,"completion_tokens":4,"total_tokens":14}}""";
    private const string Event = "data: {\"id\":\"c\",\"object\":\"chat.completion.chunk\",\"created\":1,\"model\":\"m\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\"word \"},\"finish_reason\":null}]}\n\n";
    private const string Last = "data: {\"id\":\"c\",\"object\":\"chat.completion.chunk\",\"created\":1,\"model\":\"m\",\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}\n\ndata: [DONE]\n\n";
    private const int Events = 50;

    private readonly WebApplication _app;

    private FixedProvider(WebApplication app) => _app = app;

    public Uri Address => new(_app.Urls.Single());

    public static async Task<FixedProvider> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        builder.Logging.ClearProviders();
        var app = builder.Build();
        app.MapPost("/{**path}", AnswerAsync);
        await app.StartAsync();
        return new FixedProvider(app);
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private static async Task AnswerAsync(HttpContext context)
    {
        using var reader = new StreamReader(context.Request.Body);
        var body = await reader.ReadToEndAsync(context.RequestAborted);
        if (!body.Contains("\"stream\":true", StringComparison.Ordinal))
        {
            await Task.Delay(20, context.RequestAborted);
            context.Response.ContentType = "application/json";
            await context.Response.WriteAsync(Answer, context.RequestAborted);
            return;
        }

        context.Response.ContentType = "text/event-stream";
        for (var i = 0; i < Events; i++)
        {
            await context.Response.WriteAsync(Event, context.RequestAborted);
            await context.Response.Body.FlushAsync(context.RequestAborted);
            await Task.Delay(100, context.RequestAborted);
        }

        await context.Response.WriteAsync(Last, context.RequestAborted);
    }
}
