namespace ModelScan.RoutingApi.Configuration.Reading;

/// <summary>The filters of the model listener, in order.</summary>
/// <param name="Input">What requests go through.</param>
/// <param name="Output">What answers go through.</param>
internal sealed record ListenerFilters(IReadOnlyList<FilterConfig> Input, IReadOnlyList<FilterConfig> Output)
{
    public static ListenerFilters None { get; } = new([], []);
}

/// <summary>Reads <c>filters</c> and <c>agents</c>, which may serve as filters, too.</summary>
internal static class FilterReader
{
    private const long LeastSize = 1 << 10;
    private const long MostSize = 256L << 20;

    /// <summary>Reads them; by their ids listeners refer to them.</summary>
    public static IReadOnlyDictionary<string, FilterConfig> Read(ConfigMap root)
    {
        var filters = new Dictionary<string, FilterConfig>(StringComparer.Ordinal);
        foreach (var agent in root.Maps("agents"))
        {
            var id = agent.RequiredText("id");
            if (RequiredUrl(agent) is { } url)
                filters[id] = new FilterConfig(id, url, FilterKind.Mcp);
            agent.RefuseOtherKeys();
        }

        foreach (var map in root.Maps("filters"))
        {
            var id = map.RequiredText("id");
            var url = RequiredUrl(map);
            var kind = map.Choice<FilterKind>("type") ?? FilterKind.Mcp;
            map.Text("transport"); // streamable HTTP is what there is
            var filter = new FilterConfig(id, url ?? new Uri("http://invalid"), kind)
            {
                Tool = map.Text("tool") is { Length: > 0 } tool ? tool : null,
                Timeout = RoutingSectionReader.Positive(map, "timeout", TimeSpan.FromSeconds(10), Quantities.LongestTimer),
                MaxSize = ReadSize(map),
                OnError = map.Choice<OnGuardError>("on_error"),
                Stream = map.Choice<StreamGuarding>("stream") ?? default,
            };
            map.RefuseOtherKeys();
            filters[id] = filter;
        }

        root.WithoutEffect("agents");
        return filters;
    }

    /// <summary>The filters that a list of a listener names.</summary>
    /// <param name="map">The listener, or an agent of it.</param>
    /// <param name="key">The list.</param>
    /// <param name="filters">All filters.</param>
    public static IReadOnlyList<FilterConfig> Named(ConfigMap map, string key, IReadOnlyDictionary<string, FilterConfig> filters)
    {
        var named = new List<FilterConfig>();
        foreach (var id in map.Texts(key))
        {
            if (filters.TryGetValue(id, out var filter))
                named.Add(filter);
            else
                map.Error(key, $"references {key} id '{id}', which is neither in filters nor in agents");
        }

        return named;
    }

    private static long ReadSize(ConfigMap map)
    {
        if (map.Size("max_size") is not { } size)
            return 16L << 20;
        if (size is < LeastSize or > MostSize)
            map.Error("max_size", "must be from 1KB to 256MB");
        return Math.Clamp(size, LeastSize, MostSize);
    }

    private static Uri? RequiredUrl(ConfigMap map)
    {
        var url = map.HttpUrl("url");
        if (url is null && !map.Has("url"))
            map.Error("url", "is required");
        return url;
    }
}
