using System.Diagnostics;

namespace ModelScan.RoutingApi.Endpoints;

/// <summary>The trace that a request belongs to.</summary>
internal static class TraceId
{
    /// <summary>
    /// 32 lower-case hex digits: those of the client's <c>traceparent</c> (W3C Trace Context), else of the trace that the server
    /// began, else fresh ones.
    /// </summary>
    public static string Of(HttpContext context)
    {
        string? header = context.Request.Headers.TraceParent;
        if (header is { Length: >= 55 } && ActivityContext.TryParse(header, null, out var parent) && parent.TraceId != default)
            return parent.TraceId.ToHexString();
        return Current();
    }

    /// <summary>The trace that this process is in, else a fresh one.</summary>
    public static string Current() =>
        (Activity.Current?.TraceId is { } current && current != default ? current : ActivityTraceId.CreateRandom()).ToHexString();
}
