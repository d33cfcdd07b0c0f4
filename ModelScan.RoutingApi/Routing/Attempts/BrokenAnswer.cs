using ModelScan.RoutingApi.Configuration;
using ModelScan.RoutingApi.Dialects;
using ModelScan.RoutingApi.Pipeline;

namespace ModelScan.RoutingApi.Routing.Attempts;

/// <summary>
/// Ends an answer that has begun and cannot be completed. A clean end would be taken for a complete answer, whatever stands before it,
/// so the client's connection breaks off in every case.
/// </summary>
internal static class BrokenAnswer
{
    /// <summary>
    /// Ends an answer that passed byte for byte, as its provider did; an event of ours comes first where the configuration wants one, or where
    /// it is the gateway that breaks off.
    /// </summary>
    public static ValueTask EndAsync(RoutePlan plan, AttemptFailure failure, bool isBetweenEvents) =>
        isBetweenEvents && (failure.Kind == FailureKind.Overloaded || plan.Request.Snapshot.Config.BrokenStreams == BrokenStreams.Event) ? TellAsync(plan, failure.Error) : BreakOff(plan);

    /// <summary>Ends a stream of which nothing but the gateway's own comments has been sent: an event says why.</summary>
    public static async ValueTask TellAsync(RoutePlan plan, ClientError error)
    {
        SseErrorEvent.Write(plan.Response.Body, plan.Request.Format, error);
        await plan.Response.Body.FlushAsync(plan.Response.ClientLeft);
        plan.Response.BreakOff();
    }

    private static ValueTask BreakOff(RoutePlan plan)
    {
        plan.Response.BreakOff();
        return ValueTask.CompletedTask;
    }
}
