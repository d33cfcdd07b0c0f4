using ModelScan.RoutingApi.Pipeline;
using ModelScan.RoutingApi.Providers.Health;

namespace ModelScan.RoutingApi.Routing.Attempts;

/// <summary>What an attempt says about whoever was asked.</summary>
internal static class HealthSignals
{
    /// <summary>The signal; <see langword="null"/> where the attempt says nothing (the client left, the gateway is busy).</summary>
    public static HealthSignal? Of(AttemptReport report) => report.Failure switch
    {
        FailureKind.ClientLeft or FailureKind.Overloaded => null,
        FailureKind.UpstreamUnavailable => report.FirstByte is null ? HealthSignal.Unreachable : HealthSignal.Failed,
        FailureKind.UpstreamTimeout or FailureKind.UpstreamAnswerInvalid => HealthSignal.Failed,
        _ => OfStatus(report.Status, UpstreamVerdicts.IsOperators(report.Target)),
    };

    private static HealthSignal OfStatus(int status, bool isOperators) => status switch
    {
        StatusCodes.Status429TooManyRequests => HealthSignal.RateLimited,
        StatusCodes.Status404NotFound when isOperators => HealthSignal.ModelMissing,
        StatusCodes.Status401Unauthorized or StatusCodes.Status402PaymentRequired when isOperators => HealthSignal.AccountRefused,
        StatusCodes.Status403Forbidden when isOperators => HealthSignal.Failed, // the key, or what one request says
        _ => UpstreamVerdicts.Of(status, isOperators: false) is UpstreamVerdict.TryAgain or UpstreamVerdict.TryAnother ? HealthSignal.Failed : HealthSignal.Answered,
    };
}
