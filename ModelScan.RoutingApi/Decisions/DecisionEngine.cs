using ModelScan.RoutingApi.Configuration;
using ModelScan.RoutingApi.Conversations;
using ModelScan.RoutingApi.Decisions.Sessions;
using ModelScan.RoutingApi.Decisions.Subagents;
using ModelScan.RoutingApi.Decisions.VirtualModels;
using ModelScan.RoutingApi.ModelMetrics;
using ModelScan.RoutingApi.Providers;

namespace ModelScan.RoutingApi.Decisions;

/// <summary>What is asked of the engine.</summary>
/// <param name="Facts">The request.</param>
/// <param name="InlineRoutes">Routes that came with the request and replace the configured ones; <see langword="null"/> for none.</param>
/// <param name="InlineNote">Why routes that came with the request are ignored, if they are.</param>
/// <param name="Session">The headers that concern sessions.</param>
/// <param name="Explain">Whether <see cref="RouteDecision.Explanation"/> is wanted.</param>
public readonly record struct DecisionRequest(
    RequestFacts Facts,
    IReadOnlyList<RoutePreferenceConfig>? InlineRoutes,
    string? InlineNote,
    SessionHeaders Session,
    bool Explain)
{
    /// <summary>What a model lacks to take the request; <see langword="null"/> from it for nothing. Only asked for an explanation.</summary>
    public Func<string, string?>? Lacks { get; init; }

    /// <summary>Why a candidate is left out before the others are ranked; <see langword="null"/> from it where it is not. <see langword="null"/> where nothing is left out.</summary>
    public Func<ModelTarget, CandidateRoute?, string?>? LeaveOut { get; init; }

    /// <summary>The request as rules see it; <see langword="null"/> where there is no more of it than its facts.</summary>
    public AgentRequest? Agent { get; init; }
}

/// <summary>
/// Decides which model should answer:
/// <list type="number">
/// <item>a rule for agents may say it at once;</item>
/// <item>find the session; one that holds its model, or a step of an agent's loop, needs no classifier;</item>
/// <item>the classifier chooses a route, or none;</item>
/// <item>the route's candidates are ranked by price or latency;</item>
/// <item>the session weighs the first of them against its own model, which may go to the front.</item>
/// </list>
/// Reads one snapshot of the configuration and one of the metrics from start to end. A classifier or a store that fails never
/// fails a request: then no route matches, or there is no session, and the explanation says so.
/// </summary>
public sealed partial class DecisionEngine(ModelMetricsRefresher metrics, SessionAffinity sessions, TimeProvider time, Random random, ILogger<DecisionEngine> logger)
{
    public async ValueTask<RouteDecision> DecideAsync(DecisionSnapshot snapshot, DecisionRequest request, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        var prices = metrics.Current;
        if (request is { InlineRoutes: null, Agent: { } agent } && snapshot.Subagents?.Match(agent) is { } match)
            return ForAgent(snapshot, agent, match, prices, request);
        var routes = request.InlineRoutes is null ? snapshot.Routes : snapshot.TableOf(request.InlineRoutes);
        var config = snapshot.Config;
        var model = snapshot.ResolveAlias(request.Facts.Model);
        var facts = ReferenceEquals(model, request.Facts.Model) ? request.Facts : request.Facts with { Model = model };
        var left = VirtualModelNames.Find(model);
        var session = await sessions.BeginAsync(
            facts, request.Session, config.Session, config.PromptCaching, !routes.IsEmpty || left is not null,
            request.InlineRoutes is null ? snapshot.IsReachable : snapshot.ReachableThrough(routes), cancellationToken);

        var classification = session.Replay is null && session.Held is null && !routes.IsEmpty && left is null or VirtualModel.Auto
            ? await ClassifyAsync(snapshot.Classifier, new ClassificationRequest(routes.Set, facts.Messages, session.PinnedRoute, request.Explain) { IsInline = request.InlineRoutes is not null }, cancellationToken)
            : null;
        var heldRoute = session.Replay?.Choice?.Route ?? session.Held?.Route;
        var route = routes.Find(classification is null ? heldRoute : classification.Route);
        var (ranked, ranking, leftOut) = Rank(route, prices, request);
        var name = route?.Config.Name;
        if (left is { } virtualModel && ranked.Count == 0)
        {
            ranking = VirtualRanking.Rank(virtualModel, Remaining(snapshot.Models.Candidates, request.LeaveOut), request.Agent?.Format ?? default, request.Agent is { } asked ? asked.Body : default, prices, snapshot.IsCoolingDown);
            (ranked, name) = ([.. ranking.Select(candidate => candidate.Model)], model);
        }

        var outcome = session.Replay ?? sessions.Conclude(
            session, ranked.Count > 0 ? ranked[0] : session.Held?.Model, name, prices.PriceOf);
        var byVirtual = name is not null && name == model && left is not null && session.Replay is null && session.Held is null;
        var chosen = IsLeftOut(outcome.Choice?.Model, route, snapshot, request.LeaveOut) ? ranked : Candidates(ranked, outcome, facts.Model);
        return new RouteDecision(chosen, outcome.Choice?.Route, byVirtual ? VirtualModelNames.Provider : DecidedBy(classification, session, routes))
        {
            From = route,
            Reason = byVirtual && ranking.Count > 0 ? ranking[0].Reason : null,
            SessionId = session.Key?.SessionId,
            Lookup = session,
            Pinned = outcome.Pinned,
            Switched = outcome.Switched,
            ClassifierFailed = classification is { HasFailed: true },
            Classification = classification,
            Outcome = outcome,
            Turn = classification is null && session.Key is null ? null : TurnOf(facts.Messages), // what nobody had to read stays unread
            LeftOut = leftOut,
            Took = time.GetElapsedTime(started),
            Explanation = request.Explain
                ? new DecisionExplanation(
                    request.InlineRoutes is null ? "configuration" : "request", classification, [.. ranking, .. leftOut], session.Key is null ? null : outcome,
                    request.InlineNote is null ? [] : [request.InlineNote])
                : null,
        };
    }

    private static int? TurnOf(IReadOnlyList<ConversationMessage> messages)
    {
        var turn = 0;
        for (var i = 0; i < messages.Count; i++)
            turn += messages[i].Role == ConversationRole.User ? 1 : 0;
        return turn > 0 ? turn : null;
    }

    // Sessions have no part in it: an agent's requests carry the session of whoever started it.
    private RouteDecision ForAgent(DecisionSnapshot snapshot, AgentRequest agent, AgentMatch match, ModelMetricsSnapshot prices, DecisionRequest request)
    {
        var route = snapshot.Routes.Find(match.Target.Route);
        var (ranked, ranking, leftOut) = Rank(route, prices, request);
        if (VirtualModelNames.Find(snapshot.ResolveAlias(match.Target.Model)) is { } left)
        {
            ranking = VirtualRanking.Rank(left, Remaining(snapshot.Models.Candidates, request.LeaveOut), agent.Format, agent.Body, prices, snapshot.IsCoolingDown);
            ranked = [.. ranking.Select(candidate => candidate.Model)];
        }
        else if (match.Target.Model is { } model)
        {
            ranked = [model];
        }

        return new RouteDecision(ranked, $"{SubagentRules.Name}/{match.Name}", SubagentRules.Name)
        {
            From = route,
            Reason = match.Reason,
            LeftOut = leftOut,
            Explanation = request.Explain ? new DecisionExplanation("configuration", null, [.. ranking, .. leftOut], null, [match.Reason]) : null,
        };
    }

    private async ValueTask<RouteClassification> ClassifyAsync(IRouteClassifier classifier, ClassificationRequest request, CancellationToken cancellationToken)
    {
        try
        {
            return await classifier.ClassifyAsync(request, cancellationToken);
        }
        catch (RouteClassificationException exception)
        {
            Log.ClassifierFailed(logger, classifier.Name, exception);
            return new RouteClassification(null, classifier.Name) { HasFailed = true, Notes = [$"classifier {classifier.Name} failed: {exception.Message}"] };
        }
    }

    // What does not come into question for a request has no place in the order.
    private (IReadOnlyList<string> Ranked, IReadOnlyList<RankedModel> Explained, IReadOnlyList<RankedModel> LeftOut) Rank(CandidateRoute? route, ModelMetricsSnapshot prices, in DecisionRequest request)
    {
        if (route is null)
            return ([], [], []);
        var models = route.Config.Models;
        List<RankedModel>? leftOut = null;
        if (request.LeaveOut is { } leaveOut)
        {
            foreach (var candidate in route.Candidates)
            {
                if (candidate.Target is { } target && leaveOut(target, route) is { } why)
                    (leftOut ??= []).Add(new RankedModel(candidate.Name, prices.PriceOf(candidate.Name), null, null, $"left out: {why}"));
            }

            if (leftOut is not null)
                models = [.. models.Where(model => !leftOut.Exists(left => left.Model == model))];
        }

        if (!request.Explain)
            return (ModelRanker.Rank(models, route.Config.Prefer, prices, random, route.IsCoolingDown, route.InFlight), [], leftOut ?? []);
        var lacks = request.Lacks;
        var explained = ModelRanker.Explain(models, route.Config.Prefer, prices, random, time.GetUtcNow(), route.IsCoolingDown, route.InFlight)
            .Select(model => route.ReasonToLeaveAlone(model.Model) is { } reason ? model with { Reason = $"{model.Reason} ({reason})" } : model)
            .Select(model => lacks?.Invoke(model.Model) is { } lack ? model with { Reason = $"{model.Reason}; passed over: {lack}" } : model).ToArray();
        return ([.. explained.Select(model => model.Model)], explained, leftOut ?? []);
    }

    private static IReadOnlyList<ModelTarget> Remaining(IReadOnlyList<ModelTarget> candidates, Func<ModelTarget, CandidateRoute?, string?>? leaveOut) =>
        leaveOut is null ? candidates : [.. candidates.Where(candidate => leaveOut(candidate, null) is null)];

    // A session may hold a model that its client can no longer pay for.
    private static bool IsLeftOut(string? model, CandidateRoute? route, DecisionSnapshot snapshot, Func<ModelTarget, CandidateRoute?, string?>? leaveOut) =>
        leaveOut is not null && model is not null && (route?.TargetOf(model) ?? snapshot.Models.Find(model)) is { } target && leaveOut(target, route) is not null;

    // A choice without a route that is only what the client asked for anyway is no decision.
    private static IReadOnlyList<string> Candidates(IReadOnlyList<string> ranked, SessionOutcome outcome, string? requested) =>
        outcome.Choice is not { } choice || (choice.Route is null && ranked.Count == 0 && choice.Model == requested)
            ? []
            : CandidateOrder.WithFirst(ranked, choice.Model);

    private static string DecidedBy(RouteClassification? classification, SessionLookup session, RouteTable routes) =>
        classification?.Classifier ?? (session.Replay is not null || session.Held is not null ? "session" : routes.IsEmpty ? "none" : "unknown");

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "Classifier {Classifier} could not decide; the request goes on without a route")]
        public static partial void ClassifierFailed(ILogger logger, string classifier, Exception exception);
    }
}
