using ModelScan.RoutingApi.Configuration;
using ModelScan.RoutingApi.Plano;

namespace ModelScan.RoutingApi.Cli.Doctor;

/// <summary>Whether there is Docker or Podman, which the embedded Plano needs, and nothing else.</summary>
internal static class ContainerEngineCheck
{
    private const string Subject = "container engine";

    public static async Task<Finding> RunAsync(RoutingConfig config, CancellationToken cancellationToken)
    {
        var isNeeded = config is { Mode: RoutingMode.PlanoEmbedded, Embedded.Address: null };
        try
        {
            var engine = await ContainerEngine.FindAsync(config.Embedded?.Engine, TimeProvider.System, cancellationToken);
            return new Finding(Severity.Ok, Subject, $"{engine.Program} answers");
        }
        catch (ContainerDownException exception)
        {
            return isNeeded
                ? new Finding(Severity.Failure, Subject, exception.Message, "routing.mode plano_embedded needs one")
                : new Finding(Severity.Ok, Subject, "none answers, and none is needed for this configuration");
        }
    }
}
