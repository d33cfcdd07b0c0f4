namespace ModelScan.RoutingApi.Governance.Limits;

/// <summary>The limits that are for a request. Immutable.</summary>
internal sealed class LimitsOfRequest
{
    private LimitsOfRequest(Limit[] all)
    {
        All = all;
        OfModel = [.. all.Where(limit => limit.Config.IsOfTheModel)];
        Others = [.. all.Where(limit => !limit.Config.IsOfTheModel)];
    }

    /// <summary>None.</summary>
    public static LimitsOfRequest None { get; } = new([]);

    /// <summary>All of them, in the order of the configuration.</summary>
    public Limit[] All { get; }

    /// <summary>Those that depend on which model is asked.</summary>
    public Limit[] OfModel { get; }

    /// <summary>Those that do not.</summary>
    public Limit[] Others { get; }

    /// <summary>These.</summary>
    public static LimitsOfRequest Of(IEnumerable<Limit> limits) => limits.ToArray() is { Length: > 0 } some ? new LimitsOfRequest(some) : None;
}
