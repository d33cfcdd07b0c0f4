using System.Buffers;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using ModelScan.RoutingApi.Capabilities;
using ModelScan.RoutingApi.Dialects.Translation;

namespace ModelScan.Tests.Dialects.Translation;

/// <summary>
/// Nothing but translations between two sockets: Responses clients reach a provider's Chat Completions, chat clients its Responses.
/// </summary>
internal sealed class TranslatingProxy : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly HttpClient _provider;

    private TranslatingProxy(WebApplication app, Uri provider)
    {
        _app = app;
        _provider = new HttpClient { BaseAddress = provider, Timeout = TimeSpan.FromSeconds(30) };
    }

    public Uri Address => new(_app.Urls.Single());

    public static async Task<TranslatingProxy> StartAsync(Uri provider)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        var app = builder.Build();
        app.Urls.Add("http://127.0.0.1:0");
        var proxy = new TranslatingProxy(app, provider);
        app.MapPost("/v1/responses", request => proxy.AnswerAsync(request, new Pair(ApiFormat.Responses, ApiFormat.ChatCompletions)));
        app.MapPost("/v1/chat/completions", request => proxy.AnswerAsync(request, new Pair(ApiFormat.ChatCompletions, ApiFormat.Responses)));
        await app.StartAsync();
        return proxy;
    }

    public async ValueTask DisposeAsync()
    {
        _provider.Dispose();
        await _app.DisposeAsync();
    }

    private async Task AnswerAsync(HttpContext http, Pair translator)
    {
        var body = new MemoryStream();
        await http.Request.Body.CopyToAsync(body, http.RequestAborted);
        var number = 0;
        var context = new TranslationContext("gpt-4o", "gpt-4o", new ModelCapabilities { ReasoningEffort = true }, TimeProvider.System, () => $"{++number:D24}");
        var exchange = translator.Translate(body.ToArray(), context);
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/v1/{translator.Provider.Suffix()}")
        {
            Content = new StringContent(Encoding.UTF8.GetString(exchange.Body.Span), Encoding.UTF8, "application/json"),
        };
        using var answer = await _provider.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, http.RequestAborted);
        if (!answer.IsSuccessStatusCode)
            throw new InvalidOperationException(await answer.Content.ReadAsStringAsync(http.RequestAborted));

        var client = new ArrayBufferWriter<byte>();
        var isStream = answer.Content.Headers.ContentType?.MediaType == "text/event-stream";
        http.Response.ContentType = isStream ? "text/event-stream" : "application/json";
        if (!isStream)
        {
            exchange.TranslateAnswer(await answer.Content.ReadAsByteArrayAsync(http.RequestAborted), client);
            await http.Response.Body.WriteAsync(client.WrittenMemory, http.RequestAborted);
            return;
        }

        var stream = exchange.OpenStream();
        await using var events = await answer.Content.ReadAsStreamAsync(http.RequestAborted);
        var piece = new byte[64];
        for (var count = await events.ReadAsync(piece, http.RequestAborted); count > 0; count = await events.ReadAsync(piece, http.RequestAborted))
            stream.Write(piece.AsSpan(0, count), client);
        stream.End(client);
        await http.Response.Body.WriteAsync(client.WrittenMemory, http.RequestAborted);
    }
}
