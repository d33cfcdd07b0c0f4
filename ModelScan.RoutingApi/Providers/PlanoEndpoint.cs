using System.Collections.Concurrent;
using ModelScan.RoutingApi.Configuration;

namespace ModelScan.RoutingApi.Providers;

/// <summary>
/// A Plano seen as a provider that speaks every format and takes every model: which one answers is its business. Immutable, save
/// for the models that it remembers having been asked for.
/// </summary>
public sealed class PlanoEndpoint
{
    /// <summary>What Plano is sent where the client leaves the choice of the model to it.</summary>
    public const string NoModel = "none";

    // Names of models come from clients; beyond this many they are described afresh each time.
    private const int MaxRemembered = 4096;

    private readonly ConcurrentDictionary<string, ModelTarget> _targets = new(StringComparer.Ordinal);
    private readonly ModelProviderConfig _config;

    /// <summary>Describes a Plano.</summary>
    /// <param name="baseUrl">Its address, with or without a path, a version or a slash at the end.</param>
    /// <param name="apiKey">Sent as a bearer token; <see langword="null"/> or empty for none.</param>
    /// <param name="passthroughAuth">Whether the client's own credential is sent instead.</param>
    public PlanoEndpoint(Uri baseUrl, string? apiKey, bool passthroughAuth)
    {
        Address = baseUrl;
        _config = new ModelProviderConfig($"{Catalogue.Plano.Name}/*", Catalogue.Plano.Name, "*") { BaseUrl = baseUrl, AccessKey = apiKey, PassthroughAuth = passthroughAuth };
    }

    /// <summary>Where it is.</summary>
    public Uri Address { get; }

    /// <summary>The model that a client asked this Plano for; <see langword="null"/> for none.</summary>
    public ModelTarget For(string? model)
    {
        model ??= NoModel;
        if (_targets.TryGetValue(model, out var target))
            return target;
        target = new ModelTarget(_config, model, Catalogue.Plano.Gateway);
        if (_targets.Count < MaxRemembered)
            _targets.TryAdd(model, target);
        return target;
    }
}
