using ModelScan.RoutingApi.Capabilities;
using ModelScan.RoutingApi.Configuration;
using ModelScan.RoutingApi.Conversations.Reading;
using ModelScan.RoutingApi.Dialects;
using ModelScan.RoutingApi.Providers.Catalogue;
using ModelScan.RoutingApi.Providers.Models;

namespace ModelScan.RoutingApi.Providers;

/// <summary>
/// A model at its provider: everything that sending it a request takes, made once per configuration. Immutable, save that what it can
/// take follows the catalogue when a feed brings something new.
/// </summary>
public sealed class ModelTarget
{
    private static readonly ApiFormat[] AllFormats = Enum.GetValues<ApiFormat>();
    private readonly Uri?[] _addresses = new Uri?[AllFormats.Length];
    private readonly Uri?[] _streamAddresses = new Uri?[AllFormats.Length];
    private readonly ModelCatalogue _catalogue;
    private readonly Uri? _mock;
    private Known _known;

    /// <summary>Describes a model.</summary>
    /// <param name="config">The entry of <c>model_providers</c>.</param>
    /// <param name="modelId">The model as the provider knows it; for a wildcard, what stands in its place.</param>
    /// <param name="position">The entry's index in the configuration, for messages.</param>
    /// <param name="mock">Plays providers for which there is no key; <see langword="null"/> for none.</param>
    /// <param name="catalogue">What is known of models; <see langword="null"/> for what the program itself knows.</param>
    public ModelTarget(ModelProviderConfig config, string modelId, int position, Uri? mock, ModelCatalogue? catalogue = null)
        : this(config, modelId, ConfiguredProvider.Of(config, modelId), position, mock, catalogue)
    {
    }

    /// <summary>Describes a model of a provider outside the catalogue.</summary>
    internal ModelTarget(ModelProviderConfig config, string modelId, ProviderApi api)
        : this(config, modelId, api, 0, null, null)
    {
    }

    private ModelTarget(ModelProviderConfig config, string modelId, ProviderApi api, int position, Uri? mock, ModelCatalogue? catalogue)
    {
        (Config, ModelId, Api, _catalogue) = (config, modelId, api, catalogue ?? ModelCatalogue.Embedded);
        Name = $"{config.Provider}/{modelId}";
        ModelJson = JsonSerializer.SerializeToUtf8Bytes(modelId);
        _known = Know(_catalogue.Current);
        UsesClientsCredential = config.PassthroughAuth || (Api.TakesClientsCredential && string.IsNullOrEmpty(config.AccessKey));

        // A configured address without a key is a server of the user's own, which needs none.
        var lacksKey = string.IsNullOrEmpty(config.AccessKey) && !UsesClientsCredential && config.BaseUrl is null;

        // That a provider which nobody wrote down takes the client's key is for want of another; the mock needs none.
        IsMocked = mock is not null && (lacksKey || (config.IsImplied && string.IsNullOrEmpty(config.AccessKey)));
        UsesClientsCredential &= !IsMocked;
        _mock = IsMocked ? mock : null;
        if (lacksKey && !IsMocked)
            Problem = new ClientError(StatusCodes.Status401Unauthorized, $"no access key configured for provider {config.Provider}: set model_providers[{position}].access_key, or passthrough_auth: true there to use the client's own", "AccessKeyMissing");
        foreach (var format in AllFormats)
        {
            if (!Api.Native.Contains(format) && !Api.Compatible.Contains(format) && !_known.Formats.Contains(format))
                continue;
            try
            {
                _addresses[(int)format] = IsMocked ? new Uri(mock!, $"/v1/{format.Suffix()}") : ProviderPaths.Of(Api, config.BaseUrl, format, modelId);
                _streamAddresses[(int)format] = IsMocked ? new Uri(mock!, $"/v1/{format.StreamSuffix()}") : ProviderPaths.Of(Api, config.BaseUrl, format, modelId, stream: true);
            }
            catch (NotSupportedException exception)
            {
                Problem ??= new ClientError(StatusCodes.Status501NotImplemented, exception.Message, "NotSupported");
            }
        }
    }

    /// <summary><c>provider/model</c>: what answers, metrics and logs call it.</summary>
    public string Name { get; }

    /// <summary>The model as the provider knows it.</summary>
    public string ModelId { get; }

    /// <summary><see cref="ModelId"/> as a JSON string, quotes included.</summary>
    public ReadOnlyMemory<byte> ModelJson { get; }

    public ModelProviderConfig Config { get; }

    public ProviderApi Api { get; }

    /// <summary>What it can take, as far as is known at this moment.</summary>
    public ModelCapabilities Capabilities => Now.Capabilities;

    /// <summary>What the catalogue says of it, or of the model that it most likely takes after.</summary>
    public ModelRow Row
    {
        get
        {
            // Prices are looked up with every request, and finding out whom a name takes after takes longer than all else about them.
            var known = Now;
            return known.Row ??= KnownCapabilities.RowOf(Api, ModelId, known.Rows, Config.Capabilities);
        }
    }

    /// <summary>The formats in which the model is served without loss, its own first.</summary>
    public IReadOnlyList<ApiFormat> Formats => Now.Formats;

    /// <summary>Whether the client's own credential goes to the provider.</summary>
    public bool UsesClientsCredential { get; }

    /// <summary>Whether its requests are signed with AWS credentials instead of carrying a key.</summary>
    public bool IsSigned => Config.Aws is not null && Api.SigningName is not null && !UsesClientsCredential && !IsMocked;

    /// <summary>Whether the provider is played by the mock.</summary>
    public bool IsMocked { get; }

    /// <summary>Why requests cannot be sent at all (no key, an API that the gateway does not speak); <see langword="null"/> when they can.</summary>
    public ClientError? Problem { get; }

    private Known Now
    {
        get
        {
            // Two requests may find out at the same time; they find out the same.
            var known = Volatile.Read(ref _known);
            var rows = _catalogue.Current;
            if (ReferenceEquals(known.Rows, rows))
                return known;
            known = Know(rows);
            Volatile.Write(ref _known, known);
            return known;
        }
    }

    /// <summary>Whether the provider answers requests of <paramref name="format"/> with streams alone.</summary>
    public bool OnlyStreams(ApiFormat format) => Api.OnlyStreams.Contains(format);

    /// <summary>Whether requests of <paramref name="format"/> may be marked for the provider's prompt cache: where the format has marks, and where the model's provider passes them on from chat messages.</summary>
    public bool TakesCacheMarks(ApiFormat format) => format == ApiFormat.Messages || (format == ApiFormat.ChatCompletions && Capabilities.CacheControl);

    /// <summary>
    /// The formats in which a request can be sent, the best first: the client's own where nothing speaks against it, then the model's.
    /// Where Chat Completions would refuse the tools of a request that Responses takes, it is left out.
    /// </summary>
    /// <param name="client">The client's format.</param>
    /// <param name="traits">What the request asks for; only looked at where it matters (<see cref="DependsOnTraits"/>).</param>
    public IReadOnlyList<ApiFormat> FormatsFor(ApiFormat client, RequestTraits traits)
    {
        var known = Now;
        return (known.Formats.Count > 1 && known.Formats.Contains(ApiFormat.Responses) && !traits.MayUseTools(known.Capabilities.ChatTools) ? known.WithoutChat : known.ByClient)[(int)client];
    }

    /// <summary>Whether the format depends on what a request asks for.</summary>
    public bool DependsOnTraits => Now.Capabilities.ChatTools != ChatToolTerms.Always;

    /// <summary>Where requests of <paramref name="format"/> go. Not to be asked while there is a <see cref="Problem"/>, or of a format that the provider does not speak.</summary>
    /// <param name="format">The format.</param>
    /// <param name="stream">Whether the answer is to be a stream.</param>
    public Uri AddressOf(ApiFormat format, bool stream = false) => (stream ? _streamAddresses : _addresses)[(int)format] ?? throw new InvalidOperationException($"{Name} has no address");

    /// <summary>Whether the provider has that door, as far as anybody knows.</summary>
    public bool Serves(ProviderDoor door) => (Config.Doors ?? Api.Doors) is not { } doors || doors.Contains(door);

    /// <summary>Where requests to a door go. Not to be asked while there is a <see cref="Problem"/>.</summary>
    /// <param name="door">The door.</param>
    /// <param name="suffix">What stands behind the version, escaped: <c>audio/speech</c>.</param>
    public Uri AddressOf(ProviderDoor door, string suffix) =>
        _mock is null ? ProviderPaths.OfDoor(Api, Config.BaseUrl, door, suffix, ModelId) : new UriBuilder(_mock) { Path = $"/v1/{suffix}" }.Uri;

    /// <summary>Whether requests of <paramref name="format"/> name the model in their path, and not in their body.</summary>
    public bool HasModelInPath(ApiFormat format) => !IsMocked && Api.ModelInPath.Contains(format);

    /// <summary>What has to be changed in requests of <paramref name="format"/>.</summary>
    public IReadOnlyList<MemberRule> RulesFor(ApiFormat format) => Now.Rules[(int)format];

    private Known Know(ModelRows rows)
    {
        var capabilities = KnownCapabilities.Of(Api, ModelId, rows, Config.Capabilities);
        IReadOnlyList<ApiFormat> formats = Config.Capabilities is { Formats.Count: > 0 } ? capabilities.Formats! : Served(capabilities.Formats);
        var (_, name) = KnownCapabilities.Recognise(Config.Capabilities?.Like ?? ModelId, rows);
        return new Known(
            rows, capabilities, formats,
            [.. AllFormats.Select(format => RequestRules.For(Api, name, capabilities, format))],
            [.. AllFormats.Select(client => ClientFirst(client, formats))],
            [.. AllFormats.Select(client => ClientFirst(client, [.. formats.Where(format => format != ApiFormat.ChatCompletions)]))]);
    }

    // A model that is only served in formats which this address does not have is tried in those that it has.
    private IReadOnlyList<ApiFormat> Served(IReadOnlyList<ApiFormat>? known) =>
        known is not null && Api.Native.Where(known.Contains).ToArray() is { Length: > 0 } served ? served : Api.Native;

    private static IReadOnlyList<ApiFormat> ClientFirst(ApiFormat client, IReadOnlyList<ApiFormat> formats) =>
        formats.Contains(client) ? [client, .. formats.Where(format => format != client)] : formats;

    private sealed record Known(
        ModelRows Rows, ModelCapabilities Capabilities, IReadOnlyList<ApiFormat> Formats, IReadOnlyList<MemberRule>[] Rules, IReadOnlyList<ApiFormat>[] ByClient, IReadOnlyList<ApiFormat>[] WithoutChat)
    {
        public ModelRow? Row { get; set; }
    }
}
