namespace ModelScan.RoutingApi.Configuration;

/// <summary>Who is asked when a model fails (<c>retry_policy</c> of an entry, in the form that is proposed for Plano).</summary>
public sealed record RetryPolicyConfig
{
    /// <summary>Models that stand in, in the order in which they are asked (<c>fallback_models</c>).</summary>
    public IReadOnlyList<string> FallbackModels { get; init; } = [];

    /// <summary>What happens after a failure that no rule names (<c>default_strategy</c>, <c>default_max_attempts</c>).</summary>
    public RetryRuleConfig Default { get; init; } = new([], RetryStrategy.DifferentProvider, 2);

    /// <summary>Rules by status (<c>on_status_codes</c>), of which the first counts that names it.</summary>
    public IReadOnlyList<RetryRuleConfig> OnStatus { get; init; } = [];

    /// <summary>The rule for a model that does not answer in time (<c>on_timeout</c>); <see langword="null"/> for the default.</summary>
    public RetryRuleConfig? OnTimeout { get; init; }

    /// <summary>How long to wait before asking again (<c>backoff</c>); <see langword="null"/> not to wait.</summary>
    public RetryBackoffConfig? Backoff { get; init; }
}

/// <summary>Whom to ask next.</summary>
public enum RetryStrategy
{
    /// <summary>The same model once more (<c>same_model</c>).</summary>
    SameModel,

    /// <summary>The next that stands in at the same provider (<c>same_provider</c>).</summary>
    SameProvider,

    /// <summary>The next that stands in at another provider (<c>different_provider</c>).</summary>
    DifferentProvider,
}

/// <summary>What happens after a failure.</summary>
/// <param name="Codes">The statuses that it is for; empty where it is for none in particular.</param>
/// <param name="Strategy">Whom to ask next.</param>
/// <param name="MaxAttempts">How often at most, 1..10, after the first time.</param>
public sealed record RetryRuleConfig(IReadOnlyList<int> Codes, RetryStrategy Strategy, int MaxAttempts);

/// <summary>How long to wait: doubled each time.</summary>
/// <param name="AppliesTo">Before which attempts: of the same model; of the same provider, too; of any where <see langword="null"/>.</param>
/// <param name="First">The first wait.</param>
/// <param name="Largest">The longest.</param>
/// <param name="HasJitter">Whether each is shortened by chance, to no less than a half.</param>
public sealed record RetryBackoffConfig(RetryStrategy? AppliesTo, TimeSpan First, TimeSpan Largest, bool HasJitter);
