using ModelScan.RoutingApi.Dialects;
using ModelScan.RoutingApi.Dialects.Capabilities;

namespace ModelScan.RoutingApi.Providers;

/// <summary>How a provider's paths are built.</summary>
public enum PathRule
{
    /// <summary>Prefix, then the API's own suffix. A configured address with a path brings its own prefix.</summary>
    Standard,

    /// <summary>As <see cref="Standard"/>, but <c>/v1</c> stays behind a configured prefix (Groq).</summary>
    KeepsVersion,

    /// <summary>As <see cref="Standard"/>, but a configured prefix that does not end in a version gets <c>/v1</c> (Anthropic).</summary>
    AddsVersion,

    /// <summary>The model is part of the path, the API version of the query (Azure's deployments).</summary>
    AzureDeployment,

    /// <summary>The model is part of the path, whole answers and streams have paths of their own: <c>/model/ID/converse</c> and <c>/model/ID/converse-stream</c>.</summary>
    Bedrock,
}

/// <summary>Where a provider expects its key.</summary>
public enum KeyPlacement
{
    /// <summary><c>Authorization: Bearer KEY</c>.</summary>
    Bearer,

    /// <summary><c>x-api-key: KEY</c> beside <c>anthropic-version</c> on the Messages API, a bearer token on others.</summary>
    Anthropic,

    /// <summary><c>api-key: KEY</c>; a token of Microsoft Entra (it begins with <c>eyJ</c>) is sent as a bearer token.</summary>
    Azure,
}

/// <summary>One provider's API: what it speaks, where, and how it is paid for. A row of <see cref="ProviderCatalogue"/>.</summary>
/// <param name="Name">The provider, as configuration names it.</param>
public sealed record ProviderApi(string Name)
{
    /// <summary>
    /// The provider whose API it is: the same as <see cref="Name"/>, save for providers that the configuration names itself and
    /// that speak another's (<c>provider_interface</c>).
    /// </summary>
    public string Interface { get; init; } = Name;

    /// <summary>Formats that the provider speaks without loss, its own first.</summary>
    public IReadOnlyList<ApiFormat> Native { get; init; } = [ApiFormat.ChatCompletions];

    /// <summary>
    /// Formats that it also accepts and in which something is lost (Anthropic takes Chat Completions without prompt caching,
    /// citations or signed thinking): used only where no translation into a native format exists.
    /// </summary>
    public IReadOnlyList<ApiFormat> Compatible { get; init; } = [];

    /// <summary>Path before the suffix where the address has none.</summary>
    public string Prefix { get; init; } = "/v1";

    public PathRule Path { get; init; }

    public KeyPlacement Key { get; init; }

    /// <summary>The name by OpenTelemetry's <c>gen_ai.provider.name</c>.</summary>
    public string TelemetryName { get; init; } = Name;

    /// <summary>Whether the client's own credential is used where no key is configured (subscriptions).</summary>
    public bool TakesClientsCredential { get; init; }

    /// <summary>
    /// Whether it is a gateway that decides itself: it gets every byte and header that clients address to a router, and is the one
    /// to say which model answered.
    /// </summary>
    public bool IsGateway { get; init; }

    /// <summary>What its models can take unless <see cref="ModelCapabilityTable"/> says otherwise.</summary>
    public ModelCapabilities Capabilities { get; init; } = new() { TokenLimitField = "max_tokens", ParallelToolCalls = true };
}
