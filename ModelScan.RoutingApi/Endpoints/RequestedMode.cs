using ModelScan.RoutingApi.Decisions;
using ModelScan.RoutingApi.Dialects;
using ModelScan.RoutingApi.Routing;

namespace ModelScan.RoutingApi.Endpoints;

/// <summary>Finds the router that serves a request: that of the mode in force, or of the mode that the client's <c>x-modelscan-mode</c> names.</summary>
internal static class RequestedMode
{
    /// <summary>The router, held until the lease is disposed.</summary>
    /// <exception cref="InvalidRequestException">Clients may not choose, or there is no such mode here.</exception>
    public static RouterLease Enter(RouterSwitch routers, IHeaderDictionary headers, DecisionSnapshot snapshot)
    {
        if (!headers.TryGetValue(ResponseHeaders.Mode, out var asked))
            return routers.Enter();
        if (!snapshot.Config.AllowModeHeader)
            throw new InvalidRequestException(ResponseHeaders.Mode, "clients may not choose the mode here (routing.allow_mode_header)");
        var mode = RoutingModes.Find(asked) ?? throw new InvalidRequestException(ResponseHeaders.Mode, $"must be {RoutingModes.Names}");
        if (RoutingModes.Lacks(snapshot.Config, mode) is { } problem)
            throw new InvalidRequestException(ResponseHeaders.Mode, $"is not configured here: {problem}");
        return routers.Enter(mode);
    }
}
