using System.Collections.Concurrent;
using System.Globalization;
using ModelScan.RoutingApi.Decisions;
using ModelScan.RoutingApi.Decisions.Sessions;
using ModelScan.RoutingApi.Pipeline;

namespace ModelScan.RoutingApi.Routing.Records;

/// <summary>Why a model answered, in a few words for people.</summary>
internal static class Reasons
{
    private const int MostCandidates = 16;

    // Selection policies are few, and so are candidates; nothing is made anew for each request.
    private static readonly ConcurrentDictionary<(string Policy, int Count), string> Ordered = new();

    /// <summary>Of a request that is over.</summary>
    /// <param name="result">What came of it.</param>
    /// <param name="requested">The model that the client named; <see langword="null"/> for none.</param>
    public static string Of(RouteResult result, string? requested)
    {
        if (result.Failure is { } failure)
            return failure.Error.Code;
        if (result.Plan.Terms.FallbackReason is not null)
            return "fallback to direct mode";
        if (result.Plan.Request.Guards is { Cache: "hit" })
            return "the same request was answered before";
        if (result.Attempts.Count > 1)
        {
            var first = result.Attempts[0];
            return $"after {first.Reason ?? Statuses.Text(first.Status)} from {first.Target.Name}";
        }

        return result.Plan.Decision is { } decision ? Of(decision, result.Plan.Request.Snapshot.Decisions)
            : requested is null ? "default model" : "requested";
    }

    /// <summary>Of a decision.</summary>
    public static string Of(RouteDecision decision, DecisionSnapshot snapshot)
    {
        switch (decision.Outcome?.Reason)
        {
            case SessionReason.Held:
                return "held by its session";
            case SessionReason.Replayed:
                return "step of an agent's loop";
            case SessionReason.OverCap:
                return decision.Outcome.SwitchCostUsd is { } cost ? string.Create(CultureInfo.InvariantCulture, $"pinned: a switch would cost ${cost:0.####}") : "pinned: a switch would exceed the budget";
        }

        if (decision.Route is not { } route)
            return decision.ClassifierFailed ? "no route: the classifier failed" : "no route";
        var policy = snapshot.Routes.Find(route)?.Config.Prefer.Name ?? "none";
        var count = decision.Models.Count;
        return count <= MostCandidates ? Ordered.GetOrAdd((policy, count), static place => Of(place.Policy, place.Count)) : Of(policy, count);
    }

    private static string Of(string policy, int count) =>
        count == 1 ? "only model of the route" : string.Create(CultureInfo.InvariantCulture, $"{policy switch { "none" => "first", "random" => "drawn", _ => policy }} of {count}");
}
