using ModelScan.RoutingApi.Selection;

namespace ModelScan.RoutingApi.Configuration.Reading;

/// <summary>Reads routes: the top-level <c>routing_preferences</c>, and those that older versions write inside a provider.</summary>
internal static class RoutePreferenceReader
{
    public static IReadOnlyList<(RoutePreferenceConfig Route, ConfigMap Map)> Read(ConfigMap root)
    {
        var routes = new List<(RoutePreferenceConfig, ConfigMap)>();
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var map in root.Maps("routing_preferences"))
        {
            var name = map.RequiredText("name");
            var description = map.Text("description") ?? "";
            var models = map.Texts("models");
            if (models.Count == 0)
                map.Error("models", map.Has("models") ? "must name at least one model" : "is required");
            var route = new RoutePreferenceConfig(name, description, models, ReadPreference(map))
            {
                Examples = [.. map.Texts("examples"), .. ExamplesFileReader.Read(map, name)],
                Threshold = map.Number("threshold", 0, 1),
                IsDefault = map.Flag("default") ?? false,
            };
            map.RefuseOtherKeys();
            if (name.Length > 0 && !names.Add(name))
                map.Error("name", $"Duplicate routing preference name '{name}'");
            routes.Add((route, map));
        }

        return routes;
    }

    /// <summary>A route inside a provider has no models of its own: the provider is its model.</summary>
    public static RoutePreferenceConfig ReadInline(ConfigMap map)
    {
        var route = new RoutePreferenceConfig(map.RequiredText("name"), map.Text("description") ?? "", [], SelectionPolicies.Default);
        map.RefuseOtherKeys();
        return route;
    }

    /// <summary>
    /// Lifts the routes inside providers to the top level, as versions before v0.4.0 mean them: in provider order, one route
    /// per name with the models of all providers that have it. A top-level route of the same name wins.
    /// </summary>
    public static IReadOnlyList<RoutePreferenceConfig> Migrate(IReadOnlyList<RoutePreferenceConfig> topLevel, IReadOnlyList<ModelProviderReader.Entry> providers)
    {
        var lifted = new List<RoutePreferenceConfig>();
        foreach (var (provider, map, inlineRoutes) in providers)
        {
            if (inlineRoutes.Count > 0 && provider.IsWildcard)
            {
                map.Error("routing_preferences", "a wildcard model cannot have routing preferences: name one model");
                continue;
            }

            foreach (var inline in inlineRoutes)
            {
                if (topLevel.Any(route => route.Name == inline.Name))
                    continue;
                var index = lifted.FindIndex(route => route.Name == inline.Name);
                if (index < 0)
                {
                    lifted.Add(inline with { Models = [provider.Name] });
                    continue;
                }

                if (inline.Description != lifted[index].Description)
                    map.Notice("routing_preferences", $"'{inline.Name}' has another description here; the first one counts");
                lifted[index] = lifted[index] with { Models = [.. lifted[index].Models, provider.Name] };
            }
        }

        return [.. topLevel, .. lifted];
    }

    private static ISelectionPolicy ReadPreference(ConfigMap map)
    {
        if (map.Map("selection_policy") is not { } section)
            return SelectionPolicies.Default;
        var name = section.Text("prefer");
        var policy = SelectionPolicies.Find(name);
        if (policy is null)
            section.Error("prefer", $"'{name}' is not one of {SelectionPolicies.Names}");
        section.RefuseOtherKeys();
        return policy ?? SelectionPolicies.Default;
    }
}
