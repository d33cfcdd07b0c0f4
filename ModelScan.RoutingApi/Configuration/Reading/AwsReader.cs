using System.Text.RegularExpressions;
using ModelScan.RoutingApi.Providers.Catalogue;

namespace ModelScan.RoutingApi.Configuration.Reading;

/// <summary>Reads <c>model_providers[].aws</c>. Without it, a model at an address of Amazon's that has no key is signed for, too.</summary>
internal static partial class AwsReader
{
    /// <summary>The provider with what signs its requests, and with the region's address where it gives none.</summary>
    public static ModelProviderConfig Complete(ConfigMap map, ModelProviderConfig provider)
    {
        var api = ProviderCatalogue.Find(provider.Provider) ?? (provider.ProviderInterface is { } name ? ProviderCatalogue.Find(name) : null);
        var config = map.Map("aws") is { } aws ? Read(aws, provider.BaseUrl) : null;
        if (api?.SigningName is null)
        {
            if (config is not null)
                map.Error("aws", $"requests to {provider.Provider} are not signed");
            return provider;
        }

        var hasKey = !string.IsNullOrEmpty(provider.AccessKey) || provider.PassthroughAuth;
        if (config is not null)
        {
            if (hasKey)
                map.Error("aws", "an access_key, or the client's own, is sent as it is; give only one of the two");
            return provider with { Aws = config, BaseUrl = provider.BaseUrl ?? (Region.IsMatch(config.Region) ? api.AddressIn?.Invoke(config.Region) : null) };
        }

        return !hasKey && RegionOf(provider.BaseUrl) is { } region ? provider with { Aws = new AwsConfig(region) } : provider;
    }

    /// <summary>The region that an address of Amazon's names: <c>bedrock-runtime.us-west-2.amazonaws.com</c>.</summary>
    internal static string? RegionOf(Uri? address) => address is not null && AmazonsHost.Match(address.Host) is { Success: true } match ? match.Groups["region"].Value : null;

    [GeneratedRegex(@"\.(?<region>[a-z]{2}(-[a-z]+)+-\d)\.(vpce\.)?(amazonaws\.com(\.cn)?|api\.aws)$", RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase, 100)]
    private static partial Regex AmazonsHost { get; }

    [GeneratedRegex(@"^[a-z]{2}(-[a-z]+)+-\d$", RegexOptions.ExplicitCapture, 100)]
    private static partial Regex Region { get; }

    private static AwsConfig Read(ConfigMap map, Uri? address)
    {
        var config = new AwsConfig(map.Value("region") ?? RegionOf(address) ?? "")
        {
            Profile = map.Value("profile"),
            AccessKeyId = map.Value("access_key_id"),
            SecretAccessKey = map.Value("secret_access_key"),
            SessionToken = map.Value("session_token"),
        };
        map.RefuseOtherKeys();
        if (!Region.IsMatch(config.Region))
            map.Error("region", config.Region.Length == 0 ? "is required: base_url does not name a region" : $"'{config.Region}' is not a region of AWS");
        if (string.IsNullOrEmpty(config.AccessKeyId) != string.IsNullOrEmpty(config.SecretAccessKey))
            map.Error(string.IsNullOrEmpty(config.AccessKeyId) ? "access_key_id" : "secret_access_key", "access_key_id and secret_access_key belong together");
        if (config is { Profile: not null, AccessKeyId: not null })
            map.Error("profile", "a profile and an access key are two credentials; give only one");
        return config;
    }
}
