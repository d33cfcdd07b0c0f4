namespace ModelScan.RoutingApi.Configuration.Reading;

/// <summary>Reads <c>listeners</c>, as a list and in the older form with <c>ingress_traffic</c> and <c>egress_traffic</c>.</summary>
internal static class ListenerReader
{
    public static ModelListenerConfig Read(ConfigMap root, IReadOnlySet<string> filterIds, bool hasProviders)
    {
        if (root.IsMapping("listeners"))
            return ReadLegacy(root.Map("listeners")!, hasProviders);
        ModelListenerConfig? model = null;
        foreach (var map in root.Maps("listeners"))
        {
            var type = map.OneOf("type", "model", "prompt", "agent");
            if (!map.Has("type"))
                map.Error("type", "is required: model, prompt or agent");
            map.RequiredText("name");
            var listener = ReadAddress(map);
            map.OneOf("router", "plano_orchestrator_v1");
            map.WithoutEffect("router", "max_retries", "agents");
            CheckFilters(map, "input_filters", filterIds);
            CheckFilters(map, "output_filters", filterIds);
            foreach (var agent in map.Maps("agents"))
                ReadAgent(agent, filterIds);
            map.RefuseOtherKeys();
            if (type is "prompt" or "agent")
                map.Notice("type", $"accepted, without effect: {type} listeners are not served");
            if (type != "model")
                continue;
            if (model is not null)
                map.ErrorHere("only one model listener is allowed");
            model ??= listener;
        }

        return model ?? ModelListenerConfig.Default;
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

    private static void ReadAgent(ConfigMap agent, IReadOnlySet<string> filterIds)
    {
        agent.RequiredText("id");
        agent.RequiredText("description");
        agent.Flag("default");
        CheckFilters(agent, "input_filters", filterIds);
        agent.RefuseOtherKeys();
    }

    private static void CheckFilters(ConfigMap map, string key, IReadOnlySet<string> filterIds)
    {
        foreach (var id in map.Texts(key))
        {
            if (!filterIds.Contains(id))
                map.Error(key, $"references {key} id '{id}', which is neither in filters nor in agents");
        }

        map.WithoutEffect(key);
    }
}
