using ModelScan.RoutingApi.Configuration;
using ModelScan.RoutingApi.Pipeline;
using ModelScan.RoutingApi.Providers;

namespace ModelScan.RoutingApi.Routing.Attempts;

/// <summary>
/// Whom the policy of the model that was to answer (<c>retry_policy</c>) lets be asked next, and after which pause. Used by one request.
/// </summary>
internal sealed class RetryOrder
{
    private readonly RetryPolicyConfig _policy;
    private readonly ModelTarget _first;
    private readonly ModelDirectory _models;
    private readonly HashSet<ModelTarget> _asked;
    private readonly Dictionary<RetryRuleConfig, int> _used = [];
    private int _retries;

    private RetryOrder(RetryPolicyConfig policy, ModelTarget first, ModelDirectory models) => (_policy, _first, _models, _asked) = (policy, first, models, [first]);

    /// <summary>The order for a request; <see langword="null"/> where its first candidate has no policy.</summary>
    public static RetryOrder? For(ModelTarget first, ModelDirectory models) => first.Config.Retry is { } policy ? new RetryOrder(policy, first, models) : null;

    /// <summary>The rule that names a status, which makes of an answer a failure; <see langword="null"/> for none.</summary>
    public static RetryRuleConfig? RuleFor(RetryPolicyConfig? policy, int status)
    {
        foreach (var rule in policy?.OnStatus ?? [])
        {
            if (rule.Codes.Contains(status))
                return rule;
        }

        return null;
    }

    /// <summary>Who is asked next; <see langword="null"/> where the policy has nobody more.</summary>
    /// <param name="failure">What became of the last attempt.</param>
    /// <param name="chance">At random, 0 up to 1.</param>
    public (ModelTarget Target, TimeSpan Pause)? Next(AttemptFailure failure, double chance)
    {
        _asked.Add(failure.Target);
        if (!failure.WasSent)
            return null;
        var rule = failure.Kind == FailureKind.UpstreamTimeout ? _policy.OnTimeout ?? _policy.Default : RuleFor(_policy, failure.Status) ?? _policy.Default;
        var used = _used.GetValueOrDefault(rule);
        if (used >= rule.MaxAttempts || Choose(rule.Strategy, failure) is not { } target)
            return null;
        _used[rule] = used + 1;
        _asked.Add(target);
        return (target, Pause(rule.Strategy, failure, chance));
    }

    private ModelTarget? Choose(RetryStrategy strategy, AttemptFailure failure)
    {
        if (strategy == RetryStrategy.SameModel)
            return WantsPatience(failure) ? null : failure.Target;
        foreach (var name in _policy.FallbackModels)
        {
            if (_models.Find(name) is { } target && !_asked.Contains(target) && target.Config.Provider == _first.Config.Provider == (strategy == RetryStrategy.SameProvider))
                return target;
        }

        return null;
    }

    private TimeSpan Pause(RetryStrategy strategy, AttemptFailure failure, double chance)
    {
        var asked = strategy == RetryStrategy.SameModel ? RetryAfterOf(failure) : TimeSpan.Zero;
        if (_policy.Backoff is not { } backoff || strategy > (backoff.AppliesTo ?? RetryStrategy.DifferentProvider))
            return asked;
        var pause = TimeSpan.FromTicks(Math.Min(backoff.Largest.Ticks, backoff.First.Ticks << Math.Min(_retries++, 16)));
        if (backoff.HasJitter)
            pause = (pause / 2) + (pause / 2 * chance);
        return pause > asked ? pause : asked;
    }

    // What asks for more patience than there is, is not asked again.
    private static bool WantsPatience(AttemptFailure failure) => RetryAfterOf(failure) > UpstreamAttempt.LongestWait;

    private static TimeSpan RetryAfterOf(AttemptFailure failure) => failure.RetryAfter is { } text
        && int.TryParse(text, System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out var seconds) ? TimeSpan.FromSeconds(seconds) : TimeSpan.Zero;
}
