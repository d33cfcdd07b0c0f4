namespace ModelScan.RoutingApi.Providers.Catalogue;

/// <summary>What the path of a request is made of.</summary>
/// <param name="Prefix">The path of the configured address, or the provider's own; no slash at its end, nothing for none.</param>
/// <param name="Format">The API.</param>
/// <param name="Model">The model as the provider knows it.</param>
/// <param name="IsStream">Whether the answer is to be a stream.</param>
/// <param name="IsWhole">Whether the configured address was copied whole, with the path of an API at its end: then it is meant as it is.</param>
public readonly record struct ProviderPath(string Prefix, ApiFormat Format, string Model, bool IsStream, bool IsWhole)
{
    /// <summary>The prefix, then the API's own suffix.</summary>
    public string Plain => With("");

    /// <summary>Whether the prefix ends in a version of the API.</summary>
    public bool HasVersion => ProviderPaths.EndsInVersion(Prefix);

    /// <summary>The model as a part of a path. Colons and ats may stand there as they are; in names of resources there are slashes.</summary>
    public string EscapedModel => Uri.EscapeDataString(Model).Replace("%3A", ":", StringComparison.Ordinal).Replace("%40", "@", StringComparison.Ordinal);

    /// <summary>Prefix, then <paramref name="more"/>, then the API's own suffix.</summary>
    public string With(string more) => $"{Prefix}{more}/{(IsStream ? Format.StreamSuffix() : Format.Suffix())}";
}

/// <summary>The usual ways to build paths; a provider with another has it in its file.</summary>
public static class PathRule
{
    /// <summary>Prefix, then the API's own suffix. A configured address with a path brings its own prefix.</summary>
    public static string Standard(ProviderPath path) => path.Plain;

    /// <summary>As <see cref="Standard"/>, but <c>/v1</c> stays behind a configured prefix.</summary>
    public static string KeepsVersion(ProviderPath path) => path.IsWhole || path.Prefix.EndsWith("/v1", StringComparison.Ordinal) ? path.Plain : path.With("/v1");

    /// <summary>As <see cref="Standard"/>, but a configured prefix that does not end in a version gets <c>/v1</c>.</summary>
    public static string AddsVersion(ProviderPath path) => path.IsWhole || path.HasVersion ? path.Plain : path.With("/v1");
}
