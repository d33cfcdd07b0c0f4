using ModelScan.RoutingApi.Providers.Catalogue;

namespace ModelScan.RoutingApi.Pipeline;

/// <summary>What a request to a door is, beside its headers and its body. Immutable.</summary>
/// <param name="Door">The door.</param>
/// <param name="Method">GET, POST or DELETE.</param>
/// <param name="Suffix">What stands behind the version in its path, escaped: <c>files/file-1/content</c>.</param>
internal sealed record DoorRequest(ProviderDoor Door, HttpMethod Method, string Suffix)
{
    /// <summary>The body where it streams through; <see langword="null"/> where there is none, or the request holds it whole.</summary>
    public DoorUpload? Upload { get; init; }

    /// <summary>Whose door is meant, where the client says it beside the body: an entry, a provider or a model.</summary>
    public string? Provider { get; init; }
}
