using System.Collections.Concurrent;
using System.Net;
using System.Text;

namespace ModelScan.Tests.Support;

/// <summary>
/// Providers without a network: answers requests by the name of their host, in process. Give it to the gateway's connections as the
/// factory of handlers, and hosts without a dot to the providers.
/// </summary>
internal sealed class ScriptedProviders : HttpMessageHandler, IHttpMessageHandlerFactory
{
    private readonly ConcurrentDictionary<string, Func<ScriptedRequest, Task<HttpResponseMessage>>> _scripts = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, int> _asked = new(StringComparer.Ordinal);

    /// <summary>The bodies that arrived, in order, where a script let them be read.</summary>
    public ConcurrentQueue<(string Host, string Body)> Bodies { get; } = new();

    /// <summary>Says what a provider does with each of its requests.</summary>
    public ScriptedProviders On(string host, Func<ScriptedRequest, Task<HttpResponseMessage>> script)
    {
        _scripts[host] = script;
        return this;
    }

    /// <summary>Says what a provider answers to everything, once it has read what was asked.</summary>
    public ScriptedProviders On(string host, Func<int, HttpResponseMessage> answer) => On(host, async request =>
    {
        Bodies.Enqueue((host, await request.ReadAsync()));
        return answer(request.Number);
    });

    /// <summary>How many requests a provider has got.</summary>
    public int Asked(string host) => _asked.GetValueOrDefault(host);

    public HttpMessageHandler CreateHandler(string name) => this;

    /// <summary>A whole answer.</summary>
    public static HttpResponseMessage Json(string body, int status = 200, params (string Name, string Value)[] headers)
    {
        var response = new HttpResponseMessage((HttpStatusCode)status) { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        foreach (var (name, value) in headers)
            response.Headers.TryAddWithoutValidation(name, value);
        return response;
    }

    /// <summary>A stream of pieces that each arrive by themselves, then the end, or <paramref name="failure"/> instead of it.</summary>
    public static HttpResponseMessage Stream(IEnumerable<string> pieces, Exception? failure = null, string contentType = "text/event-stream")
    {
        var response = new HttpResponseMessage(HttpStatusCode.OK) { Content = new StreamContent(new PiecewiseStream(pieces, failure)) };
        response.Content.Headers.TryAddWithoutValidation("Content-Type", contentType);
        response.Headers.TransferEncodingChunked = true;
        return response;
    }

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var host = request.RequestUri!.Host;
        var number = _asked.AddOrUpdate(host, 1, static (_, count) => count + 1) - 1;
        return _scripts[host](new ScriptedRequest(request, number, cancellationToken));
    }
}

/// <summary>A request at a provider of <see cref="ScriptedProviders"/>.</summary>
/// <param name="Message">What came.</param>
/// <param name="Number">Which one at this provider, from 0.</param>
/// <param name="Cancelled">Cancelled when the gateway gives up.</param>
internal sealed record ScriptedRequest(HttpRequestMessage Message, int Number, CancellationToken Cancelled)
{
    public async Task<string> ReadAsync() => Message.Content is { } content ? await content.ReadAsStringAsync(Cancelled) : "";
}
