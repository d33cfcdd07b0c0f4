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

    private RequestDelegate? _pipeline;

    /// <summary>Whether a request is one of these.</summary>
    public static bool Is(HttpContext context) => context.Features.Find<Mark>() is not null;

    /// <summary>Whether a request is one of these, on behalf of somebody who may administer the gateway.</summary>
    public static bool IsOfAdministrator(HttpContext context) => context.Features.Find<Mark>() is { IsOfAdministrator: true };

    /// <summary>Takes its place in the pipeline; what stands behind it, requests from here go through.</summary>
    public RequestDelegate Capture(RequestDelegate next)
    {
        _pipeline = next;
        return next;
    }

    /// <summary>Sends one.</summary>
    /// <param name="outer">The request on whose behalf: its connection, host and services are those of the new one.</param>
    /// <param name="sent">The new one.</param>
    /// <param name="isOfAdministrator">Whether whoever sent the outer request may administer the gateway.</param>
    /// <param name="answer">Takes the body of the answer; not closed.</param>
    /// <param name="cancellationToken">The client leaves.</param>
    /// <returns>Status and headers of the answer, when it is over.</returns>
    public async Task<HttpResponse> SendAsync(
        HttpContext outer, InnerRequest sent, bool isOfAdministrator, Stream answer, CancellationToken cancellationToken)
    {
        var pipeline = _pipeline ?? throw new InvalidOperationException("the gateway is not built yet");
        var context = new DefaultHttpContext { RequestServices = outer.RequestServices, RequestAborted = cancellationToken };
        if (outer.Features.Get<IHttpConnectionFeature>() is { } connection)
            context.Features.Set(connection);
        var (request, pathAndQuery) = (context.Request, sent.PathAndQuery);
        var query = pathAndQuery.IndexOf('?', StringComparison.Ordinal);
        (request.Method, request.Scheme, request.Host, request.Protocol) = (sent.Method, outer.Request.Scheme, outer.Request.Host, HttpProtocol.Http11);
        request.Path = PathString.FromUriComponent(query < 0 ? pathAndQuery : pathAndQuery[..query]);
        request.QueryString = query < 0 ? QueryString.Empty : new QueryString(pathAndQuery[query..]);
        foreach (var name in Forwarding)
        {
            if (outer.Request.Headers.TryGetValue(name, out var passedOn))
                request.Headers[name] = passedOn;
        }

        foreach (var (name, value) in sent.Headers)
            request.Headers[name] = value;
        if (!sent.Body.IsEmpty)
        {
            request.ContentType = "application/json";
            request.ContentLength = sent.Body.Length;
            request.Body = new MemoryStream(sent.Body.ToArray(), writable: false);
        }

        context.Features.Attach(new Mark(isOfAdministrator));
        context.Response.Body = answer;
        await pipeline(context);
        await context.Response.CompleteAsync();
        return context.Response;
    }

    private sealed record Mark(bool IsOfAdministrator);
}

/// <summary>A request that the gateway sends to itself.</summary>
/// <param name="Method">The HTTP method.</param>
/// <param name="PathAndQuery">Path and query, escaped.</param>
/// <param name="Body">JSON; empty for none.</param>
/// <param name="Headers">Further headers.</param>
internal readonly record struct InnerRequest(string Method, string PathAndQuery, ReadOnlyMemory<byte> Body, IReadOnlyList<KeyValuePair<string, string>> Headers);
