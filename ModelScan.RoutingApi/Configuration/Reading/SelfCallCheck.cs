namespace ModelScan.RoutingApi.Configuration.Reading;

/// <summary>Refuses addresses by which the gateway would call itself.</summary>
internal static class SelfCallCheck
{
    /// <summary>Reports every address in use that leads to one of <paramref name="own"/>.</summary>
    /// <param name="root">The file.</param>
    /// <param name="config">What it says.</param>
    /// <param name="entries">Its providers.</param>
    /// <param name="own">Where the gateway listens.</param>
    /// <returns>The configuration, in which a Plano that is not in use and would be the gateway itself is marked.</returns>
    public static RoutingConfig Apply(ConfigMap root, RoutingConfig config, IReadOnlyList<ModelProviderReader.Entry> entries, OwnListeners own)
    {
        foreach (var (provider, map, _) in entries)
        {
            if (provider.BaseUrl is { } address && own.Find(address) is { } listener)
                map.Error(map.Has("base_url") ? "base_url" : "endpoint", Describe(address, listener));
        }

        if (root.Map("routing") is not { } routing)
            return config;
        if (config.Classifier.RouterModel is { } model && own.Find(model.BaseUrl) is { } classifierListener && routing.IsMapping("classifier"))
            routing.Map("classifier")!.Error("base_url", Describe(model.BaseUrl, classifierListener));
        if (config.Embedded is { Address: { } container } embedded && own.Find(container) is { } embeddedListener)
        {
            Report(Section(routing, "embedded", "plano_embedded"), "address", container, embeddedListener, IsUsed(RoutingMode.PlanoEmbedded));
            config = config with { Embedded = embedded with { IsOwnListener = true } };
        }

        if (config.Proxy is { } proxy && own.Find(proxy.BaseUrl) is { } proxyListener)
        {
            Report(Section(routing, "proxy", "plano_proxy"), "base_url", proxy.BaseUrl, proxyListener, IsUsed(RoutingMode.PlanoProxy));
            config = config with { Proxy = proxy with { IsOwnListener = true } };
        }

        return config;

        bool IsUsed(RoutingMode mode) => config.Mode == mode || config.AllowModeHeader;
    }

    private static ConfigMap Section(ConfigMap routing, string name, string longName) => (routing.Map(name) ?? routing.Map(longName))!;

    // What another mode would use is no danger before somebody switches to it, which is refused then.
    private static void Report(ConfigMap section, string key, Uri address, string listener, bool isUsed)
    {
        if (isUsed)
            section.Error(key, Describe(address, listener));
        else
            section.Warning(key, $"{Describe(address, listener)}; the mode that uses it cannot be switched to");
    }

    private static string Describe(Uri address, string listener) =>
        $"{address.GetLeftPart(UriPartial.Authority)} is this gateway's own listener ({listener}), so that requests would go round in circles; let the gateway listen elsewhere (--urls http://127.0.0.1:12001) or give the other one's address";
}
