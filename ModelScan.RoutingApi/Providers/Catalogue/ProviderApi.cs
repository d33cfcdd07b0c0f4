using System.Net.Http.Headers;
using ModelScan.RoutingApi.Capabilities;
using ModelScan.RoutingApi.Providers.Models;

namespace ModelScan.RoutingApi.Providers.Catalogue;

/// <summary>A provider: what it is called, where it is, what it speaks and what it takes. Each is a file in this folder.</summary>
/// <param name="Name">The prefix of its models in a configuration.</param>
public sealed record ProviderApi(string Name)
{
    // Names.

    /// <summary>
    /// The provider whose API it is: the same as <see cref="Name"/>, save for providers that the configuration names itself and
    /// that speak another's (<c>provider_interface</c>).
    /// </summary>
    public string Interface { get; init; } = Name;

    /// <summary>Other prefixes that mean it.</summary>
    public IReadOnlyList<string> Synonyms { get; init; } = [];

    /// <summary>How <c>GET /v1/models</c> names the owner.</summary>
    public string OwnedBy { get; init; } = Name;

    /// <summary>The name by OpenTelemetry's <c>gen_ai.provider.name</c>.</summary>
    public string TelemetryName { get; init; } = Name;

    /// <summary>The name in the models.dev catalogue; empty for one that is not in it.</summary>
    public string CatalogueName { get; init; } = Name;

    /// <summary>Families of models that it makes, by the first word of their ids: what a bare id of that family means.</summary>
    public IReadOnlyList<string> Makes { get; init; } = [];

    // Where it is, and how it knows who asks.

    /// <summary>Its address, version included; <see langword="null"/> where the configuration has to say so with <c>base_url</c>.</summary>
    public string? BaseUrl { get; init; }

    /// <summary>Whether it can be named without any address.</summary>
    public bool NeedsNoAddress { get; init; }

    /// <summary>Hosts by which it is known under whatever name the configuration gives it.</summary>
    public IReadOnlyList<string> Hosts { get; init; } = [];

    /// <summary>Models by which it is known likewise.</summary>
    public IReadOnlyList<string> OnlyModels { get; init; } = [];

    /// <summary>The environment variable that customarily holds its key.</summary>
    public string? KeyVariable { get; init; }

    /// <summary>Where it expects its key.</summary>
    public KeyPlacement Key { get; init; } = ProviderKey.OfTheFormat;

    /// <summary>The service's name in AWS signatures, by which requests without a key are signed; <see langword="null"/> where none are.</summary>
    public string? SigningName { get; init; }

    /// <summary>Its address in a region of AWS; <see langword="null"/> where it has none.</summary>
    public Func<string, Uri>? AddressIn { get; init; }

    /// <summary>Whether the client's own credential is used where no key is configured (subscriptions).</summary>
    public bool TakesClientsCredential { get; init; }

    /// <summary>Says to the service which kind of client is asking, where it wants to know; <see langword="null"/> where it does not.</summary>
    public Action<HttpRequestHeaders, ClientFacts>? Identify { get; init; }

    // What configurations may do with it.

    /// <summary>Whether Plano knows it, so that a configuration may not say which API it speaks (<c>provider_interface</c>).</summary>
    public bool IsKnownToPlano { get; init; }

    /// <summary>Whether <c>provider_interface</c> may name it for a provider that is not in the catalogue.</summary>
    public bool IsInterface { get; init; }

    /// <summary>Whether it is there in a start without configuration.</summary>
    public bool IsThereByDefault { get; init; }

    // What it speaks.

    /// <summary>Formats that the provider speaks without loss, its own first.</summary>
    public IReadOnlyList<ApiFormat> Native { get; init; } = [ApiFormat.ChatCompletions];

    /// <summary>
    /// Formats that it also accepts and in which something is lost (Anthropic takes Chat Completions without prompt caching,
    /// citations or signed thinking): used only where no translation into a native format exists.
    /// </summary>
    public IReadOnlyList<ApiFormat> Compatible { get; init; } = [];

    /// <summary>Path before the suffix where the address has none.</summary>
    public string Prefix { get; init; } = "/v1";

    /// <summary>
    /// Path before the suffix for formats that have another (<c>/anthropic/v1</c>). They are there at the provider's own host, or at an
    /// address without a path where it has no host of its own; somebody else's server is not taken to have them.
    /// </summary>
    public IReadOnlyDictionary<ApiFormat, string> OwnPrefixes { get; init; } = System.Collections.Frozen.FrozenDictionary<ApiFormat, string>.Empty;

    /// <summary>Makes the path of a request, with a query where the provider wants one.</summary>
    public Func<ProviderPath, string> Path { get; init; } = PathRule.Standard;

    /// <summary>Formats in which the path names the model, and the body does not.</summary>
    public IReadOnlyList<ApiFormat> ModelInPath { get; init; } = [];

    /// <summary>What it is at an address whose path ends in a version (<c>…/openai/v1</c>); <see langword="null"/> for no different.</summary>
    public Func<ProviderApi, ProviderApi>? AtVersionedAddress { get; init; }

    /// <summary>Formats in which it answers with streams alone.</summary>
    public IReadOnlyList<ApiFormat> OnlyStreams { get; init; } = [];

    /// <summary>What it serves beside the answers of models; <see langword="null"/> where that is not known, so that it is the one to say.</summary>
    public IReadOnlyList<ProviderDoor>? Doors { get; init; }

    /// <summary>Path before the suffix of doors that lie elsewhere than the answers do, at the provider's own host (<c>/v2</c>).</summary>
    public IReadOnlyDictionary<ProviderDoor, string> DoorPrefixes { get; init; } = System.Collections.Frozen.FrozenDictionary<ProviderDoor, string>.Empty;

    /// <summary>What it wants changed in requests of its own format whatever the model, beside what fitting does.</summary>
    public IReadOnlyDictionary<ApiFormat, IReadOnlyList<MemberRule>> Rules { get; init; } = System.Collections.Frozen.FrozenDictionary<ApiFormat, IReadOnlyList<MemberRule>>.Empty;

    /// <summary>
    /// Whether it is a gateway that decides itself: it gets every byte and header that clients address to a router, and is the one
    /// to say which model answered.
    /// </summary>
    public bool IsGateway { get; init; }

    // What its models take.

    /// <summary>What any of its models takes, where nothing more is known.</summary>
    public ModelCapabilities Capabilities { get; init; } = ChatModels;

    /// <summary>What models of the families that it makes are like, whoever serves them.</summary>
    public IReadOnlyList<FamilyRule> Families { get; init; } = [];

    /// <summary>What models are like when it serves them itself; applied after everything else that is known.</summary>
    public IReadOnlyList<FamilyRule> Models { get; init; } = [];

    /// <summary>What most services with OpenAI's Chat Completions take: the older name of the limit, and none of OpenAI's later fields.</summary>
    public static ModelCapabilities ChatModels { get; } = new() { TokenLimitField = "max_tokens" };

    /// <summary>The same without files.</summary>
    public static ModelCapabilities ChatModelsWithoutFiles { get; } = ChatModels with { Files = false };
}

/// <summary>What a service that wants to know who asks may be told.</summary>
/// <param name="Configuration">Where a person's settings stand.</param>
/// <param name="Session">Makes an id that the requests of one conversation share.</param>
public sealed record ClientFacts(IConfiguration Configuration, Func<Guid> Session);
