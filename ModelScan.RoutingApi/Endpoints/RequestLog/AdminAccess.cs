using System.Net;
using System.Security.Cryptography;
using System.Text;
using ModelScan.RoutingApi.Dialects;
using ModelScan.RoutingApi.Pipeline;
using ModelScan.RoutingApi.RequestLog.Stores;

namespace ModelScan.RoutingApi.Endpoints.RequestLog;

/// <summary>
/// Lets in who may administer the gateway and see the log of requests: whoever has the admin key (<c>governance.admin_key</c>; for the log also <c>request_log.admin_key</c>), or, where there is none, clients of
/// this machine that speak to it by a name of this machine. What a proxy passes on is not of this machine, and neither is a page of somebody else's whose name leads here.
/// </summary>
internal sealed class AdminAccess(CurrentSnapshot current)
{
    /// <summary>An endpoint for those alone; it says so where the log cannot be read or changed at this moment.</summary>
    public RequestDelegate Guard(RequestDelegate next) => async context =>
    {
        context.Response.Headers.CacheControl = "no-store";
        if (Refusal(context, isRequestLog: true) is { } refusal)
        {
            await ErrorResponse.WriteAsync(context, ApiFormat.ChatCompletions, refusal);
            return;
        }

        try
        {
            await next(context);
        }
        catch (RequestStoreException exception) when (!context.Response.HasStarted)
        {
            await ErrorResponse.WriteAsync(context, ApiFormat.ChatCompletions, new ClientError(StatusCodes.Status503ServiceUnavailable, exception.Message, "RequestLogUnavailable"));
        }
    };

    /// <summary>Why a client may not; <see langword="null"/> where it may.</summary>
    /// <param name="context">The request.</param>
    /// <param name="isRequestLog">Whether it is about the log of requests, which may have a key of its own.</param>
    public ClientError? Refusal(HttpContext context, bool isRequestLog)
    {
        var config = current.Value.Config;
        var (key, ofLog) = (config.Governance.AdminKey, isRequestLog ? config.RequestLog.AdminKey : null);
        if (key is null && ofLog is null)
        {
            // What was asked and said is told to this machine by its own names alone; the rest also by names that others give it (BrowserGuard).
            return (isRequestLog ? IsLocal(context) : KeyGuard.IsLocal(context)) ? null : new ClientError(
                StatusCodes.Status403Forbidden,
                isRequestLog
                    ? "the log of requests answers this machine alone, at localhost; set governance.admin_key or request_log.admin_key to open it with a key"
                    : "/admin answers this machine alone; set governance.admin_key to open it with a key",
                "AdminKeyMissing");
        }

        // Both are always compared: how long it takes tells nothing.
        var authorization = context.Request.Headers.Authorization;
        var given = authorization.Count == 1 && authorization.ToString() is var text && text.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase) ? text["Bearer ".Length..].Trim() : "";
        return IsSame(given, key) | IsSame(given, ofLog)
            ? null
            : new ClientError(StatusCodes.Status401Unauthorized, $"the admin key ({(key is null ? "request_log" : "governance")}.admin_key) is needed as bearer token", "AdminKeyInvalid");
    }

    private static bool IsSame(string given, string? key) =>
        CryptographicOperations.FixedTimeEquals(SHA256.HashData(Encoding.UTF8.GetBytes(given)), SHA256.HashData(Encoding.UTF8.GetBytes(key ?? ""))) && !string.IsNullOrEmpty(key);

    private static bool IsLocal(HttpContext context)
    {
        if (!KeyGuard.IsLocal(context))
            return false;
        var host = context.Request.Host.Host;
        return host.Length == 0 || host.Equals("localhost", StringComparison.OrdinalIgnoreCase) || host.EndsWith(".localhost", StringComparison.OrdinalIgnoreCase)
            || (IPAddress.TryParse(host.Trim('[', ']'), out var named) && IPAddress.IsLoopback(named));
    }
}
