using ModelScan.RoutingApi.Providers.Catalogue;

namespace ModelScan.RoutingApi.Configuration.Reading;

/// <summary>
/// Reads <c>providers</c>, another spelling of wildcards in <c>model_providers</c>:
/// <code>
/// providers:
///   archgw: { base_url: "http://localhost:8080", format: openai }
/// </code>
/// </summary>
internal static class ProvidersBlockReader
{
    /// <summary>The provider that is there without being written.</summary>
    public const string AlwaysThere = Anthropic.Name;

    public static IReadOnlyList<ModelProviderReader.Entry> Read(ConfigMap root)
    {
        var entries = new List<ModelProviderReader.Entry>();
        if (root.Map("providers") is not { } block)
            return entries;
        foreach (var name in block.Keys.ToArray())
        {
            if (block.Map(name) is { } map)
                entries.Add(new ModelProviderReader.Entry(ReadOne(name, map), map, []));
        }

        return entries;
    }

    private static ModelProviderConfig ReadOne(string name, ConfigMap map)
    {
        var format = map.OneOf("format", OpenAi.Name, Anthropic.Name);
        var known = ProviderCatalogue.Find(name);
        var provider = new ModelProviderConfig($"{name}/*", name, "*")
        {
            AccessKey = map.Value("api_key"),
            BaseUrl = map.HttpUrl("base_url"),
            ProviderInterface = known is null ? format : null,
            PassthroughAuth = map.Flag("passthrough_auth") ?? false,
        };
        if (name.Contains('/', StringComparison.Ordinal))
            map.ErrorHere("a provider's name has no slash in it");
        if (known is null && provider.BaseUrl is null && !map.Has("base_url"))
            map.Error("base_url", "is required");
        if (format is null && !map.Has("format") && known is null)
            map.Error("format", $"is required: {OpenAi.Name} or {Anthropic.Name}");
        if (known?.Name is OpenAi.Name or Anthropic.Name && format is not null && known.Name != format)
            map.Error("format", $"'{name}' speaks {known.Name}");
        foreach (var key in (ReadOnlySpan<string>)["routing_mode", "version", "max_retries", "fallback_provider", "circuit_breaker"])
        {
            if (map.Has(key))
                map.Notice(key, $"accepted, without effect: {UnenforcedKeys.Find($"providers.{key}").Reason}");
        }

        map.RefuseOtherKeys();
        return provider;
    }
}
