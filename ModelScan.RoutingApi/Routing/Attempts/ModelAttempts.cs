using System.Globalization;
using ModelScan.RoutingApi.Dialects;
using ModelScan.RoutingApi.Pipeline;
using ModelScan.RoutingApi.Providers;
using ModelScan.RoutingApi.Providers.Health;

namespace ModelScan.RoutingApi.Routing.Attempts;

/// <summary>
/// Asks models one after the other until one begins to answer:
/// <list type="number">
/// <item>candidates that have lately failed come behind the others (<see cref="UpstreamHealth"/>);</item>
/// <item>the next candidate gets the request in its own format; one that the request cannot be said to is passed over;</item>
/// <item>what it answers, or that it does not, is judged (<see cref="UpstreamVerdict"/>): an answer goes to the client, and so does a
/// refusal of the request itself; anything else is a reason to ask the next one;</item>
/// <item>where the first candidate has a policy of its own (<see cref="RetryOrder"/>), that says who comes before the others;</item>
/// <item>a candidate whose provider refuses the key is asked with its next one, where it has several;</item>
/// <item>a candidate that refuses a parameter that may be left out is asked once more without it;</item>
/// <item>when nobody answers, the client is told what each of them said.</item>
/// </list>
/// From the first byte on there is no way back: what fails then ends the client's stream as broken.
/// </summary>
internal sealed partial class ModelAttempts(UpstreamAttempt attempt, UpstreamHealth health, UpstreamLoad load, TimeProvider time, Random random, ILogger<ModelAttempts> logger)
{
    /// <summary>Most models that one request is sent to.</summary>
    public const int MaxAttempts = 8;

    /// <summary>Answers with the first of <paramref name="candidates"/> that can; there is at least one.</summary>
    public async ValueTask<RouteResult> RunAsync(RoutePlan plan, IReadOnlyList<ModelTarget> candidates, CancellationToken cancellationToken)
    {
        var reports = plan.Terms.Earlier;
        List<AttemptFailure>? failures = null;
        var leftAlone = LeftAlone(candidates);
        if (leftAlone is not null)
            candidates = [.. candidates.Where(candidate => !leftAlone.Exists(left => left.Target == candidate)), .. leftAlone.Select(left => left.Target)];
        var retries = RetryOrder.For(candidates[0], plan.Request.Snapshot.Models);
        if (retries is not null)
            plan = plan with { Retry = candidates[0].Config.Retry };
        var count = Math.Min(candidates.Count, MaxAttempts);
        var terms = count == 1 && !plan.HasFallback && retries is null ? AttemptTerms.Last : AttemptTerms.OneOfSeveral;
        if (terms != AttemptTerms.Last)
            plan = plan with { FailsOver = true };
        for (var i = 0; i < count; i++)
        {
            var target = candidates[i];
            leftAlone?.RemoveAll(left => left.Target == target);
            _ = health.TryEnter(target); // takes the probe, where it is due for one
            using var request = load.Enter(target);
            plan = Told(plan, failures, leftAlone);
            var end = await attempt.TryAsync(plan, target, reports.Count, terms, without: null, cancellationToken);
            reports = With(reports, end.Report);
            Observe(end);
            while (end.Failure is { HasOtherKey: true } && reports.Count < MaxAttempts && !plan.Response.HasBegun)
            {
                end = await attempt.TryAsync(plan, target, reports.Count, terms, without: null, cancellationToken);
                reports = With(reports, end.Report);
                Observe(end);
            }

            if (end.Failure is { Verdict: UpstreamVerdict.Repair, Parameter: { } parameter })
            {
                Log.Repairs(logger, target.Name, parameter);
                end = await attempt.TryAsync(plan, target, reports.Count, terms, without: parameter, cancellationToken);
                reports = With(reports, end.Report);
                Observe(end);
            }

            if (end.Failure is not { } failure)
                return Result(plan, reports, target, failures, leftAlone, null, end.IsEstimated);
            (failures ??= []).Add(failure);
            if (failure.Kind == FailureKind.LimitExceeded && plan.Request.Allowance is { Instead.Count: > 0 } allowance)
            {
                candidates = [.. candidates, .. allowance.Instead.Where(other => !candidates.Contains(other))];
                (count, terms) = (Math.Min(candidates.Count, MaxAttempts), AttemptTerms.OneOfSeveral);
            }

            if (failure.Kind == FailureKind.ClientLeft)
                return Result(plan, reports, target, failures, leftAlone, new RouteFailure(failure.Kind, failure.Error));
            if (failure.Kind is not (FailureKind.NotAllowed or FailureKind.LimitExceeded))
                Log.Failed(logger, target.Name, i + 1, count, failure.Reason);
            if (plan.Response.HasBegun)
            {
                await BrokenAnswer.TellAsync(plan, failure.Error);
                return Result(plan, reports, target, failures, leftAlone);
            }

            if (retries?.Next(failure, random.NextDouble()) is { } next && i + 1 < MaxAttempts)
            {
                candidates = [.. candidates.Take(i + 1), next.Target, .. candidates.Skip(i + 1).Where(later => later != next.Target)];
                count = Math.Min(candidates.Count, MaxAttempts);
                if (next.Pause > TimeSpan.Zero)
                    await Task.Delay(next.Pause, time, cancellationToken);
                continue;
            }

            if (failure.Verdict == UpstreamVerdict.Refuse)
                return Result(plan, reports, target, failures, leftAlone, new RouteFailure(failure.Kind, failure.Error) { RetryAfter = failure.RetryAfter });
        }

        return Result(plan, reports, candidates[count - 1], failures, leftAlone, Combine(failures!) with { RetryAfter = SmallestRetryAfter(failures!) });
    }

    private static RouteResult Result(
        RoutePlan plan, IReadOnlyList<AttemptReport> reports, ModelTarget target, List<AttemptFailure>? failures, List<PassedOver>? leftAlone, RouteFailure? failure = null, bool isEstimated = false) =>
        new(plan, reports, failure) { Target = target, PassedOver = PassedOver(failures, leftAlone), IsEstimated = isEstimated };

    // What an answer's headers say of those before.
    private static RoutePlan Told(RoutePlan plan, List<AttemptFailure>? failures, List<PassedOver>? leftAlone) =>
        PassedOver(failures, leftAlone) is { Count: > 0 } passedOver ? plan with { PassedOver = passedOver } : plan;

    private static IReadOnlyList<AttemptReport> With(IReadOnlyList<AttemptReport> reports, AttemptReport? report) =>
        report is null ? reports : reports.Count == 0 ? new[] { report } : [.. reports, report];

    private static IReadOnlyList<PassedOver> PassedOver(List<AttemptFailure>? failures, List<PassedOver>? leftAlone)
    {
        if (leftAlone is not { Count: > 0 } && (failures is null || failures.TrueForAll(failure => failure.WasSent)))
            return [];
        return [.. (failures ?? []).Where(failure => !failure.WasSent).Select(failure => new PassedOver(failure.Target, failure.Reason)), .. leftAlone ?? []];
    }

    // Null where all are healthy, or none is: then they are asked as they come.
    private List<PassedOver>? LeftAlone(IReadOnlyList<ModelTarget> candidates)
    {
        if (candidates.Count == 1)
            return null;
        List<PassedOver>? leftAlone = null;
        foreach (var candidate in candidates)
        {
            if (health.ReasonToLeaveAlone(candidate) is { } reason)
                (leftAlone ??= []).Add(new PassedOver(candidate, $"left alone: {reason}"));
        }

        return leftAlone?.Count == candidates.Count ? null : leftAlone;
    }

    private void Observe(AttemptEnd end)
    {
        if (end is { Report: { } report, IsEstimated: false, Failure: not ({ Verdict: UpstreamVerdict.Repair } or { HasOtherKey: true }) } && HealthSignals.Of(report) is { } signal)
            health.Observe(report.Target, signal, report.RetryAfter);
    }

    private static RouteFailure Combine(List<AttemptFailure> failures)
    {
        var first = failures[0];
        if (failures.Count == 1)
            return new RouteFailure(first.Kind, first.Error);

        // Where nobody was asked because of what the client may, that is what it is told.
        if (failures.TrueForAll(failure => failure.Kind is FailureKind.NotAllowed or FailureKind.LimitExceeded) && failures.Find(failure => failure.Kind == FailureKind.LimitExceeded) is { } limited)
            return new RouteFailure(limited.Kind, limited.Error);
        var list = string.Join("; ", failures.Select(failure => $"{failure.Target.Name}: {failure.Reason}"));
        if (failures.TrueForAll(failure => failure.Error.Status == StatusCodes.Status429TooManyRequests))
            return Failed(StatusCodes.Status429TooManyRequests, $"all {failures.Count} models are rate limited: {list}", "RateLimited");

        // Where it is the request's or the configuration's fault, all candidates say so, and the first says it best. Not where it is the
        // operator's accounts: a client told so would take it for its own.
        return first.Error.Status is (>= 400 and < 500) or StatusCodes.Status501NotImplemented
            && failures.TrueForAll(failure => failure.Error.Status == first.Error.Status && !(failure.WasSent && UpstreamVerdicts.IsOfTheAccount(failure.Status)))
            ? new RouteFailure(first.Kind, first.Error)
            : Failed(StatusCodes.Status502BadGateway, $"all {failures.Count} models failed: {list}", "AllModelsFailed");

        static RouteFailure Failed(int status, string message, string code) => new(FailureKind.AllModelsFailed, new ClientError(status, message, code));
    }

    private static string? SmallestRetryAfter(List<AttemptFailure> failures) => failures
        .Select(failure => failure.RetryAfter)
        .OfType<string>()
        .OrderBy(text => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) ? seconds : int.MaxValue)
        .FirstOrDefault();

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "{Model} gave no answer (attempt {Attempt} of {Attempts}): {Reason}")]
        public static partial void Failed(ILogger logger, string model, int attempt, int attempts, string reason);

        [LoggerMessage(Level = LogLevel.Warning, Message = "{Model} refuses the parameter {Parameter}; it is asked once more without it")]
        public static partial void Repairs(ILogger logger, string model, string parameter);
    }
}
