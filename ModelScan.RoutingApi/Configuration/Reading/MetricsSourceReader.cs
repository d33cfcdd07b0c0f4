namespace ModelScan.RoutingApi.Configuration.Reading;

/// <summary>Reads <c>model_metrics_sources</c>, in today's form (<c>type</c> and <c>provider</c>) and in the older one.</summary>
internal static class MetricsSourceReader
{
    private const string DigitalOceanUrl = "https://api.digitalocean.com/v2/gen-ai/models/catalog";
    private const string ModelsDevUrl = "https://models.dev/api.json";

    public static IReadOnlyList<ModelMetricsSourceConfig> Read(ConfigMap root)
    {
        var sources = new List<ModelMetricsSourceConfig>();
        foreach (var map in root.Maps("model_metrics_sources"))
        {
            if (ReadKind(map) is not { } kind)
                continue;
            var source = new ModelMetricsSourceConfig(kind, ReadUrl(map, kind))
            {
                Query = kind == ModelMetricsSourceKind.Prometheus ? map.RequiredText("query") : null,
                RefreshInterval = ReadInterval(map),
                BearerToken = ReadBearerToken(map),
                ModelAliases = map.TextMap("model_aliases"),
            };
            map.RefuseOtherKeys();

            // What the gateway observes itself may stand beside a latency server, for when that one has no data.
            if (kind != ModelMetricsSourceKind.Observed && sources.Exists(earlier => earlier.IsCost == source.IsCost && earlier.Kind != ModelMetricsSourceKind.Observed))
                map.Error("type", $"only one {(source.IsCost ? "cost" : "latency")} source is allowed");
            sources.Add(source);
        }

        return sources;
    }

    private static ModelMetricsSourceKind? ReadKind(ConfigMap map)
    {
        var type = map.OneOf("type", "cost", "latency", "digitalocean_pricing", "prometheus_metrics", "cost_metrics");
        if (type is null && !map.Has("type"))
            map.Error("type", "is required: cost or latency");
        switch (type)
        {
            case "digitalocean_pricing": return ModelMetricsSourceKind.DigitalOceanCatalog;
            case "prometheus_metrics": return ModelMetricsSourceKind.Prometheus;
            case "cost_metrics": return ModelMetricsSourceKind.CostEndpoint;
            case null: return null;
        }

        var provider = type == "cost" ? map.OneOf("provider", "digitalocean", "models.dev") : map.OneOf("provider", "prometheus", "observed");
        if (provider is null && !map.Has("provider"))
            map.Error("provider", type == "cost" ? "is required: digitalocean or models.dev" : "is required: prometheus or observed");
        return provider switch
        {
            "digitalocean" => ModelMetricsSourceKind.DigitalOceanCatalog,
            "models.dev" => ModelMetricsSourceKind.ModelsDev,
            "prometheus" => ModelMetricsSourceKind.Prometheus,
            "observed" => ModelMetricsSourceKind.Observed,
            _ => null,
        };
    }

    private static Uri? ReadUrl(ConfigMap map, ModelMetricsSourceKind kind)
    {
        if (kind == ModelMetricsSourceKind.Observed)
            return null;
        if (map.HttpUrl("url") is { } url)
            return url;
        switch (kind)
        {
            case ModelMetricsSourceKind.DigitalOceanCatalog: return new Uri(DigitalOceanUrl);
            case ModelMetricsSourceKind.ModelsDev: return new Uri(ModelsDevUrl);
            default:
                if (!map.Has("url"))
                    map.Error("url", "is required");
                return null;
        }
    }

    private static TimeSpan? ReadInterval(ConfigMap map)
    {
        var interval = map.Duration("refresh_interval");
        if (interval >= TimeSpan.FromSeconds(1) || interval is null)
            return interval;
        map.Error("refresh_interval", "must be at least 1 second");
        return null;
    }

    private static string? ReadBearerToken(ConfigMap map)
    {
        if (map.Map("auth") is not { } auth)
            return null;
        if (auth.OneOf("type", "bearer") is null && !auth.Has("type"))
            auth.Error("type", "is required: bearer");
        var token = auth.Value("token");
        if (token is null && !auth.Has("token"))
            auth.Error("token", "is required");
        HeaderValues.CheckValue(auth, "token", token);
        auth.RefuseOtherKeys();
        return token;
    }
}
