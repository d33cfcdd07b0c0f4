using ModelScan.RoutingApi.ModelMetrics;
using ModelScan.RoutingApi.Pipeline;
using ModelScan.RoutingApi.Providers;
using ModelScan.RoutingApi.RequestLog.Records;
using ModelScan.RoutingApi.UsageReports;

namespace ModelScan.RoutingApi.Routing.Records;

/// <summary>What a request cost, by class of tokens, and what the model that its client asked for would have cost.</summary>
internal sealed class RequestPricing(ModelMetricsRefresher metrics)
{
    // What Plano takes for a cached token where no price for it is published.
    private const double CacheReadDiscount = 0.1;

    /// <summary>The cost of a request that is over.</summary>
    public CostRecord Of(RouteResult result)
    {
        var kind = result.Plan.Request.Kind;
        if (kind is not (RequestKind.Answer or RequestKind.Compaction or RequestKind.Door) || result.Target is not { } target || result.Attempts.Count == 0)
            return CostRecord.Nothing;

        // What comes through a door may well be free: a list of files, say.
        if (result.Usage is not { } usage)
            return kind != RequestKind.Door && result.Attempts[^1] is { Status: >= 200 and < 300, FirstByte: not null } ? CostRecord.Unknown : CostRecord.Nothing;
        var prices = metrics.Current;
        if (PriceOf(prices, target, out var source) is not { } price)
            return CostRecord.Unknown;
        var request = result.Plan.Request;
        var discount = request.Snapshot.Config.Session.Budget?.CacheReadDiscount ?? CacheReadDiscount;
        var cost = Cost(price, usage, discount);
        return cost with { PriceSource = source?.Name, PriceTime = source?.FetchedAt, Requested = RequestedCost(request, target, cost, usage, prices, discount) };
    }

    private static CostRecord Cost(ModelPrice price, TokenUsage usage, double discount)
    {
        var tokens = new BilledTokens(usage.Input, usage.Output, usage.CacheRead, usage.CacheWrite, PromptIncludesCacheRead: !usage.CacheIsBeside);
        var cost = RequestCost.Of(price, tokens, discount);
        return new CostRecord(CostState.Priced) { Input = cost.UncachedUsd, CacheRead = cost.CacheReadUsd, CacheWrite = cost.CacheCreationUsd, Output = cost.OutputUsd };
    }

    private static double? RequestedCost(ClientRequest request, ModelTarget target, CostRecord cost, TokenUsage usage, ModelMetricsSnapshot prices, double discount)
    {
        if (request.Envelope.Model is not { } name || request.Snapshot.Models.Find(name) is not { } requested)
            return null;
        if (ReferenceEquals(requested, target))
            return cost.Total;
        return PriceOf(prices, requested, out _) is { } price ? Cost(price, usage, discount).Total : null;
    }

    private static ModelPrice? PriceOf(ModelMetricsSnapshot prices, ModelTarget target, out ModelMetricsSourceSnapshot? source) =>
        prices.TryGetPrice(target.Name, out var price, out source) || prices.TryGetPrice(target.Config.Name, out price, out source) ? price : null;
}
