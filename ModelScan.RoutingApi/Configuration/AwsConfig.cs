namespace ModelScan.RoutingApi.Configuration;

/// <summary>
/// Whose AWS credentials sign a provider's requests, and for which region (<c>model_providers[].aws</c>). Without a profile or keys, those
/// that the machine has: environment, default profile, web identity, container or instance role.
/// </summary>
/// <param name="Region">The region, such as <c>us-west-2</c>.</param>
public sealed record AwsConfig(string Region)
{
    /// <summary>A profile of the shared credentials and configuration files.</summary>
    public string? Profile { get; init; }

    /// <summary>An access key; with it <see cref="SecretAccessKey"/> is set.</summary>
    public string? AccessKeyId { get; init; }

    /// <summary>Its secret.</summary>
    public string? SecretAccessKey { get; init; }

    /// <summary>What temporary credentials also need. A secret.</summary>
    public string? SessionToken { get; init; }

    /// <inheritdoc/>
    public override string ToString() => $"{Region} {Profile ?? AccessKeyId}".TrimEnd();
}
