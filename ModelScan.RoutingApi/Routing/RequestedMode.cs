using ModelScan.RoutingApi.Configuration;
using ModelScan.RoutingApi.Pipeline;
using ModelScan.RoutingApi.Routing.Modes;

namespace ModelScan.RoutingApi.Routing;

/// <summary>Reads the mode that a client asks for (<c>x-modelscan-mode</c>).</summary>
internal static class RequestedMode
{
    /// <summary>The header.</summary>
    public const string Header = "x-modelscan-mode";

    /// <summary>The mode; <see langword="null"/> where the client leaves it to the configuration.</summary>
    /// <exception cref="InvalidRequestException">Clients may not choose, or there is no such mode here.</exception>
    public static RoutingMode? Of(ClientRequest request)
    {
        if (!request.Headers.TryGetValue(Header, out var asked))
            return null;
        var config = request.Snapshot.Config;
        if (!config.AllowModeHeader && !request.MayChooseMode)
            throw new InvalidRequestException(Header, "clients may not choose the mode here (routing.allow_mode_header)");
        var mode = RoutingModes.Find(asked) ?? throw new InvalidRequestException(Header, $"must be {RoutingModes.Names}");
        return RoutingModes.Lacks(config, mode) is { } problem ? throw new InvalidRequestException(Header, $"is not configured here: {problem}") : mode;
    }
}
