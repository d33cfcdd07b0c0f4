using ModelScan.RoutingApi.Decisions;
using ModelScan.RoutingApi.Providers;
using ModelScan.RoutingApi.Providers.Models;

namespace ModelScan.RoutingApi.Routing;

/// <summary>Compiles a configuration's models once, with the first request that it serves.</summary>
internal sealed class ModelDirectories(IConfiguration configuration, ModelCatalogue catalogue)
{
    private readonly Uri? _mock = MockAddress(configuration["MockProviders"]);
    private Compiled? _last;

    /// <summary>The models of <paramref name="snapshot"/>.</summary>
    public ModelDirectory For(DecisionSnapshot snapshot)
    {
        // Two requests may compile at the same time after a reload; the results are equal.
        var last = Volatile.Read(ref _last);
        if (last is not null && ReferenceEquals(last.Snapshot, snapshot))
            return last.Models;
        var models = new ModelDirectory(snapshot.Config, _mock, catalogue);
        Volatile.Write(ref _last, new Compiled(snapshot, models));
        return models;
    }

    private static Uri? MockAddress(string? setting)
    {
        if (string.IsNullOrWhiteSpace(setting))
            return null;
        return Uri.TryCreate(setting, UriKind.Absolute, out var address) && address.Scheme is "http" or "https" or "https+http"
            ? address
            : throw new InvalidOperationException($"MockProviders must be an http or https URL, not '{setting}'");
    }

    private sealed record Compiled(DecisionSnapshot Snapshot, ModelDirectory Models);
}
