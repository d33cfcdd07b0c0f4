namespace ModelScan.RoutingApi.RequestLog.Records;

/// <summary>Whether it is known what a request cost.</summary>
internal enum CostState
{
    /// <summary>Nobody answered, so there is nothing to pay: not to be taken for a missing price.</summary>
    NothingBillable,

    /// <summary>Tokens and price are known.</summary>
    Priced,

    /// <summary>Somebody answered, and the model has no price, or its provider did not report tokens.</summary>
    NoPrice,
}

/// <summary>What a request cost, in USD.</summary>
internal sealed record CostRecord(CostState State)
{
    /// <summary>Nothing to pay.</summary>
    public static CostRecord Nothing { get; } = new(CostState.NothingBillable);

    /// <summary>Not known.</summary>
    public static CostRecord Unknown { get; } = new(CostState.NoPrice);

    /// <summary>Input that was not read from a cache, nor written to one.</summary>
    public double Input { get; init; }

    /// <summary>Input that was read from the provider's prompt cache.</summary>
    public double CacheRead { get; init; }

    /// <summary>Input that was written to it.</summary>
    public double CacheWrite { get; init; }

    /// <summary>Output.</summary>
    public double Output { get; init; }

    /// <summary>All of it.</summary>
    public double Total => Input + CacheRead + CacheWrite + Output;

    /// <summary>Who published the price.</summary>
    public string? PriceSource { get; init; }

    /// <summary>When that price was fetched.</summary>
    public DateTimeOffset? PriceTime { get; init; }

    /// <summary>What the same tokens of the model that the client asked for would have cost; <see langword="null"/> where that is not known.</summary>
    public double? Requested { get; init; }

    /// <summary>What was saved by not asking that one; negative where more was spent.</summary>
    public double? Saved => Requested - Total;
}
