using ModelScan.RoutingApi.Providers.Catalogue;

namespace ModelScan.RoutingApi.Configuration;

/// <summary>One entry of <c>model_providers</c>: a model, or with <c>provider/*</c> all models of a provider.</summary>
/// <param name="Name">Name by which clients and routes may call it; unique. Default: the model as written.</param>
/// <param name="Provider">The part of the model before the first <c>/</c>.</param>
/// <param name="ModelId">The part after it, as the provider knows it; <c>*</c> for a wildcard.</param>
public sealed record ModelProviderConfig(string Name, string Provider, string ModelId)
{
    /// <summary>The provider's credential, variables expanded; <see langword="null"/> or empty when there is none. A secret.</summary>
    public string? AccessKey { get; init; }

    /// <summary>Several of them, one for each request (<c>access_keys</c>), <see cref="AccessKey"/> being the first; empty where there are not several. Secrets.</summary>
    public IReadOnlyList<string> AccessKeys { get; init; } = [];

    /// <summary>Which of several keys a request gets.</summary>
    public KeySelection KeySelection { get; init; }

    /// <summary>What signs requests instead of a key (<c>aws</c>); <see langword="null"/> where nothing does.</summary>
    public AwsConfig? Aws { get; init; }

    /// <summary>Whether this is the model for requests that name none.</summary>
    public bool IsDefault { get; init; }

    /// <summary>Address of the provider's API; <see langword="null"/> for the known provider's own.</summary>
    public Uri? BaseUrl { get; init; }

    /// <summary>Whether the client's own credential is passed on instead of <see cref="AccessKey"/>.</summary>
    public bool PassthroughAuth { get; init; }

    /// <summary>Whether nobody wrote it: it is there because the configuration names no providers at all.</summary>
    public bool IsImplied { get; init; }

    /// <summary>Whether <c>GET /v1/models</c> leaves it out (<c>internal</c>): it serves the gateway, not clients.</summary>
    public bool IsInternal { get; init; }

    /// <summary>Overrides the Host header.</summary>
    public string? HttpHost { get; init; }

    /// <summary>Which provider's API a provider of another name speaks.</summary>
    public string? ProviderInterface { get; init; }

    /// <summary>Headers added to every request to the provider. May hold secrets.</summary>
    public IReadOnlyDictionary<string, string> Headers { get; init; } = new Dictionary<string, string>();

    /// <summary>What the model can take, over what is known of it (<c>capabilities</c>); <see langword="null"/> for nothing said.</summary>
    public ModelCapabilitiesConfig? Capabilities { get; init; }

    /// <summary>What its provider serves beside the answers of models (<c>doors</c>); <see langword="null"/> for what is known of it.</summary>
    public IReadOnlyList<ProviderDoor>? Doors { get; init; }

    /// <summary>Who is asked when it fails (<c>retry_policy</c>); <see langword="null"/> for nobody but the other candidates.</summary>
    public RetryPolicyConfig? Retry { get; init; }

    /// <summary><c>provider/model</c> as written.</summary>
    public string Model => $"{Provider}/{ModelId}";

    /// <summary>Whether every model of the provider is meant.</summary>
    public bool IsWildcard => ModelId == "*";
}
