using Microsoft.AspNetCore.Http.Features;

namespace ModelScan.RoutingApi.Endpoints.WebConsole;

/// <summary>
/// Requests that the gateway sends to itself, through the same pipeline as everybody's and without a connection: what checks requests on their
/// way in checks these, too.
/// </summary>
internal sealed class InnerRequests
{
    // What tells that a proxy passed the outer request on, so that the inner one is taken for no other than that.
    private static readonly string[] Forwarding = ["Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto"];

    private static readonly object Marker = new();

    private RequestDelegate? _pipeline;

    /// <summary>Whether a request is one of these.</summary>
    public static bool Is(HttpContext context) => context.Items.ContainsKey(Marker);

    /// <summary>Takes its place in the pipeline; what stands behind it, requests from here go through.</summary>
    public RequestDelegate Capture(RequestDelegate next)
    {
        _pipeline = next;
        return next;
    }

    /// <summary>Sends one.</summary>
    /// <param name="outer">The request on whose behalf: its connection, host and services are those of the new one.</param>
    /// <param name="method">The HTTP method.</param>
    /// <param name="pathAndQuery">Path and query, escaped.</param>
    /// <param name="body">JSON; empty for none.</param>
    /// <param name="headers">Further headers.</param>
    /// <param name="answer">Takes the body of the answer; not closed.</param>
    /// <param name="cancellationToken">The client leaves.</param>
    /// <returns>Status and headers of the answer, when it is over.</returns>
    public async Task<HttpResponse> SendAsync(
        HttpContext outer, string method, string pathAndQuery, ReadOnlyMemory<byte> body, IEnumerable<KeyValuePair<string, string>> headers, Stream answer, CancellationToken cancellationToken)
    {
        var pipeline = _pipeline ?? throw new InvalidOperationException("the gateway is not built yet");
        var context = new DefaultHttpContext { RequestServices = outer.RequestServices, RequestAborted = cancellationToken };
        if (outer.Features.Get<IHttpConnectionFeature>() is { } connection)
            context.Features.Set(connection);
        var (request, query) = (context.Request, pathAndQuery.IndexOf('?', StringComparison.Ordinal));
        (request.Method, request.Scheme, request.Host, request.Protocol) = (method, outer.Request.Scheme, outer.Request.Host, HttpProtocol.Http11);
        request.Path = PathString.FromUriComponent(query < 0 ? pathAndQuery : pathAndQuery[..query]);
        request.QueryString = query < 0 ? QueryString.Empty : new QueryString(pathAndQuery[query..]);
        foreach (var name in Forwarding)
        {
            if (outer.Request.Headers.TryGetValue(name, out var passedOn))
                request.Headers[name] = passedOn;
        }

        foreach (var (name, value) in headers)
            request.Headers[name] = value;
        if (!body.IsEmpty)
        {
            request.ContentType = "application/json";
            request.ContentLength = body.Length;
            request.Body = new MemoryStream(body.ToArray(), writable: false);
        }

        context.Items[Marker] = Marker;
        context.Response.Body = answer;
        await pipeline(context);
        await context.Response.CompleteAsync();
        return context.Response;
    }
}
