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
        var sent = new InnerRequest(request.Method, request.Path, request.Body, request.Headers);
        var response = await inner.SendAsync(context, sent, request.IsAdmitted && MayAdminister(context), answer, cancellationToken);
        return new GatewayAnswer(response.StatusCode, response.Headers);
    }

    // Whoever came in did so with the gateway's admin key where it has one; the key of the log alone opens the log.
    private bool MayAdminister(HttpContext context) => current.Value.Config.Governance.AdminKey is not null || KeyGuard.IsLocal(context);
}
