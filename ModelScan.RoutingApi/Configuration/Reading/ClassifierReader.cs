namespace ModelScan.RoutingApi.Configuration.Reading;

/// <summary>Reads <c>routing.classifier</c>: the name of a kind, or a mapping with its settings.</summary>
internal static class ClassifierReader
{
    private const double UsualUnsureBelow = 0.6;
    private const int UsualMaxTokens = 128;

    private static readonly string[] RouterModelKeys = ["base_url", "access_key", "prompt", "timeout"];
    private static readonly string[] EncoderKeys = ["vocab", "pooling", "max_tokens"];

    public static ClassifierConfig Read(ConfigMap routing)
    {
        if (!routing.IsMapping("classifier"))
            return new ClassifierConfig { Kind = ConfigNames<ClassifierKind>.Find(routing.OneOf("classifier", "embedded", "endpoint")) ?? ClassifierKind.Embedded };
        var map = routing.Map("classifier")!;
        var kind = map.Choice<ClassifierKind>("type") ?? map.Choice<ClassifierKind>("kind") ?? ClassifierKind.Embedded;
        map.Has("kind");
        var classifier = new ClassifierConfig
        {
            Kind = kind,
            Threshold = map.Number("threshold", 0, 1),
            Stay = map.Number("stay", -10, 10),
            Calibration = ExistingFile(map, "calibration"),
            Encoder = kind == ClassifierKind.Onnx ? ReadEncoder(map) : null,
            RouterModel = kind == ClassifierKind.Onnx ? null : ReadRouterModel(map),
            UnsureBelow = ReadUnsureBelow(map, kind),
        };
        foreach (var key in (string[])[.. EncoderKeys, .. RouterModelKeys])
        {
            if (map.Has(key) && kind == ClassifierKind.Onnx != EncoderKeys.Contains(key) && map.Text(key) is not null)
                map.Error(key, kind == ClassifierKind.Onnx ? "belongs to a router model, not to kind: onnx" : "belongs to kind: onnx");
        }

        map.Has("cache");
        map.RefuseOtherKeys();
        return classifier;
    }

    private static RouterModelConfig? ReadRouterModel(ConfigMap map)
    {
        var cache = map.Map("cache");
        var cacheEntries = cache?.Whole("entries", 0, 100_000) ?? 1000;
        var cacheAge = cache is null ? TimeSpan.FromMinutes(5) : RoutingSectionReader.Positive(cache, "age", TimeSpan.FromMinutes(5));
        if (cache?.Flag("enabled") == false)
            cacheEntries = 0;
        var url = map.HttpUrl("base_url");
        var model = map.Text("model");
        var read = url is null || model is null ? null : new RouterModelConfig(url, model)
        {
            ApiKey = map.Value("access_key"),
            PromptStyle = map.OneOf("prompt", "orchestrator", "arch_router"),
            Timeout = RoutingSectionReader.Positive(map, "timeout", TimeSpan.FromSeconds(2)),
            CacheEntries = cacheEntries,
            CacheAge = cacheAge,
        };
        HeaderValues.CheckValue(map, "access_key", read?.ApiKey);
        if (url is null != model is null)
            map.Error(url is null ? "model" : "base_url", "base_url and model belong together");
        cache?.RefuseOtherKeys();
        return read;
    }

    private static EncoderConfig? ReadEncoder(ConfigMap map)
    {
        foreach (var key in (ReadOnlySpan<string>)["model", "vocab"])
        {
            if (!map.Has(key))
                map.Error(key, "is required: kind onnx needs the model's file and its word pieces");
        }

        var (model, vocabulary) = (ExistingFile(map, "model"), ExistingFile(map, "vocab"));
        var poolsFirst = map.OneOf("pooling", "mean", "cls") == "cls";
        var maxTokens = map.Whole("max_tokens", 8, 512) ?? UsualMaxTokens;
        return model is null || vocabulary is null ? null : new EncoderConfig(model, vocabulary, poolsFirst, maxTokens);
    }

    private static double? ReadUnsureBelow(ConfigMap map, ClassifierKind kind)
    {
        var asks = map.OneOf("when_unsure", "none", "router_model") == "router_model";
        var below = map.Number("unsure_below", 0, 1);
        if (below is not null && !asks)
            map.Error("unsure_below", "belongs to when_unsure: router_model");
        if (asks && kind == ClassifierKind.Endpoint)
            map.Error("when_unsure", "the router model decides everything with type: endpoint");
        return asks ? below ?? UsualUnsureBelow : null;
    }

    private static string? ExistingFile(ConfigMap map, string key)
    {
        if (map.Value(key) is not { } path)
            return null;
        if (!File.Exists(path))
            map.Error(key, $"there is no file '{path}'");
        return path;
    }
}
