namespace Microsoft.Extensions.ServiceDiscovery;

/// <summary>Sends a request to the address of the service that it names.</summary>
internal sealed class ServiceDiscoveryHandler(ConfiguredServices services) : DelegatingHandler
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var named = request.RequestUri;
        if (named is null)
        {
            return await base.SendAsync(request, cancellationToken);
        }

        request.RequestUri = services.Resolve(named);
        try
        {
            return await base.SendAsync(request, cancellationToken);
        }
        finally
        {
            // A retry must look the service up again.
            request.RequestUri = named;
        }
    }
}
