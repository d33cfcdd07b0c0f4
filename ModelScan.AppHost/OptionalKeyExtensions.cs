namespace ModelScan.AppHost;

/// <summary>Adds keys that may be missing.</summary>
internal static class OptionalKeyExtensions
{
    /// <summary>
    /// Adds a secret parameter: the setting <c>Parameters:NAME</c>, else an environment variable, else nothing. A parameter
    /// without a value would hold up every resource that uses it; an empty one does not.
    /// </summary>
    public static IResourceBuilder<ParameterResource> AddOptionalKey(
        this IDistributedApplicationBuilder builder, [ResourceName] string name, string variable) =>
        builder.AddParameter(
            name,
            () => builder.Configuration[$"Parameters:{name}"] ?? builder.Configuration[variable] ?? "",
            secret: true);
}
