using Microsoft.AspNetCore.Http.Features;

namespace ModelScan.RoutingApi.Endpoints;

/// <summary>
/// What the gateway itself attaches to a request or its connection. By type, and not by the generic methods: a server compares the type with
/// each of its own first, which those do by looking every one of them up.
/// </summary>
internal static class OwnFeatures
{
    /// <summary>What is attached; <see langword="null"/> where nothing is.</summary>
    public static T? Find<T>(this IFeatureCollection features)
        where T : class => (T?)features[typeof(T)];

    /// <summary>Attaches something.</summary>
    public static void Attach<T>(this IFeatureCollection features, T feature)
        where T : class => features[typeof(T)] = feature;
}
