using ModelScan.RoutingApi.Pipeline;
using ModelScan.WebConsole;

namespace ModelScan.RoutingApi.Endpoints.WebConsole;

/// <summary>The gateway, as its console sees it.</summary>
internal sealed class ConsoleGateway(CurrentSnapshot current, InnerRequests inner) : IGateway
{
    /// <inheritdoc/>
    public string? AdminKey => current.Value.Config.Governance.AdminKey ?? current.Value.Config.RequestLog.AdminKey;

    /// <inheritdoc/>
    public async Task<GatewayAnswer> SendAsync(HttpContext context, GatewayRequest request, Stream answer, CancellationToken cancellationToken)
    {
        var response = await inner.SendAsync(context, request.Method, request.Path, request.Body, request.Headers, answer, cancellationToken);
        return new GatewayAnswer(response.StatusCode, response.Headers);
    }
}
