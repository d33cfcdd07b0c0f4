using ModelScan.RoutingApi.Dialects;
using ModelScan.RoutingApi.Pipeline;
using ModelScan.RoutingApi.Providers;
using ModelScan.RoutingApi.Routing.Attempts;

namespace ModelScan.RoutingApi.Routing;

/// <summary>How often and how patiently a Plano is asked.</summary>
/// <param name="Timeout">Limit for the first byte of one attempt; <see langword="null"/> for that of any provider (<c>routing.timeouts</c>).</param>
/// <param name="RetryCount">Attempts after the first, 0..10.</param>
internal sealed record PlanoPatience(TimeSpan? Timeout, int RetryCount);

/// <summary>
/// Sends clients' requests to a Plano in their own bytes, whatever they ask for, and brings back its answers as they come.
/// <list type="number">
/// <item>what an attempt came to is judged as everywhere (<see cref="UpstreamVerdict"/>);</item>
/// <item>where the verdict is to try again, another attempt follows, after what <c>Retry-After</c> asks for, else after a random part of
/// a delay that doubles (full jitter);</item>
/// <item>the last attempt's answer is the client's, an error too, unless another mode is tried next;</item>
/// <item>nothing is repeated once the client has been sent a byte.</item>
/// </list>
/// </summary>
internal sealed partial class PlanoForwarder(UpstreamAttempt attempt, TimeProvider time, Random random, ILogger<PlanoForwarder> logger)
{
    /// <summary>Answers with what Plano says.</summary>
    public async ValueTask<RouteResult> ForwardAsync(RoutePlan plan, PlanoEndpoint plano, PlanoPatience patience, CancellationToken cancellationToken)
    {
        var target = plano.For(plan.Request.Envelope.Model);
        if (patience.Timeout is { } timeout)
            plan = plan with { Limits = plan.Limits with { FirstByte = timeout } };
        var reports = plan.Terms.Earlier;
        for (var left = patience.RetryCount; ; left--)
        {
            var terms = plan.HasFallback ? AttemptTerms.OneOfSeveral : left > 0 ? AttemptTerms.Repeatable : AttemptTerms.Last;
            var end = await attempt.TryAsync(plan, target, reports.Count, terms, without: null, cancellationToken);
            if (end.Report is { } report)
                reports = [.. reports, report];
            if (end.Failure is not { } failure)
                return new RouteResult(plan, reports) { Target = target, IsEstimated = end.IsEstimated };
            if (plan.Response.HasBegun && failure.Kind != FailureKind.ClientLeft)
            {
                await BrokenAnswer.TellAsync(plan, failure.Error);
                return new RouteResult(plan, reports) { Target = target };
            }

            if (left == 0 || failure.Verdict != UpstreamVerdict.TryAgain || Delay(plan, failure, patience.RetryCount - left) is not { } delay)
                return new RouteResult(plan, reports, new RouteFailure(failure.Kind, failure.Error) { RetryAfter = failure.RetryAfter }) { Target = target };
            Log.Repeats(logger, plano.Address.Authority, failure.Reason, delay.TotalMilliseconds, left);
            await Task.Delay(delay, time, cancellationToken);
        }
    }

    // Null when waiting would take longer than it is worth.
    private TimeSpan? Delay(RoutePlan plan, AttemptFailure failure, int retry)
    {
        var delay = failure.RetryAfter is { } text && ErrorHeaders.RetryAfter(name => name == "retry-after" ? text : null, time) is { } asked
            ? asked
            : RetryDelay.Of(retry, random.NextDouble());
        return delay > UpstreamAttempt.LongestWait || plan.Request.Elapsed + delay >= plan.Limits.Total ? null : delay;
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "Plano at {Address} gave no answer: {Reason}; asked again in {Milliseconds:0} ms, {Left} times left")]
        public static partial void Repeats(ILogger logger, string address, string reason, double milliseconds, int left);
    }
}
