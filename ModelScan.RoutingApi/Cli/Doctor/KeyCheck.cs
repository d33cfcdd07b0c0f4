using ModelScan.RoutingApi.Providers;
using ModelScan.RoutingApi.Providers.Catalogue;

namespace ModelScan.RoutingApi.Cli.Doctor;

/// <summary>Whether every provider has a key, or needs none.</summary>
internal static class KeyCheck
{
    public static IEnumerable<Finding> Run(RoutingWithoutServer routing)
    {
        var directory = routing.Snapshot.Models;
        foreach (var provider in routing.Snapshot.Config.Providers.GroupBy(entry => entry.Provider, StringComparer.Ordinal))
        {
            var targets = provider.Select(entry => directory.Find(entry.IsWildcard ? $"{entry.Provider}/any" : entry.Model)).OfType<ModelTarget>().ToArray();
            yield return Judge($"key of {provider.Key}", targets);
        }
    }

    private static Finding Judge(string subject, IReadOnlyList<ModelTarget> targets)
    {
        if (targets.FirstOrDefault(target => target.Problem is not null) is { Problem: { } problem } unusable)
        {
            var variable = ProviderCatalogue.Find(unusable.Config.Provider)?.KeyVariable;
            return new Finding(
                Severity.Failure, subject, problem.Status == StatusCodes.Status401Unauthorized ? "there is none" : problem.Message,
                problem.Status != StatusCodes.Status401Unauthorized ? "" : variable is null ? "set access_key in model_providers" : $"set {variable}, or access_key in model_providers");
        }

        if (targets.Any(target => target.IsMocked))
            return new Finding(Severity.Warning, subject, "there is none: the mock plays this provider", "set a key to reach the real one");
        if (targets.Any(target => target.UsesClientsCredential))
            return new Finding(Severity.Ok, subject, "the client's own is passed on");
        return new Finding(Severity.Ok, subject, targets.Any(target => string.IsNullOrEmpty(target.Config.AccessKey)) ? "none needed: a server of your own" : "is set");
    }
}
