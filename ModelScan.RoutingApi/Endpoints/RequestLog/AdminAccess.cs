using System.Net;
using System.Security.Cryptography;
using System.Text;
using ModelScan.RoutingApi.Dialects;
using ModelScan.RoutingApi.Pipeline;
using ModelScan.RoutingApi.RequestLog.Stores;

namespace ModelScan.RoutingApi.Endpoints.RequestLog;

/// <summary>
/// Lets in who may see the log of requests: whoever has the admin key, or, where there is none, clients of this machine that speak to it by a
/// name of this machine. What a proxy passes on is not of this machine, and neither is a page of somebody else's whose name leads here.
/// </summary>
internal sealed class AdminAccess(CurrentSnapshot current)
{
    /// <summary>An endpoint for those alone; it says so where the log cannot be read or changed at this moment.</summary>
    public RequestDelegate Guard(RequestDelegate next) => async context =>
    {
        context.Response.Headers.CacheControl = "no-store";
        if (Refusal(context) is { } refusal)
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

    private ClientError? Refusal(HttpContext context)
    {
        if (current.Value.Config.RequestLog.AdminKey is not { } key)
        {
            return IsLocal(context) ? null : new ClientError(
                StatusCodes.Status403Forbidden, "the log of requests answers this machine alone, at localhost; set request_log.admin_key to open it with a key", "AdminKeyMissing");
        }

        var authorization = context.Request.Headers.Authorization.ToString();
        var given = authorization.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase) ? authorization["Bearer ".Length..].Trim() : "";
        return CryptographicOperations.FixedTimeEquals(SHA256.HashData(Encoding.UTF8.GetBytes(given)), SHA256.HashData(Encoding.UTF8.GetBytes(key)))
            ? null
            : new ClientError(StatusCodes.Status401Unauthorized, "the log of requests needs the admin key (request_log.admin_key) as bearer token", "AdminKeyInvalid");
    }

    private static bool IsLocal(HttpContext context)
    {
        var headers = context.Request.Headers;
        if (headers.ContainsKey("X-Forwarded-For") || headers.ContainsKey("Forwarded") || context.Connection.RemoteIpAddress is { } address && !IPAddress.IsLoopback(address))
            return false;
        var host = context.Request.Host.Host;
        return host.Length == 0 || host.Equals("localhost", StringComparison.OrdinalIgnoreCase) || host.EndsWith(".localhost", StringComparison.OrdinalIgnoreCase)
            || (IPAddress.TryParse(host.Trim('[', ']'), out var named) && IPAddress.IsLoopback(named));
    }
}
