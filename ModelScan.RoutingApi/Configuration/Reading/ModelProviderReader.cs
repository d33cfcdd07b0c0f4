using ModelScan.RoutingApi.Providers.Catalogue;

namespace ModelScan.RoutingApi.Configuration.Reading;

/// <summary>Reads <c>model_providers</c> (and its older name <c>llm_providers</c>).</summary>
internal static class ModelProviderReader
{
    /// <summary>A provider with the routes written inside it, as versions before v0.4.0 did.</summary>
    public sealed record Entry(ModelProviderConfig Provider, ConfigMap Map, IReadOnlyList<RoutePreferenceConfig> InlineRoutes);

    public static IReadOnlyList<Entry> Read(ConfigMap root)
    {
        if (root.Has("model_providers") && root.Has("llm_providers"))
            root.Error("llm_providers", "is the older name of model_providers; give only one of the two");
        var entries = new List<Entry>();
        foreach (var map in root.Maps(root.Has("model_providers") ? "model_providers" : "llm_providers"))
        {
            if (ReadOne(map) is { } entry)
                entries.Add(entry);
        }

        entries.AddRange(ProvidersBlockReader.Read(root));
        RefuseDuplicates(entries);
        return entries;
    }

    private static Entry? ReadOne(ConfigMap map)
    {
        var model = map.RequiredText("model");
        var slash = model.IndexOf('/', StringComparison.Ordinal);
        var provider = new ModelProviderConfig(map.Text("name") ?? model, slash > 0 ? model[..slash] : "", model[(slash + 1)..])
        {
            AccessKey = map.Value("access_key"),
            IsDefault = map.Flag("default") ?? false,
            BaseUrl = map.HttpUrl("base_url") ?? EndpointUrl(map),
            PassthroughAuth = map.Flag("passthrough_auth") ?? false,
            HttpHost = map.Value("http_host"),
            IsInternal = map.Flag("internal") ?? false,
            ProviderInterface = map.OneOf("provider_interface", [.. ProviderCatalogue.Interfaces]),
            Headers = map.TextMap("headers"),
            Capabilities = ModelCapabilitiesReader.Read(map),
            Doors = ReadDoors(map),
            Retry = RetryPolicyReader.Read(map),
        };
        provider = ReadKeys(map, provider);
        HeaderValues.CheckValue(map, "access_key", provider.AccessKey);
        HeaderValues.CheckHost(map, "http_host", provider.HttpHost);
        HeaderValues.CheckAll(map, "headers", provider.Headers);
        provider = AwsReader.Complete(map, provider);
        var inlineRoutes = map.Maps("routing_preferences").Select(RoutePreferenceReader.ReadInline).ToArray();
        map.WithoutEffect("stream", "cluster_name", "base_url_path_prefix", "usage", "rate_limits");
        map.RefuseOtherKeys();

        if (model.Length == 0)
            return null;
        if (slash <= 0 || slash == model.Length - 1)
        {
            map.Error("model", $"'{model}' must have the form provider/model");
            return null;
        }

        CheckInterface(map, provider);
        if (provider is { IsWildcard: true, IsDefault: true })
            map.Error("default", "a wildcard cannot be the default model");
        if (provider.PassthroughAuth && !string.IsNullOrEmpty(provider.AccessKey))
            map.Notice("passthrough_auth", "the client's credential is used; access_key is not");
        return new Entry(provider, map, inlineRoutes);
    }

    // A variable that is not set is one key less; where none is left, it is as if none had been named.
    private static ModelProviderConfig ReadKeys(ConfigMap map, ModelProviderConfig provider)
    {
        var selection = map.Choice<KeySelection>("key_selection") ?? default;
        if (!map.Has("access_keys"))
        {
            if (map.Has("key_selection"))
                map.Error("key_selection", "has a meaning beside access_keys alone");
            return provider;
        }

        if (map.Has("access_key"))
            map.Error("access_keys", "stands in the place of access_key; give only one of the two");
        string[] keys = [.. map.Values("access_keys").Where(key => key.Length > 0).Distinct(StringComparer.Ordinal)];
        foreach (var key in keys)
            HeaderValues.CheckValue(map, "access_keys", key);
        return provider with { AccessKey = keys.FirstOrDefault(), AccessKeys = keys, KeySelection = selection };
    }

    private static IReadOnlyList<ProviderDoor>? ReadDoors(ConfigMap map)
    {
        if (!map.Has("doors"))
            return null;
        var names = map.Texts("doors");
        foreach (var name in names.Where(name => ProviderDoors.Find(name) is null))
            map.Error("doors", $"'{name}' is not one of {string.Join(", ", ProviderDoors.Names)}");
        return [.. names.Select(ProviderDoors.Find).OfType<ProviderDoor>()];
    }

    // Older files give host, port and protocol apart from each other.
    private static Uri? EndpointUrl(ConfigMap map)
    {
        var endpoint = map.Value("endpoint");
        var port = map.Whole("port", 1, 65535);
        var protocol = map.OneOf("protocol", "http", "https");
        if (endpoint is null || map.Has("base_url"))
            return null;
        if (Uri.TryCreate($"{protocol ?? "https"}://{endpoint}{(port is null ? "" : $":{port}")}", UriKind.Absolute, out var url))
            return url;
        map.Error("endpoint", $"must be a host with an optional port, not '{endpoint}'");
        return null;
    }

    private static void CheckInterface(ConfigMap map, ModelProviderConfig provider)
    {
        var hasUrl = provider.BaseUrl is not null || map.Has("base_url") || map.Has("endpoint");
        if (ProviderCatalogue.Find(provider.Provider) is { } known)
        {
            if (map.Has("provider_interface") && known.IsKnownToPlano)
                map.Error("provider_interface", $"'{provider.Provider}' is known; please provide provider interface as part of model name");
            if (known is { BaseUrl: null, NeedsNoAddress: false } && !hasUrl)
                map.Error("base_url", $"is required for {known.Name}");
            return;
        }

        if (!hasUrl || !map.Has("provider_interface"))
            map.Error("model", $"'{provider.Provider}' is not a known provider: base_url and provider_interface must be given");
    }

    private static void RefuseDuplicates(List<Entry> entries)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        var models = new HashSet<string>(StringComparer.Ordinal);
        Entry? defaultEntry = null;
        foreach (var entry in entries)
        {
            var provider = entry.Provider;
            if (!names.Add(provider.Name))
                entry.Map.Error(entry.Map.Has("name") ? "name" : "model", $"duplicate name '{provider.Name}'");
            else if (!models.Add(provider.Model))
                entry.Map.Error("model", $"duplicate model '{provider.Model}'");
            if (!provider.IsDefault)
                continue;
            if (defaultEntry is not null)
                entry.Map.Error("default", $"only one model can be the default, and '{defaultEntry.Provider.Name}' is it already");
            defaultEntry ??= entry;
        }
    }
}
