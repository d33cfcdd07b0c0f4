using System.Globalization;

namespace ModelScan.RoutingApi.Cli.Doctor;

/// <summary>Whether the sources of prices and latencies answer.</summary>
internal static class MetricsCheck
{
    public static IEnumerable<Finding> Run(RoutingWithoutServer routing)
    {
        foreach (var source in routing.Metrics.Sources)
        {
            var subject = $"metrics of {source.Name}";
            yield return source.FetchedAt is not null
                ? new Finding(Severity.Ok, subject, string.Create(CultureInfo.InvariantCulture, $"{source.Models} models"))
                : new Finding(Severity.Warning, subject, source.LastFailure ?? "no answer yet", "check url in model_metrics_sources; until then models are ordered as declared");
        }
    }
}
