namespace ModelScan.RoutingApi.Configuration;

/// <summary>Models that are none: names by which a client leaves the choice to the gateway, routes or not.</summary>
public enum VirtualModel
{
    /// <summary>The route that matches the request, and where none does as <see cref="Balanced"/>.</summary>
    Auto,

    /// <summary>Something between the two below, and fast.</summary>
    Balanced,

    /// <summary>The cheapest that can take the request.</summary>
    Budget,

    /// <summary>The most able that can take the request.</summary>
    Quality,
}

/// <summary>Names of virtual models: <c>modelscan/auto</c> …</summary>
public static class VirtualModelNames
{
    /// <summary>What stands before the slash, and who owns them in lists of models.</summary>
    public const string Provider = "modelscan";

    /// <summary>Every name.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. Enum.GetValues<VirtualModel>().Select(NameOf)];

    /// <summary>A virtual model's name.</summary>
    public static string NameOf(VirtualModel model) => $"{Provider}/{model.ToString().ToLowerInvariant()}";

    /// <summary>The virtual model of that name; <see langword="null"/> for any other name.</summary>
    public static VirtualModel? Find(string? name)
    {
        if (name is null || !name.StartsWith(Provider, StringComparison.Ordinal))
            return null;
        foreach (var model in Enum.GetValues<VirtualModel>())
        {
            if (NameOf(model) == name)
                return model;
        }

        return null;
    }
}
