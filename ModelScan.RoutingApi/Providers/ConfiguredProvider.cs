using System.Collections.Frozen;
using ModelScan.RoutingApi.Configuration;
using ModelScan.RoutingApi.Providers.Catalogue;

namespace ModelScan.RoutingApi.Providers;

/// <summary>Which provider an entry of <c>model_providers</c> means, at the address that it gives.</summary>
internal static class ConfiguredProvider
{
    // Somebody else's service with OpenAI's API: nothing newer than Chat Completions can be taken for granted.
    private static readonly ProviderApi Generic = new(OpenAi.Name) { CatalogueName = "" };

    /// <summary>The provider: the one that the address or the model gives away, else the one that is named, else that of <c>provider_interface</c>.</summary>
    /// <param name="config">The entry.</param>
    /// <param name="modelId">The model as the provider knows it.</param>
    public static ProviderApi Of(ModelProviderConfig config, string modelId)
    {
        var known = ProviderCatalogue.Find(config.Provider);
        var api = ProviderCatalogue.Recognise(config.BaseUrl?.Host, modelId) ?? Named(known, config.ProviderInterface);
        api = At(api, config.BaseUrl);
        return known is null ? api with { Name = config.Provider, TelemetryName = config.Provider } : api;
    }

    // A provider that Plano does not know may still be a server of one's own under its name, and say so.
    private static ProviderApi Named(ProviderApi? known, string? named) => known switch
    {
        { IsKnownToPlano: true } => known,
        not null when named is null or OpenAi.Name => known,
        null when named is null or OpenAi.Name => Generic,
        _ => ProviderCatalogue.Find(named) ?? Generic,
    };

    private static ProviderApi At(ProviderApi api, Uri? address)
    {
        if (address is null)
            return api;
        var path = ProviderPaths.WithoutEndpoint(address.AbsolutePath, out _);
        foreach (var (format, prefix) in api.OwnPrefixes)
        {
            // https://api.deepseek.com/anthropic is the address of one format alone.
            if (path.Length > 0 && (path == prefix || path == prefix[..prefix.LastIndexOf('/')]) && !prefix.Equals(PathOf(api.BaseUrl), StringComparison.Ordinal))
                return api with { Native = [format], Compatible = [], Path = PathRule.AddsVersion, OwnPrefixes = FrozenDictionary<ApiFormat, string>.Empty };
        }

        if (ProviderPaths.EndsInVersion(path) && api.AtVersionedAddress is { } change)
            api = change(api);

        // What somebody else's server under that name serves, it says itself.
        if (api.BaseUrl is { } vendors && new Uri(vendors).Host != address.Host)
            api = api with { Doors = null, DoorPrefixes = FrozenDictionary<ProviderDoor, string>.Empty };
        var hasOwnPrefixes = api.BaseUrl is { } own ? new Uri(own).Host == address.Host : path.Length == 0;
        return hasOwnPrefixes || api.OwnPrefixes.Count == 0
            ? api
            : api with { Native = [.. api.Native.Where(format => !api.OwnPrefixes.ContainsKey(format))], OwnPrefixes = FrozenDictionary<ApiFormat, string>.Empty };
    }

    private static string PathOf(string? address) => address is null ? "" : new Uri(address).AbsolutePath.TrimEnd('/');
}
