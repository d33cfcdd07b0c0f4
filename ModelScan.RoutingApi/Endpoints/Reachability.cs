using System.Collections.Frozen;

namespace ModelScan.RoutingApi.Endpoints;

/// <summary>
/// Answers clients that only want to know whether somebody is there, and HEAD wherever GET is answered (RFC 9110, 9.3.2): the server leaves
/// the body out itself. Which methods a path has, <see cref="ErrorResponse"/> says to those that ask.
/// </summary>
internal static class Reachability
{
    // Claude Code asks for one of these before its first request.
    private static readonly FrozenSet<string> Probed = FrozenSet.ToFrozenSet(["/", "/api/hello"], StringComparer.Ordinal);

    /// <summary>Not endpoints: those would make every other method on these paths a 405.</summary>
    public static Task AnswerAsync(HttpContext context, RequestDelegate next)
    {
        var request = context.Request;
        if (HttpMethods.IsOptions(request.Method) && Probed.Contains(request.Path.Value ?? ""))
        {
            context.Response.StatusCode = StatusCodes.Status204NoContent;
            context.Response.Headers.Allow = "GET, HEAD, OPTIONS";
            return Task.CompletedTask;
        }

        if (!HttpMethods.IsHead(request.Method))
            return next(context);
        return Probed.Contains(request.Path.Value ?? "") ? Task.CompletedTask : AsGetAsync(context, next);
    }

    private static async Task AsGetAsync(HttpContext context, RequestDelegate next)
    {
        var method = context.Request.Method;
        context.Request.Method = HttpMethods.Get;
        try
        {
            await next(context);
        }
        finally
        {
            context.Request.Method = method;
        }
    }
}
