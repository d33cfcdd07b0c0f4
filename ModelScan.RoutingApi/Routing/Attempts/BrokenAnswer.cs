using ModelScan.RoutingApi.Dialects;
using ModelScan.RoutingApi.Dialects.Sse;

namespace ModelScan.RoutingApi.Routing.Attempts;

/// <summary>
/// Ends an answer that has begun and cannot be completed. A stream that merely stopped would be taken for a complete answer, so
/// it gets an error event where one can be put, and else loses its connection.
/// </summary>
internal static class BrokenAnswer
{
    public static async ValueTask EndAsync(ProxyExchange exchange, ClientError error, bool isBetweenEvents)
    {
        if (!isBetweenEvents)
        {
            exchange.Http.Abort();
            return;
        }

        var writer = exchange.Response.BodyWriter;
        SseErrorEvent.Write(writer, exchange.Format, error);
        await writer.FlushAsync(exchange.Http.RequestAborted);
    }
}
