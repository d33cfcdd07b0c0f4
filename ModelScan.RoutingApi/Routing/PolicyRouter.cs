using ModelScan.RoutingApi.Decisions;
using ModelScan.RoutingApi.Pipeline;
using ModelScan.RoutingApi.Providers;
using ModelScan.RoutingApi.Routing.Attempts;
using ModelScan.RoutingApi.Routing.Observation;

namespace ModelScan.RoutingApi.Routing;

/// <summary>
/// The decision engine chooses; its candidates are asked in order. Where no route matches the requested model answers, and where
/// none was requested the default one; but a conversation that is kept here stays with the model whose thoughts it holds. A candidate that the configuration does not know is passed over. Tokens are counted for the
/// requested model.
/// </summary>
internal sealed class PolicyRouter(DecisionEngine engine, ModelAttempts attempts, DecisionMeter meter, SessionUsageRecorder sessions) : IRouter
{
    /// <inheritdoc/>
    public string Name => "policy";

    /// <inheritdoc/>
    public async ValueTask<RouteResult> RouteAsync(ClientRequest request, ClientResponse response, RouteTerms terms, CancellationToken cancellationToken)
    {
        if (request.CountsTokens && Counted(request) is { } counted)
            return await attempts.RunAsync(new RoutePlan(request, response, Name, RouteTerms.Alone), [counted], cancellationToken); // direct mode would ask the same model again

        var started = meter.Begin();
        var question = DecisionRequests.Read(request);
        var decision = await engine.DecideAsync(request.Snapshot.Decisions, question, cancellationToken);
        var candidates = Candidates(request.Snapshot.Models, decision);
        RouteFailure? failure = null;
        if (candidates.Count == 0 && RequestedModel.Find(request, request.Snapshot.Models.Default, out failure) is { } requested)
            candidates.Add(requested);
        if (decision.Models.Count > 0 || request.Envelope.Model is null)
            ThoughtAffinity.Apply(request, candidates);
        var plan = new RoutePlan(request, response, Name, AsksTheSame(request, terms, candidates) ? RouteTerms.Alone : terms)
        {
            Decision = decision,
            PrefixHash = PromptPrefix.HashOf(request, question.Facts, decision.Lookup?.Key),
        };
        if (candidates.Count == 0)
            return RouteResult.Failed(plan, decision.Models.Count > 0 && request.Envelope.Model is null ? RequestedModel.NotFound(request.Snapshot.Models, decision.Models[0]) : failure!);

        meter.Decided(started, candidates[0], fellBack: decision.Models.Count == 0);
        var result = await attempts.RunAsync(plan, candidates, cancellationToken);
        if (result.Usage is { } usage && decision.Lookup is { } lookup)
            sessions.Record(lookup, decision.Models.Count > 0 ? NameInDecision(result.Target!, request.Snapshot.Models, decision) : result.Target!.Name, usage);
        return result;
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    // Whether direct mode would ask one of the same models again, or nobody.
    private static bool AsksTheSame(ClientRequest request, RouteTerms terms, List<ModelTarget> candidates) =>
        terms.HasFallback && (DirectRouter.TargetOf(request, out _) is not { } otherwise || candidates.Contains(otherwise));

    // Agents count in bursts and before every turn: that is neither a turn of the conversation nor worth a decision.
    private static ModelTarget? Counted(ClientRequest request) =>
        (request.Envelope.Model is { } name ? request.Snapshot.Models.Find(name) : null) ?? request.Snapshot.Models.Default;

    private static List<ModelTarget> Candidates(ModelDirectory models, RouteDecision decision)
    {
        var targets = new List<ModelTarget>(Math.Max(1, decision.Models.Count));
        foreach (var model in decision.Models)
        {
            if (TargetOf(model, models, decision) is { } target && !targets.Contains(target))
                targets.Add(target);
        }

        return targets;
    }

    // The route's candidates have been looked up; a session may remember a model that is none of them.
    private static ModelTarget? TargetOf(string model, ModelDirectory models, RouteDecision decision) => decision.From?.TargetOf(model) ?? models.Find(model);

    // Sessions know models by the names that the decision uses, which may be aliases.
    private static string NameInDecision(ModelTarget answered, ModelDirectory models, RouteDecision decision)
    {
        foreach (var model in decision.Models)
        {
            if (ReferenceEquals(TargetOf(model, models, decision), answered))
                return model;
        }

        return answered.Name;
    }
}
