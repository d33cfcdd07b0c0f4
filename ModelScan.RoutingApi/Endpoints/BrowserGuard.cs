using System.Net;
using ModelScan.RoutingApi.Dialects;
using ModelScan.RoutingApi.Pipeline;
using ModelScan.RoutingApi.RequestLog.Records;

namespace ModelScan.RoutingApi.Endpoints;

/// <summary>
/// Keeps pages of other sites from using the gateway through somebody's browser. A page may send anything anywhere without being asked as
/// long as it looks like a form, and by DNS rebinding it may even read the answer: its own name then leads to this machine. So
/// <list type="number">
/// <item>a loopback address answers only to names that nobody outside can point there, and to those that are configured;</item>
/// <item>a page of another origin is refused unless that is configured; then it gets what CORS asks for (https://fetch.spec.whatwg.org/#http-cors-protocol);</item>
/// <item>a body says that it is JSON, which a form cannot.</item>
/// </list>
/// Programs that are no browsers send no <c>Origin</c> and notice nothing of this.
/// </summary>
internal sealed class BrowserGuard(CurrentSnapshot current, IRouterSource routers, TimeProvider time)
{
    private const string CacheSeconds = "600";

    public Task GuardAsync(HttpContext context, RequestDelegate next)
    {
        var (request, access) = (context.Request, current.Value.Config.Browsers);
        if (!IsKnownHost(context.Connection.LocalIpAddress, request.Host, access.Hosts))
            return RefuseAsync(context, StatusCodes.Status403Forbidden, $"the gateway is not called {request.Host.Host} (routing.allowed_hosts)", "HostNotAllowed");
        if (request.Headers.TryGetValue("Origin", out var values) && values.ToString() is var origin && !IsOwn(origin, request.Host))
        {
            if (!access.Origins.Contains("*") && !access.Origins.Contains(origin.ToLowerInvariant()))
                return RefuseAsync(context, StatusCodes.Status403Forbidden, "pages of another origin may not use the gateway (routing.allowed_origins)", "OriginNotAllowed");
            Allow(context, origin);
            if (HttpMethods.IsOptions(request.Method) && request.Headers.ContainsKey("Access-Control-Request-Method"))
                return AnswerPreflight(context);
        }

        return HasBody(request) && !IsJson(request.ContentType)
            ? RefuseAsync(context, StatusCodes.Status415UnsupportedMediaType, $"the body must be application/json, not {request.ContentType}", "UnsupportedMediaType")
            : next(context);
    }

    /// <summary>Whether a host name is one by which this listener may be called.</summary>
    /// <param name="local">The address that was connected to; <see langword="null"/> where it is none.</param>
    /// <param name="host">The name in the request.</param>
    /// <param name="allowed">Configured names.</param>
    internal static bool IsKnownHost(IPAddress? local, HostString host, IReadOnlyList<string> allowed)
    {
        if (!host.HasValue || (allowed.Count == 0 && local is not null && !IPAddress.IsLoopback(local)))
            return true;
        var name = host.Host;

        // What public DNS cannot point anywhere: addresses, names without a dot, and the reserved ends of RFC 6761 and ICANN's .internal.
        if (IPAddress.TryParse(name.Trim('[', ']'), out _) || !name.TrimEnd('.').Contains('.', StringComparison.Ordinal)
            || EndsIn(name, ".localhost") || EndsIn(name, ".internal") || EndsIn(name, ".test") || EndsIn(name, ".invalid"))
        {
            return true;
        }

        foreach (var known in allowed)
        {
            if (known.StartsWith("*.", StringComparison.Ordinal) ? EndsIn(name, known[1..]) : name.Equals(known, StringComparison.OrdinalIgnoreCase))
                return true;
        }

        return false;
    }

    private static bool EndsIn(string name, string end) => name.TrimEnd('.').EndsWith(end, StringComparison.OrdinalIgnoreCase);

    // By host and port alone: whoever ends TLS in front of the gateway leaves it with http.
    private static bool IsOwn(string origin, HostString host)
    {
        var at = origin.IndexOf("://", StringComparison.Ordinal);
        if (at < 0 || !host.HasValue)
            return false;
        var authority = new HostString(origin[(at + 3)..]);
        return authority.Host.Equals(host.Host, StringComparison.OrdinalIgnoreCase)
            && (authority.Port == host.Port || (authority.Port ?? DefaultPort(origin)) == (host.Port ?? DefaultPort(origin)));
    }

    private static int DefaultPort(string origin) => origin.StartsWith("https:", StringComparison.OrdinalIgnoreCase) ? 443 : 80;

    private static bool HasBody(HttpRequest request) => request.ContentLength > 0 || request.Headers.ContainsKey("Transfer-Encoding");

    // Without a type it passes: a page could send that, but not without its origin.
    private static bool IsJson(string? type)
    {
        if (string.IsNullOrEmpty(type))
            return true;
        var semicolon = type.IndexOf(';', StringComparison.Ordinal);
        var essence = (semicolon < 0 ? type : type.AsSpan(0, semicolon)).Trim();
        return essence.Equals("application/json", StringComparison.OrdinalIgnoreCase) || essence.Equals("text/json", StringComparison.OrdinalIgnoreCase)
            || essence.EndsWith("+json", StringComparison.OrdinalIgnoreCase);
    }

    private static void Allow(HttpContext context, string origin)
    {
        var headers = context.Response.Headers;
        headers.AccessControlAllowOrigin = origin;
        headers.AccessControlExposeHeaders = "*";
        headers.Append("Vary", "Origin");
    }

    private static Task AnswerPreflight(HttpContext context)
    {
        var headers = context.Response.Headers;
        context.Response.StatusCode = StatusCodes.Status204NoContent;
        headers.AccessControlAllowMethods = "GET, POST, PUT, DELETE";
        headers.AccessControlAllowHeaders = context.Request.Headers.AccessControlRequestHeaders;
        headers.AccessControlMaxAge = CacheSeconds;
        return Task.CompletedTask;
    }

    private Task RefuseAsync(HttpContext context, int status, string message, string code)
    {
        ProxyHeaders.WriteUnrouted(context, routers.ModeInForce, RequestId.Create(time.GetUtcNow()));
        return ErrorResponse.WriteAsync(context, ApiFormats.Guess(context.Request.Path), new ClientError(status, message, code));
    }
}
