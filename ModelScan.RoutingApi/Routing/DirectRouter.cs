using ModelScan.RoutingApi.Dialects;
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
        var target = RequestedModel.Find(exchange, exchange.Models.DirectDefault, out var error);
        exchange.PrefixHash = PromptPrefix.HashOfUnread(exchange);
        return target is null ? ValueTask.FromResult<ClientError?>(error) : attempts.RunAsync(exchange, [target], cancellationToken);
    }
}
