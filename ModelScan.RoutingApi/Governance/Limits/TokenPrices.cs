using ModelScan.RoutingApi.ModelMetrics;
using ModelScan.RoutingApi.Pipeline;
using ModelScan.RoutingApi.Providers;
using ModelScan.RoutingApi.UsageReports;

namespace ModelScan.RoutingApi.Governance.Limits;

/// <summary>What tokens cost: by the configured sources, else by what the catalogue knows of a well-known provider's model.</summary>
internal sealed class TokenPrices(ModelMetricsRefresher metrics)
{
    // What Plano takes for a cached token where no price for it is published.
    private const double CacheReadDiscount = 0.1;

    /// <summary>The price of a model; <see langword="null"/> where nobody knows it.</summary>
    public ModelPrice? Of(ModelTarget target)
    {
        var prices = metrics.Current;
        return prices.TryGetPrice(target.Name, out var price) || prices.TryGetPrice(target.Config.Name, out price) ? price
            : target.Api.CatalogueName.Length > 0 && target.Row is { InputCost: { } input, OutputCost: { } output } ? new ModelPrice(input, output)
            : null;
    }

    /// <summary>The price of the model that answers a request by way of another gateway, as far as it can be told.</summary>
    public ModelPrice? Of(ModelTarget target, ClientRequest request, string? answered)
    {
        if (!target.Api.IsGateway)
            return Of(target);
        foreach (var name in (ReadOnlySpan<string?>)[answered, request.Envelope.Model])
        {
            if (name is not null && metrics.Current.TryGetPrice(name, out var price))
                return price;
            if (name is not null && request.Snapshot.Models.Find(name) is { Api.IsGateway: false } known && Of(known) is { } found)
                return found;
        }

        return null;
    }

    /// <summary>What an answer cost, in units of <see cref="Limit.UnitsOfUsd"/>.</summary>
    public static long Cost(ModelPrice price, in TokenUsage usage)
    {
        var cost = RequestCost.Of(price, new BilledTokens(usage.Input, usage.Output, usage.CacheRead, usage.CacheWrite, !usage.CacheIsBeside), CacheReadDiscount);
        return (long)Math.Ceiling(cost.TotalUsd * Limit.UnitsOfUsd);
    }

    /// <summary>The same of an estimate.</summary>
    public static long Cost(ModelPrice price, long input, long output) =>
        (long)Math.Ceiling(RequestCost.Of(price, new BilledTokens(input, output), CacheReadDiscount).TotalUsd * Limit.UnitsOfUsd);

    /// <summary>What an answer comes to for a limit of tokens, in units of <see cref="Limit.UnitsOfToken"/>.</summary>
    public static long Tokens(Configuration.TokenCost cost, in TokenUsage usage)
    {
        var input = usage.CacheIsBeside ? usage.Input : Math.Max(0, usage.Input - usage.CacheRead - usage.CacheWrite);
        return (long)Math.Ceiling(((input * cost.Input) + (usage.CacheRead * cost.CacheRead) + (usage.CacheWrite * cost.CacheWrite) + (usage.Output * cost.Output) + (usage.Reasoning * cost.Reasoning)) * Limit.UnitsOfToken);
    }
}
