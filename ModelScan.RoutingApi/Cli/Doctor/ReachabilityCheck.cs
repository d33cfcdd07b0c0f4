using System.Security.Authentication;
using ModelScan.RoutingApi.Providers;

namespace ModelScan.RoutingApi.Cli.Doctor;

/// <summary>
/// Whether whoever answers at a provider's address speaks HTTP. Nothing is asked of a model and no key is sent: any answer will do.
/// </summary>
internal static class ReachabilityCheck
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(5);

    public static async Task<IReadOnlyList<Finding>> RunAsync(RoutingWithoutServer routing, CancellationToken cancellationToken)
    {
        var directory = routing.Snapshot.Models;
        var addresses = routing.Snapshot.Config.Providers
            .Select(entry => directory.Find(entry.IsWildcard ? $"{entry.Provider}/any" : entry.Model))
            .OfType<ModelTarget>()
            .Where(target => target.Problem is null)
            .Select(target => (target.Config.Provider, Origin: new Uri(target.AddressOf(target.Api.Native[0]), "/")))
            .Distinct();
        return await Task.WhenAll(addresses.Select(address => AskAsync(routing.Services, $"provider {address.Provider}", address.Origin, cancellationToken)));
    }

    /// <summary>Asks an address for anything.</summary>
    public static async Task<Finding> AskAsync(IServiceProvider services, string subject, Uri origin, CancellationToken cancellationToken)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(Limit);
        try
        {
            using var client = services.GetRequiredService<IHttpClientFactory>().CreateClient("doctor");
            using var answer = await client.GetAsync(origin, HttpCompletionOption.ResponseHeadersRead, patience.Token);
            return new Finding(Severity.Ok, subject, $"{origin} answers");
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new Finding(Severity.Failure, subject, $"{origin} does not answer within {Limit.TotalSeconds:0} s", "check the address, the network and HTTPS_PROXY");
        }
        catch (HttpRequestException exception)
        {
            var isTls = exception.InnerException is AuthenticationException;
            return new Finding(
                Severity.Failure, subject, $"{origin} cannot be reached: {(exception.InnerException ?? exception).Message}",
                isTls ? "check the certificate, and whether a proxy in between replaces it" : "check the address, the network and HTTPS_PROXY");
        }
    }
}
