namespace ModelScan.RoutingApi.Providers;

/// <summary>Tells whoever is asked which gateways the request has passed.</summary>
internal sealed class HopHandler(HopTrail trail) : DelegatingHandler
{
    /// <inheritdoc/>
    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        request.Headers.TryAddWithoutValidation(HopTrail.HeaderName, trail.Outgoing);
        return base.SendAsync(request, cancellationToken);
    }
}
