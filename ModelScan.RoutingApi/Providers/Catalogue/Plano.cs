namespace ModelScan.RoutingApi.Providers.Catalogue;

/// <summary>A Plano seen as a provider: its own models, and as an endpoint every model in every format.</summary>
internal static class Plano
{
    /// <summary>Its name.</summary>
    public const string Name = "plano";

    /// <summary>As a provider among others.</summary>
    public static ProviderApi Api { get; } = new(Name)
    {
        OwnedBy = "Plano",
        CatalogueName = "",
        NeedsNoAddress = true,
        IsKnownToPlano = true,
        IsInterface = true,
    };

    /// <summary>As the one that decides.</summary>
    public static ProviderApi Gateway { get; } = new(Name)
    {
        CatalogueName = "",
        Native = ApiFormats.OfClients,
        Path = PathRule.AddsVersion,
        Key = ProviderKey.Bearer,
        IsGateway = true,
    };

    /// <summary>Whether a model is one of Plano's own.</summary>
    public static bool Serves(string model) => model.StartsWith($"{Name}/", StringComparison.Ordinal);
}
