using ModelScan.RoutingApi.Pipeline;
using ModelScan.RoutingApi.Routing.Observation;

namespace ModelScan.RoutingApi.Routing;

/// <summary>
/// Answers directly what another mode could not answer, where the configuration wants that (<c>routing.fallback</c>). A request
/// that is wrong, and an answer that has begun, are not tried again.
/// </summary>
internal sealed partial class FallbackRouter(IRouter mode, DirectRouter direct, FallbackMeter meter, ILogger logger) : IRouter
{
    /// <summary>The same around a mode's router.</summary>
    public static FallbackRouter Around(IRouter mode, IServiceProvider services) => new(
        mode, services.GetRequiredService<DirectRouter>(), services.GetRequiredService<FallbackMeter>(), services.GetRequiredService<ILogger<FallbackRouter>>());

    /// <summary>The mode that is asked first.</summary>
    public IRouter Mode => mode;

    /// <inheritdoc/>
    public string Name => mode.Name;

    /// <inheritdoc/>
    public bool AsksPlano => mode.AsksPlano;

    /// <inheritdoc/>
    public ValueTask<RouteResult> RouteAsync(ClientRequest request, ClientResponse response, RouteTerms terms, CancellationToken cancellationToken) =>
        request.Snapshot.Config.Fallback ? RouteOrFallBackAsync(request, response, cancellationToken) : mode.RouteAsync(request, response, terms, cancellationToken);

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => mode.DisposeAsync();

    private async ValueTask<RouteResult> RouteOrFallBackAsync(ClientRequest request, ClientResponse response, CancellationToken cancellationToken)
    {
        var result = await mode.RouteAsync(request, response, RouteTerms.BeforeFallback, cancellationToken);

        // A mode takes its plan's fallback away where direct mode would do the same once more.
        if (result.Failure is not { IsWorthAnotherMode: true } failure || !result.Plan.HasFallback)
            return result;
        var reason = $"{mode.Name}: {failure.Error.Message}";
        meter.FellBack(mode.Name, failure.Error.Code);
        Log.FallsBack(logger, mode.Name, failure.Error.Message);
        var terms = new RouteTerms { FallbackReason = reason, Earlier = result.Attempts };

        // Decisions and the list of models have another way of their own, which is not direct mode's.
        if (request.Kind is RequestKind.Decision or RequestKind.ModelList)
            return result with { Plan = result.Plan with { Terms = terms } };
        var fallenBack = await direct.RouteAsync(request, response, terms, cancellationToken);
        return fallenBack.Failure is { } second ? fallenBack with { Failure = Both(reason, second) } : fallenBack;
    }

    private static RouteFailure Both(string reason, RouteFailure second)
    {
        var message = $"{reason}; direct: {second.Error.Message}";
        return second.Error.Status < StatusCodes.Status500InternalServerError
            ? second with { Error = second.Error with { Message = message } }
            : second with { Kind = FailureKind.FallbackFailed, Error = second.Error with { Message = message, Code = "FallbackFailed" } };
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "{Mode} gave no answer, falling back to direct: {Reason}")]
        public static partial void FallsBack(ILogger logger, string mode, string reason);
    }
}
