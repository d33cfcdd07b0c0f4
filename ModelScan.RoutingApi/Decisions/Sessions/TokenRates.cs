using ModelScan.RoutingApi.ModelMetrics;

namespace ModelScan.RoutingApi.Decisions.Sessions;

/// <summary>What input tokens of one model cost, in USD per million.</summary>
/// <param name="Input">Not cached.</param>
/// <param name="CachedInput">Read from the provider's prompt cache.</param>
/// <param name="Output">Generated.</param>
public readonly record struct TokenRates(double Input, double CachedInput, double Output = 0)
{
    // Nobody charges this; larger numbers are an accident in a feed and would overflow the sums.
    private const double Absurd = 1e9;

    /// <summary>
    /// The rates of a model: under its full name, else under what follows the first slash. A cached token costs the published
    /// price or else <paramref name="cacheReadDiscount"/> times the uncached one.
    /// </summary>
    /// <returns>The rates, or <see langword="null"/> when no usable price is known.</returns>
    public static TokenRates? Of(string model, Func<string, ModelPrice?> prices, double cacheReadDiscount)
    {
        var price = prices(model);
        if (price is null && model.IndexOf('/', StringComparison.Ordinal) is >= 0 and var slash)
            price = prices(model[(slash + 1)..]);
        if (price is not { } found)
            return null;
        var cached = found.CachedInputPerMillion ?? (found.InputPerMillion * cacheReadDiscount);
        return IsRate(found.InputPerMillion) && IsRate(cached) && IsRate(found.OutputPerMillion)
            ? new TokenRates(found.InputPerMillion, cached, found.OutputPerMillion)
            : null;
    }

    /// <summary>
    /// USD that this turn costs more when it goes to this model instead of staying with a model that has the whole context
    /// cached: <c>((context − warm) × input + warm × cached − context × stayCached) / 10⁶</c>. Negative when switching saves money.
    /// </summary>
    /// <param name="contextTokens">Tokens of the context.</param>
    /// <param name="warmTokens">How many of them this model has cached from an earlier use.</param>
    /// <param name="stayCachedRate">The other model's rate for cached tokens.</param>
    public double SwitchCost(long contextTokens, long warmTokens, double stayCachedRate)
        => (((contextTokens - warmTokens) * Input) + (warmTokens * CachedInput) - (contextTokens * stayCachedRate)) / 1e6;

    /// <summary>USD of one answered request; tokens written to a cache are charged like uncached ones.</summary>
    public double RequestCost(in SessionUsage usage)
    {
        var uncached = usage.CachedCountedInPrompt ? Math.Max(0, usage.PromptTokens - usage.CacheReadTokens) : usage.PromptTokens;
        return ((uncached * Input) + (usage.CacheReadTokens * CachedInput) + (usage.CacheCreationTokens * Input) + (usage.CompletionTokens * Output)) / 1e6;
    }

    private static bool IsRate(double rate) => rate is >= 0 and < Absurd;
}

/// <summary>What a provider reported about one answered request, in tokens.</summary>
/// <param name="PromptTokens">Input.</param>
/// <param name="CompletionTokens">Output.</param>
/// <param name="CacheReadTokens">Input that was read from the prompt cache.</param>
/// <param name="CacheCreationTokens">Input that was written to it.</param>
/// <param name="CachedCountedInPrompt">Whether <paramref name="PromptTokens"/> includes what was read from the cache: so for OpenAI, not for Anthropic.</param>
public readonly record struct SessionUsage(
    long PromptTokens,
    long CompletionTokens,
    long CacheReadTokens,
    long CacheCreationTokens,
    bool CachedCountedInPrompt);
