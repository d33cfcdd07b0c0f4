namespace ModelScan.RoutingApi.ModelMetrics;

/// <summary>Prices of one model in USD per million tokens.</summary>
/// <param name="InputPerMillion">Uncached input.</param>
/// <param name="OutputPerMillion">Output.</param>
/// <param name="CachedInputPerMillion">Input read from a prompt cache; <see langword="null"/> where none is published.</param>
public readonly record struct ModelPrice(double InputPerMillion, double OutputPerMillion, double? CachedInputPerMillion = null)
{
    /// <summary>The scalar by which <c>cheapest</c> orders: input plus output.</summary>
    public double Total => InputPerMillion + OutputPerMillion;
}
