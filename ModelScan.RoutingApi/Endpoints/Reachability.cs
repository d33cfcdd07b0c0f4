using System.Collections.Frozen;

namespace ModelScan.RoutingApi.Endpoints;

/// <summary>Answers clients that only want to know whether somebody is there, or which methods there are.</summary>
internal static class Reachability
{
    // Claude Code asks for one of the first two before its first request.
    private static readonly FrozenSet<string> Probed = FrozenSet.ToFrozenSet(["/", "/api/hello"], StringComparer.Ordinal);

    private static readonly FrozenSet<string> Posted =
        FrozenSet.ToFrozenSet(["/v1/chat/completions", "/v1/messages", "/v1/messages/count_tokens", "/v1/responses", "/v1/responses/compact"], StringComparer.Ordinal);

    /// <summary>Not endpoints: those would make every other method on these paths a 405.</summary>
    public static Task AnswerAsync(HttpContext context, RequestDelegate next)
    {
        var request = context.Request;
        if (HttpMethods.IsHead(request.Method) && Probed.Contains(request.Path.Value ?? ""))
            return Task.CompletedTask;
        if (!HttpMethods.IsOptions(request.Method) || !Posted.Contains(request.Path.Value ?? ""))
            return next(context);

        // Which methods there are, and no more: pages of other sites may not ask with somebody's key.
        context.Response.StatusCode = StatusCodes.Status204NoContent;
        context.Response.Headers.Allow = "POST, OPTIONS";
        return Task.CompletedTask;
    }
}
