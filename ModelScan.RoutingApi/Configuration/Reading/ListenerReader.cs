namespace ModelScan.RoutingApi.Configuration.Reading;

/// <summary>Reads <c>listeners</c>, as a list and in the older form with <c>ingress_traffic</c> and <c>egress_traffic</c>.</summary>
internal static class ListenerReader
{
    public static (ModelListenerConfig Listener, ListenerFilters Filters) Read(ConfigMap root, IReadOnlyDictionary<string, FilterConfig> filters, bool hasProviders)
    {
        if (root.IsMapping("listeners"))
            return (ReadLegacy(root.Map("listeners")!, hasProviders), ListenerFilters.None);
        ModelListenerConfig? model = null;
        var used = ListenerFilters.None;
        foreach (var map in root.Maps("listeners"))
        {
            var type = map.OneOf("type", "model", "prompt", "agent");
            if (!map.Has("type"))
                map.Error("type", "is required: model, prompt or agent");
            map.RequiredText("name");
            var listener = ReadAddress(map);
            map.OneOf("router", "plano_orchestrator_v1");
            map.WithoutEffect("router", "max_retries", "agents");
            var named = new ListenerFilters(FilterReader.Named(map, "input_filters", filters), FilterReader.Named(map, "output_filters", filters));
            if (type != "model")
                map.WithoutEffect("input_filters", "output_filters");
            foreach (var agent in map.Maps("agents"))
                ReadAgent(agent, filters);
            map.RefuseOtherKeys();
            if (type is "prompt" or "agent")
                map.Notice("type", $"accepted, without effect: {type} listeners are not served");
            if (type != "model")
                continue;
            if (model is not null)
                map.ErrorHere("only one model listener is allowed");
            if (model is null)
                (model, used) = (listener, named);
        }

        return (model ?? ModelListenerConfig.Default, used);
    }

    private static ModelListenerConfig ReadLegacy(ConfigMap listeners, bool hasProviders)
    {
        if (!hasProviders)
            listeners.ErrorHere("this older form needs llm_providers");
        if (listeners.Map("ingress_traffic") is { } ingress)
        {
            ReadTraffic(ingress);
            listeners.WithoutEffect("ingress_traffic");
        }

        var model = listeners.Map("egress_traffic") is { } egress ? ReadTraffic(egress) : ModelListenerConfig.Default;
        listeners.RefuseOtherKeys();
        return model;
    }

    private static ModelListenerConfig ReadTraffic(ConfigMap map)
    {
        var listener = ReadAddress(map);
        map.OneOf("message_format", "openai");
        if (map.Path.EndsWith("egress_traffic", StringComparison.Ordinal))
            map.WithoutEffect("message_format");
        map.RefuseOtherKeys();
        return listener;
    }

    private static ModelListenerConfig ReadAddress(ConfigMap map) => new(
        ReadHost(map),
        map.Whole("port", 1, 65535) ?? ModelListenerConfig.Default.Port)
    {
        Timeout = ReadTimeout(map),
    };

    private static TimeSpan? ReadTimeout(ConfigMap map)
    {
        var timeout = map.Duration("timeout");
        if (timeout != TimeSpan.Zero)
            return timeout;
        map.Error("timeout", "must be longer than zero");
        return null;
    }

    private static string? ReadHost(ConfigMap map)
    {
        if (map.Value("address") is not { Length: > 0 } address)
            return null;
        if (!ListenAddress.IsHost(address))
            map.Error("address", $"must be an IP address or localhost, not '{address}'");
        return address;
    }

    private static void ReadAgent(ConfigMap agent, IReadOnlyDictionary<string, FilterConfig> filters)
    {
        agent.RequiredText("id");
        agent.RequiredText("description");
        agent.Flag("default");
        FilterReader.Named(agent, "input_filters", filters);
        agent.WithoutEffect("input_filters");
        agent.RefuseOtherKeys();
    }
}
