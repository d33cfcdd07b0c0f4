using ModelScan.RoutingApi.Decisions;
using ModelScan.RoutingApi.Dialects;
using ModelScan.RoutingApi.Providers;
using ModelScan.RoutingApi.Routing.Attempts;
using ModelScan.RoutingApi.Routing.Observation;

namespace ModelScan.RoutingApi.Routing;

/// <summary>
/// The decision engine chooses; its candidates are asked in order. Where no route matches the requested model answers, and where
/// none was requested the default one. A candidate that the configuration does not know is passed over. Tokens are counted for the
/// requested model.
/// </summary>
internal sealed class PolicyRouter(DecisionEngine engine, ModelAttempts attempts, DecisionMeter meter, SessionUsageRecorder sessions) : IRouter
{
    /// <inheritdoc/>
    public string Name => "policy";

    /// <inheritdoc/>
    public async ValueTask<ClientError?> RouteAsync(ProxyExchange exchange, CancellationToken cancellationToken)
    {
        exchange.Mode = Name;
        if (exchange.CountsTokens && Counted(exchange) is { } counted)
        {
            exchange.HasFallback = false; // direct mode would ask the same model again
            return await attempts.RunAsync(exchange, [counted], cancellationToken);
        }

        var started = meter.Begin();
        var request = DecisionRequests.Read(exchange);
        var decision = await engine.DecideAsync(exchange.Snapshot, request, cancellationToken);
        exchange.PrefixHash = PromptPrefix.HashOf(exchange, request.Facts, decision.Lookup?.Key);
        (exchange.Decision, exchange.Route) = (decision, decision.Route);
        var candidates = Candidates(exchange, decision);
        if (candidates.Count == 0)
        {
            var requested = RequestedModel.Find(exchange, exchange.Models.Default, out var error);
            if (requested is null)
                return decision.Models.Count > 0 && exchange.Envelope.Model is null ? RequestedModel.NotFound(exchange.Models, decision.Models[0]) : error;
            candidates = [requested];
        }

        // Direct mode would ask the same model again.
        if (exchange.HasFallback && DirectRouter.TargetOf(exchange, out _) is var otherwise && (otherwise is null || candidates.Contains(otherwise)))
            exchange.HasFallback = false;
        meter.Decided(started, candidates[0].Name, fellBack: decision.Models.Count == 0);
        var failure = await attempts.RunAsync(exchange, candidates, cancellationToken);
        if (exchange.Usage is { } usage && decision.Lookup is { } lookup)
            sessions.Record(lookup, decision.Models.Count > 0 ? NameInDecision(exchange, decision, candidates) : exchange.Target!.Name, usage, exchange.Target!);
        return failure;
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    // Agents count in bursts and before every turn: that is neither a turn of the conversation nor worth a decision.
    private static ModelTarget? Counted(ProxyExchange exchange) =>
        (exchange.Envelope.Model is { } name ? exchange.Models.Find(name) : null) ?? exchange.Models.Default;

    private static List<ModelTarget> Candidates(ProxyExchange exchange, RouteDecision decision)
    {
        var targets = new List<ModelTarget>(decision.Models.Count);
        foreach (var model in decision.Models)
        {
            if (exchange.Models.Find(model) is { } target && !targets.Contains(target))
                targets.Add(target);
        }

        return targets;
    }

    // Sessions know models by the names that the decision uses, which may be aliases.
    private static string NameInDecision(ProxyExchange exchange, RouteDecision decision, List<ModelTarget> candidates)
    {
        foreach (var model in decision.Models)
        {
            if (ReferenceEquals(exchange.Models.Find(model), exchange.Target))
                return model;
        }

        return candidates[0].Name;
    }
}
