using System.Globalization;
using ModelScan.RoutingApi.Configuration;
using ModelScan.RoutingApi.Dialects;
using ModelScan.RoutingApi.Dialects.Translation;
using ModelScan.RoutingApi.Providers;
using ModelScan.RoutingApi.Resources;

namespace ModelScan.RoutingApi.Routing.Attempts;

/// <summary>Tells what an exception on the way to or from a provider means.</summary>
internal static class AttemptFailures
{
    /// <summary>The failure behind an exception; <see langword="null"/> for one that is a defect of the gateway's own.</summary>
    public static AttemptFailure? Of(ModelTarget target, Exception exception, AttemptDeadline deadline, TimeoutsConfig limits) => exception switch
    {
        OperationCanceledException when deadline.IsCutOff => AttemptFailure.Busy(target, ShuttingDown, UpstreamVerdict.Refuse),
        OperationCanceledException when deadline.IsReached => AttemptFailure.Timeout(target, deadline.Reached),
        OperationCanceledException { InnerException: TimeoutException } =>
            AttemptFailure.Timeout(target, string.Create(CultureInfo.InvariantCulture, $"no connection within {limits.Connect.TotalSeconds:0.###} s")),
        ProviderAnswerException { Error: { } error } => AttemptFailure.Said(target, error),
        ProviderAnswerException => AttemptFailure.Unreadable(target, exception.Message),
        InvalidDataException => AttemptFailure.Unreadable(target, "its answer is not encoded as it says"),
        MemoryBudgetException or OutOfMemoryException => AttemptFailure.Busy(target, ClientError.Busy(exception as MemoryBudgetException ?? new MemoryBudgetException()), UpstreamVerdict.Refuse),
        HttpRequestException { InnerException: NoConnectionLeftException none } => AttemptFailure.Busy(target, NoConnection(none), UpstreamVerdict.TryAnother),
        HttpRequestException or IOException => AttemptFailure.Network(target, exception),
        _ => null,
    };

    private static ClientError ShuttingDown { get; } =
        new(StatusCodes.Status503ServiceUnavailable, "service unavailable: the gateway is shutting down; try again", "GatewayShutdown") { RetryAfter = MemoryBudget.RetryAfterSeconds };

    private static ClientError NoConnection(NoConnectionLeftException exception) =>
        new(StatusCodes.Status503ServiceUnavailable, $"service unavailable: {exception.Message}", "GatewayBusy") { RetryAfter = MemoryBudget.RetryAfterSeconds };
}
