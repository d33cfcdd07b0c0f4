namespace ModelScan.RoutingApi.Providers.Health;

/// <summary>What an attempt says about whoever was asked.</summary>
public enum HealthSignal
{
    /// <summary>It answered, be it that the request is wrong.</summary>
    Answered,

    /// <summary>It asks to be left alone for a while.</summary>
    RateLimited,

    /// <summary>It failed, was too slow, or broke off.</summary>
    Failed,

    /// <summary>There was no connection to its provider.</summary>
    Unreachable,

    /// <summary>It does not take the operator's key (401), or the account behind it is empty (402).</summary>
    AccountRefused,

    /// <summary>The provider does not have the model, or something else that the request names (404).</summary>
    ModelMissing,
}

/// <summary>What is healthy or not.</summary>
public enum HealthScope
{
    /// <summary>A provider at its address: a failed connection is everybody's who goes there.</summary>
    Provider,

    /// <summary>A key: an account that is refused or empty is that of all its models.</summary>
    Key,

    /// <summary>A model: limits, overloads and failures are its own.</summary>
    Model,
}
