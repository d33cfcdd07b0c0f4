using System.Globalization;
using ModelScan.RoutingApi.Configuration;
using ModelScan.RoutingApi.Decisions;
using ModelScan.RoutingApi.Decisions.Sessions;
using ModelScan.RoutingApi.Pipeline;

namespace ModelScan.RoutingApi.Routing.Records;

/// <summary>Why a model answered, in a few words for people.</summary>
internal static class Reasons
{
    private const int MostCandidates = 16;

    private static readonly string[][] Ordered =
    [
        [.. Enumerable.Range(0, MostCandidates + 1).Select(count => count == 1 ? "only model of the route" : Of("first", count))],
        [.. Enumerable.Range(0, MostCandidates + 1).Select(count => count == 1 ? "only model of the route" : Of("cheapest", count))],
        [.. Enumerable.Range(0, MostCandidates + 1).Select(count => count == 1 ? "only model of the route" : Of("fastest", count))],
        [.. Enumerable.Range(0, MostCandidates + 1).Select(count => count == 1 ? "only model of the route" : Of("drawn", count))],
    ];

    /// <summary>Of a request that is over.</summary>
    /// <param name="result">What came of it.</param>
    /// <param name="requested">The model that the client named; <see langword="null"/> for none.</param>
    public static string Of(RouteResult result, string? requested)
    {
        if (result.Failure is { } failure)
            return failure.Error.Code;
        if (result.Plan.Terms.FallbackReason is not null)
            return "fallback to direct mode";
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
        var prefer = snapshot.Routes.Find(route)?.Prefer ?? SelectionPreference.None;
        var count = decision.Models.Count;
        return count <= MostCandidates ? Ordered[(int)prefer][count] : Of(prefer.ToString(), count);
    }

    private static string Of(string what, int count) => string.Create(CultureInfo.InvariantCulture, $"{what} of {count}");
}
