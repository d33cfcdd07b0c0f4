using ModelScan.RoutingApi.Dialects;
using ModelScan.RoutingApi.Providers;
using ModelScan.RoutingApi.Routing.Attempts;

namespace ModelScan.RoutingApi.Routing;

/// <summary>The requested model answers, and nobody decides anything; without a model, the default of direct mode.</summary>
internal sealed class DirectRouter(ModelAttempts attempts) : IRouter
{
    /// <inheritdoc/>
    public string Name => "direct";

    /// <inheritdoc/>
    public ValueTask<ClientError?> RouteAsync(ProxyExchange exchange, CancellationToken cancellationToken)
    {
        exchange.Mode = Name;
        var target = TargetOf(exchange, out var error);
        exchange.PrefixHash = PromptPrefix.HashOfUnread(exchange);
        return target is null ? ValueTask.FromResult<ClientError?>(error) : attempts.RunAsync(exchange, [target], cancellationToken);
    }

    /// <summary>The model that direct mode asks; <see langword="null"/> with an error when there is none.</summary>
    public static ModelTarget? TargetOf(ProxyExchange exchange, out ClientError? error) => RequestedModel.Find(exchange, exchange.Models.DirectDefault, out error);

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
