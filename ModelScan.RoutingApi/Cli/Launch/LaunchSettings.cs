namespace ModelScan.RoutingApi.Cli.Launch;

/// <summary>Where an agent is to ask, and as whom.</summary>
/// <param name="Gateway">The gateway's address, without a path.</param>
/// <param name="Key">What it sends as its key; <see langword="null"/> for what it has itself, a login say.</param>
/// <param name="Model">The model that it asks for; <see langword="null"/> for its own choice.</param>
/// <param name="SmallModel">The same for its background work.</param>
internal sealed record LaunchSettings(Uri Gateway, string? Key, string? Model, string? SmallModel)
{
    /// <summary>The address without a slash at its end.</summary>
    public string Address => Gateway.GetLeftPart(UriPartial.Authority);
}
