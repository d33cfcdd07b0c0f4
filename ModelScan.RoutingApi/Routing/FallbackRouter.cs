using ModelScan.RoutingApi.Dialects;
using ModelScan.RoutingApi.Routing.Observation;

namespace ModelScan.RoutingApi.Routing;

/// <summary>
/// Answers directly what another mode could not answer, where the configuration wants that (<c>routing.fallback</c>). A request
/// that is wrong, and an answer that has begun, are not tried again.
/// </summary>
internal sealed partial class FallbackRouter(IRouter mode, DirectRouter direct, FallbackMeter meter, ILogger logger) : IRouter
{
    /// <summary>The mode that is asked first.</summary>
    public IRouter Mode => mode;

    /// <inheritdoc/>
    public string Name => mode.Name;

    /// <inheritdoc/>
    public bool AsksPlano => mode.AsksPlano;

    /// <inheritdoc/>
    public ValueTask<ClientError?> RouteAsync(ProxyExchange exchange, CancellationToken cancellationToken)
    {
        exchange.HasFallback = exchange.Snapshot.Config.Fallback;
        return exchange.HasFallback ? RouteOrFallBackAsync(exchange, cancellationToken) : mode.RouteAsync(exchange, cancellationToken);
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => mode.DisposeAsync();

    private static bool IsFailure(int status) => status is StatusCodes.Status429TooManyRequests or >= StatusCodes.Status500InternalServerError;

    private async ValueTask<ClientError?> RouteOrFallBackAsync(ProxyExchange exchange, CancellationToken cancellationToken)
    {
        var error = await mode.RouteAsync(exchange, cancellationToken);
        if (error is null || !exchange.HasFallback || !IsFailure(error.Status))
            return error;

        exchange.FallbackReason = $"{mode.Name}: {error.Message}";
        meter.FellBack(mode.Name, error.Code);
        Log.FallsBack(logger, mode.Name, error.Message);

        // Decisions and the list of models have another way of their own, which is not direct mode's.
        if (exchange.Kind is RequestKind.Decision or RequestKind.ModelList)
            return error;
        exchange.HasFallback = false;
        exchange.Limits = exchange.Snapshot.Config.Timeouts;
        var failure = await direct.RouteAsync(exchange, cancellationToken);
        return failure is null ? null : failure with { Message = $"{exchange.FallbackReason}; direct: {failure.Message}", Code = failure.Status < 500 ? failure.Code : "FallbackFailed" };
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "{Mode} gave no answer, falling back to direct: {Reason}")]
        public static partial void FallsBack(ILogger logger, string mode, string reason);
    }
}
