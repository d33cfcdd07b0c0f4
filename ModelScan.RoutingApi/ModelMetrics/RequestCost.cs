namespace ModelScan.RoutingApi.ModelMetrics;

/// <summary>Tokens of one request as its provider reports them.</summary>
/// <param name="Prompt">Prompt tokens, at least 0.</param>
/// <param name="Completion">Completion tokens, at least 0.</param>
/// <param name="CacheRead">Prompt tokens read from the provider's prompt cache, at least 0.</param>
/// <param name="CacheCreation">Prompt tokens written to it, at least 0.</param>
/// <param name="PromptIncludesCacheRead">
/// Whether <paramref name="Prompt"/> already counts <paramref name="CacheRead"/> (OpenAI reports so; Anthropic counts apart).
/// </param>
public readonly record struct BilledTokens(
    long Prompt, long Completion, long CacheRead = 0, long CacheCreation = 0, bool PromptIncludesCacheRead = true);

/// <summary>What one request cost in USD.</summary>
/// <param name="UncachedUsd">Prompt that was neither read from a cache nor written to one.</param>
/// <param name="CacheReadUsd">Prompt that was read from a cache.</param>
/// <param name="CacheCreationUsd">Prompt that was written to one.</param>
/// <param name="OutputUsd">Completion.</param>
public readonly record struct RequestCost(double UncachedUsd, double CacheReadUsd, double CacheCreationUsd, double OutputUsd)
{
    private const double TokensPerRate = 1_000_000;

    /// <summary>The whole prompt in USD.</summary>
    public double InputUsd => UncachedUsd + CacheReadUsd + CacheCreationUsd;

    /// <summary>Input plus output in USD.</summary>
    public double TotalUsd => InputUsd + OutputUsd;

    /// <summary>
    /// Prices a request the way Plano does: cached tokens at the cached rate, tokens written to a cache at the plain input
    /// rate, everything per million.
    /// </summary>
    /// <param name="price">The model's price.</param>
    /// <param name="tokens">What was used; a cached count above the prompt's is taken for a prompt that was cached whole.</param>
    /// <param name="cacheReadDiscount">Factor in 0..1 on the input rate, used where the price has no cached rate.</param>
    public static RequestCost Of(ModelPrice price, in BilledTokens tokens, double cacheReadDiscount)
    {
        var uncached = tokens.PromptIncludesCacheRead ? Math.Max(0, tokens.Prompt - tokens.CacheRead) : tokens.Prompt;
        return new(
            uncached * price.InputPerMillion / TokensPerRate,
            tokens.CacheRead * price.CacheReadPerMillion(cacheReadDiscount) / TokensPerRate,
            tokens.CacheCreation * price.InputPerMillion / TokensPerRate,
            tokens.Completion * price.OutputPerMillion / TokensPerRate);
    }
}
