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
/// <item>a page of another origin is refused unless <see cref="ConfiguredCors"/> knows it; what a browser asks beforehand is answered there
/// (https://fetch.spec.whatwg.org/#http-cors-protocol), and what administers the gateway is nobody's;</item>
/// <item>where a body has to be JSON it says so, which a form cannot.</item>
/// </list>
/// Programs that are no browsers send no <c>Origin</c> and notice nothing of this.
/// </summary>
internal sealed class BrowserGuard(CurrentSnapshot current, ConfiguredCors cors, IRouterSource routers, TimeProvider time)
{
    private Known? _last;

    public Task GuardAsync(HttpContext context, RequestDelegate next)
    {
        var (request, access) = (context.Request, current.Value.Config.Browsers);
        if (!IsKnown(context.Connection.LocalIpAddress, request.Host, access.Hosts))
            return RefuseAsync(context, StatusCodes.Status403Forbidden, $"the gateway is not called {request.Host.Host} (routing.allowed_hosts)", "HostNotAllowed");
        if (request.Headers.TryGetValue("Origin", out var values) && values.ToString() is var origin
            && !HttpMethods.IsOptions(request.Method) && !IsOwn(origin, request.Host) && !cors.Allows(request.Path, origin))
        {
            return RefuseAsync(context, StatusCodes.Status403Forbidden, "pages of another origin may not use this (routing.cors)", "OriginNotAllowed");
        }

        return HasBody(request) && TakesJson(request.Path) && !IsJson(request.ContentType)
            ? RefuseAsync(context, StatusCodes.Status415UnsupportedMediaType, $"the body must be application/json, not {request.ContentType}", "UnsupportedMediaType")
            : next(context);
    }

    // Nearly all requests call the gateway what the one before did.
    private bool IsKnown(IPAddress? local, HostString host, IReadOnlyList<string> allowed)
    {
        if (_last is { } last && last.Host == host.Value && ReferenceEquals(last.Allowed, allowed) && Equals(last.Local, local))
            return true;
        if (!IsKnownHost(local, host, allowed))
            return false;
        _last = new Known(local, host.Value, allowed);
        return true;
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

    // Files and sounds come as forms.
    private static bool TakesJson(PathString path) =>
        path.StartsWithSegments("/v1/chat/completions") || path.StartsWithSegments("/v1/messages") || path.StartsWithSegments("/v1/responses")
        || path.StartsWithSegments("/routing") || path.StartsWithSegments("/admin");

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

    private sealed record Known(IPAddress? Local, string? Host, IReadOnlyList<string> Allowed);

    private Task RefuseAsync(HttpContext context, int status, string message, string code)
    {
        ProxyHeaders.WriteUnrouted(context, routers.ModeInForce, RequestId.Create(time.GetUtcNow()));
        return ErrorResponse.WriteAsync(context, ApiFormats.Guess(context.Request.Path), new ClientError(status, message, code));
    }
}
