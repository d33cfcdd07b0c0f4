using System.Text.Json;
using ModelScan.RoutingApi.Configuration;
using ModelScan.RoutingApi.Dialects;
using ModelScan.RoutingApi.Dialects.Capabilities;
using ModelScan.RoutingApi.Dialects.Envelope;

namespace ModelScan.RoutingApi.Providers;

/// <summary>A model at its provider: everything that sending it a request takes, made once per configuration. Immutable.</summary>
public sealed class ModelTarget
{
    private static readonly ApiFormat[] Formats = Enum.GetValues<ApiFormat>();
    private readonly Uri?[] _addresses = new Uri?[Formats.Length];
    private readonly Uri?[] _streamAddresses = new Uri?[Formats.Length];
    private readonly IReadOnlyList<MemberRule>[] _rules = new IReadOnlyList<MemberRule>[Formats.Length];

    /// <summary>Describes a model.</summary>
    /// <param name="config">The entry of <c>model_providers</c>.</param>
    /// <param name="modelId">The model as the provider knows it; for a wildcard, what stands in its place.</param>
    /// <param name="position">The entry's index in the configuration, for messages.</param>
    /// <param name="mock">Plays providers for which there is no key; <see langword="null"/> for none.</param>
    public ModelTarget(ModelProviderConfig config, string modelId, int position, Uri? mock)
        : this(config, modelId, ProviderCatalogue.Find(config), position, mock)
    {
    }

    /// <summary>Describes a model of a provider outside the catalogue.</summary>
    internal ModelTarget(ModelProviderConfig config, string modelId, ProviderApi api)
        : this(config, modelId, api, 0, null)
    {
    }

    private ModelTarget(ModelProviderConfig config, string modelId, ProviderApi api, int position, Uri? mock)
    {
        (Config, ModelId, Api) = (config, modelId, api);
        Name = $"{config.Provider}/{modelId}";
        ModelJson = JsonSerializer.SerializeToUtf8Bytes(modelId);
        Capabilities = ModelCapabilityTable.Of(Api, modelId);
        UsesClientsCredential = config.PassthroughAuth || (Api.TakesClientsCredential && string.IsNullOrEmpty(config.AccessKey));

        // A configured address without a key is a server of the user's own, which needs none.
        var lacksKey = string.IsNullOrEmpty(config.AccessKey) && !UsesClientsCredential && config.BaseUrl is null;
        IsMocked = lacksKey && mock is not null;
        if (lacksKey && !IsMocked)
            Problem = new ClientError(StatusCodes.Status401Unauthorized, $"no access key configured for provider {config.Provider}: set model_providers[{position}].access_key, or passthrough_auth: true there to use the client's own", "AccessKeyMissing");
        foreach (var format in Formats)
        {
            _rules[(int)format] = RequestRules.For(Api, modelId, format);
            if (!Api.Native.Contains(format) && !Api.Compatible.Contains(format))
                continue;
            try
            {
                _addresses[(int)format] = IsMocked ? new Uri(mock!, $"/v1/{format.Suffix()}") : ProviderPaths.Of(Api, config.BaseUrl, format, modelId);
                _streamAddresses[(int)format] = ProviderPaths.OfStream(_addresses[(int)format]!, format);
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

    public ModelCapabilities Capabilities { get; }

    /// <summary>Whether the client's own credential goes to the provider.</summary>
    public bool UsesClientsCredential { get; }

    /// <summary>Whether the provider is played by the mock.</summary>
    public bool IsMocked { get; }

    /// <summary>Whether the provider answers requests of <paramref name="format"/> with streams alone.</summary>
    public bool OnlyStreams(ApiFormat format) => RequestRules.OnlyStreams(Api, format);

    /// <summary>Why requests cannot be sent at all (no key, an API that the gateway does not speak); <see langword="null"/> when they can.</summary>
    public ClientError? Problem { get; }

    /// <summary>Where requests of <paramref name="format"/> go. Not to be asked while there is a <see cref="Problem"/>, or of a format that the provider does not speak.</summary>
    /// <param name="format">The format.</param>
    /// <param name="stream">Whether the answer is to be a stream.</param>
    public Uri AddressOf(ApiFormat format, bool stream = false) => (stream ? _streamAddresses : _addresses)[(int)format] ?? throw new InvalidOperationException($"{Name} has no address");

    /// <summary>What has to be changed in requests of <paramref name="format"/>.</summary>
    public IReadOnlyList<MemberRule> RulesFor(ApiFormat format) => _rules[(int)format];
}
