namespace ModelScan.RoutingApi.ModelMetrics;

/// <summary>Prices of one model in USD per million tokens.</summary>
/// <param name="InputPerMillion">Uncached input.</param>
/// <param name="OutputPerMillion">Output.</param>
/// <param name="CachedInputPerMillion">Input read from a prompt cache; <see langword="null"/> where none is published.</param>
public readonly record struct ModelPrice(double InputPerMillion, double OutputPerMillion, double? CachedInputPerMillion = null)
{
    /// <summary>The scalar by which <c>cheapest</c> orders: input plus output.</summary>
    public double Total => InputPerMillion + OutputPerMillion;

    /// <summary>What a million input tokens read from a prompt cache cost: the published rate, else the input rate times the discount.</summary>
    /// <param name="cacheReadDiscount">Factor in 0..1 (0.1: a cached token costs a tenth), used where no rate is published.</param>
    public double CacheReadPerMillion(double cacheReadDiscount) => CachedInputPerMillion ?? InputPerMillion * cacheReadDiscount;

    /// <summary>
    /// The price that two listings of one model have in common: theirs if input and output agree (without a cached rate
    /// where they differ in it), else <see langword="null"/>.
    /// </summary>
    internal static ModelPrice? InCommon(ModelPrice a, ModelPrice b)
    {
        if (a == b)
            return a;
        if (a.InputPerMillion != b.InputPerMillion || a.OutputPerMillion != b.OutputPerMillion)
            return null;
        return a with { CachedInputPerMillion = null };
    }
}
