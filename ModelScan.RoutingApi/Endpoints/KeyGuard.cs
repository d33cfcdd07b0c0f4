using System.Net;
using ModelScan.RoutingApi.Configuration;
using ModelScan.RoutingApi.Dialects;
using ModelScan.RoutingApi.Endpoints.RequestLog;
using ModelScan.RoutingApi.Endpoints.WebConsole;
using ModelScan.RoutingApi.Governance;
using ModelScan.RoutingApi.Governance.Keys;
using ModelScan.RoutingApi.Pipeline;
using ModelScan.RoutingApi.RequestLog.Records;

namespace ModelScan.RoutingApi.Endpoints;

/// <summary>
/// Lets in who may use the gateway. What is asked for is told by the endpoint that routing has found, and not by the path as it is written; and whatever is not
/// listed here as open needs a key:
/// <list type="number">
/// <item>health, the home page, the description of the API and the console's own files are open;</item>
/// <item><c>/admin</c> is for whoever has the admin key, or for this machine (<see cref="AdminAccess"/>); so is <c>/metrics</c> where the configuration says so;</item>
/// <item>everything else is for clients: with a key of the gateway's, or without one where <see cref="GovernanceConfig.AnonymousInForce"/> says so.</item>
/// </list>
/// A key that has been looked at is taken out of the headers: what is behind knows its owner (<see cref="Caller"/>), and nobody can hand it on.
/// </summary>
internal sealed partial class KeyGuard(CurrentSnapshot current, Governor governor, AdminAccess admin, IRouterSource routers, TimeProvider time, ILogger<KeyGuard> logger)
{
    private const string RequestLogPath = "/admin/requests";
    private static readonly string[] Open = ["/", "/health", "/healthz", "/alive", "/openapi/{documentName}.json"];
    private int _told;

    /// <summary>Whose request it is, as <see cref="GuardAsync"/> found it.</summary>
    public static Caller? CallerOf(HttpContext context, GatewaySnapshot snapshot) =>
        snapshot.Config.Governance.HasKeys ? context.Features.Find<Caller>() : Caller.Anonymous;

    /// <summary>Whether a request comes from this machine, not by way of a proxy.</summary>
    public static bool IsLocal(HttpContext context)
    {
        if (context.Connection.RemoteIpAddress is { } remote && !IPAddress.IsLoopback(remote.IsIPv4MappedToIPv6 ? remote.MapToIPv4() : remote))
            return false;
        var headers = context.Request.Headers;
        return !headers.ContainsKey("X-Forwarded-For") && !headers.ContainsKey("Forwarded");
    }

    /// <summary>Lets a request through, or refuses it.</summary>
    public Task GuardAsync(HttpContext context, RequestDelegate next)
    {
        // What routing knows nothing of is answered as not found, preflights are the business of CORS.
        if (context.GetEndpoint() is not RouteEndpoint { RoutePattern.RawText: { } pattern } || HttpMethods.IsOptions(context.Request.Method))
            return next(context);
        return pattern.StartsWith("/v1/", StringComparison.Ordinal) ? GuardClient(context, next) : GuardOther(context, next, pattern);
    }

    private Task GuardClient(HttpContext context, RequestDelegate next)
    {
        var config = current.Value.Config.Governance;
        return config.HasKeys ? GuardByKey(context, next, GovernanceRules.Of(config)) : MayBeAnonymous(context, config) ? next(context) : RefuseStranger(context);
    }

    private Task GuardOther(HttpContext context, RequestDelegate next, string pattern)
    {
        if (IsOpen(pattern))
            return next(context);
        if (IsOfAdmin(pattern))
            return admin.Refusal(context, isRequestLog: pattern.StartsWith(RequestLogPath, StringComparison.OrdinalIgnoreCase)) is { } refusal ? ErrorResponse.WriteAsync(context, ApiFormat.ChatCompletions, refusal) : next(context);
        if (pattern == "/metrics")
        {
            return current.Value.Config.Governance.ClosesMetrics && admin.Refusal(context, isRequestLog: false) is { } closed
                ? ErrorResponse.WriteAsync(context, ApiFormat.ChatCompletions, closed)
                : next(context);
        }

        return GuardClient(context, next);
    }

    private static bool IsOpen(string pattern) => pattern.StartsWith("/console", StringComparison.OrdinalIgnoreCase) || Array.IndexOf(Open, pattern) >= 0;

    private static bool IsOfAdmin(string pattern) => pattern.StartsWith("/admin", StringComparison.OrdinalIgnoreCase);

    // Who administers the gateway could make a key: the console asks models without one.
    private static bool MayBeAnonymous(HttpContext context, GovernanceConfig config) => InnerRequests.IsOfAdministrator(context) || config.AnonymousInForce switch
    {
        AnonymousAccess.Allow => true,
        AnonymousAccess.Loopback => IsLocal(context),
        _ => false,
    };

    private Task GuardByKey(HttpContext context, RequestDelegate next, GovernanceRules rules)
    {
        var (key, isWrong) = PresentedKey.Take(context.Request.Headers, rules.Keys, context.Features.Find<KeyMemo>());
        if (isWrong)
            return RefuseAsync(context, null, "the key is not one of this gateway's: one key, as 'Authorization: Bearer msk_…', x-api-key or x-modelscan-key");
        if (key is not null)
        {
            if (GatewayKeys.Problem(key, time.GetUtcNow()) is { } problem)
                return RefuseAsync(context, key.Id, $"the key '{key.Id}' {problem}");
            context.Features.Attach(rules.CallerOf(key));
            return next(context);
        }

        if (!MayBeAnonymous(context, rules.Config))
            return RefuseAsync(context, null, "a key of this gateway's is needed, as 'Authorization: Bearer msk_…' or x-api-key");
        context.Features.Attach(Caller.Anonymous);
        return next(context);
    }

    private Task RefuseAsync(HttpContext context, string? key, string message)
    {
        context.Response.Headers.WWWAuthenticate = "Bearer realm=\"modelscan\""; // RFC 9110, 11.6.1
        return RefuseAsync(context, key, new ClientError(StatusCodes.Status401Unauthorized, message, "invalid_api_key"));
    }

    private Task RefuseStranger(HttpContext context)
    {
        if (Interlocked.Exchange(ref _told, 1) == 0)
            Log.NoKeys(logger, context.Connection.RemoteIpAddress);
        return RefuseAsync(context, null, new ClientError(
            StatusCodes.Status403Forbidden, "this gateway has no keys, and without any it answers its own machine alone: its operator sets governance.keys, or governance.anonymous: allow", "AnonymousNotAllowed"));
    }

    private Task RefuseAsync(HttpContext context, string? key, ClientError error)
    {
        governor.Refused(key, error.Code, null, isShadow: false);
        ProxyHeaders.WriteUnrouted(context, routers.ModeInForce, RequestId.Create(time.GetUtcNow()));
        return ErrorResponse.WriteAsync(context, ApiFormats.Guess(context.Request.Path), error);
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "A client at {Address} is refused: there are no keys, and without any the gateway answers its own machine alone. Set governance.keys ('modelscan key new' makes one), or governance.anonymous: allow (Governance__Anonymous=allow) where something else keeps strangers out")]
        public static partial void NoKeys(ILogger logger, IPAddress? address);
    }
}
