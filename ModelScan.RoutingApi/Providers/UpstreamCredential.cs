using System.Net.Http.Headers;

namespace ModelScan.RoutingApi.Providers;

/// <summary>
/// Puts the right credential on a provider's request. The client's own goes to a provider only where the configuration says so
/// (<c>passthrough_auth</c>); in every other case it is not forwarded at all.
/// </summary>
internal static class UpstreamCredential
{
    /// <summary>What Messages clients are taken to speak when they do not say.</summary>
    public const string DefaultAnthropicVersion = "2023-06-01";

    /// <summary>With what the gateway's own keys begin. They open the gateway and nothing else: none ever goes to a provider.</summary>
    public const string GatewayKeyPrefix = "msk_";

    private const string AnthropicVersion = "anthropic-version";

    /// <summary>Sets credential and version headers, then the entry's extra headers.</summary>
    /// <param name="headers">The provider's request.</param>
    /// <param name="target">The model.</param>
    /// <param name="format">The format of the request.</param>
    /// <param name="client">The client's headers.</param>
    /// <param name="chosen">Which of several keys; <see langword="null"/> where there is one at most.</param>
    public static void Apply(HttpRequestHeaders headers, ModelTarget target, ApiFormat format, IHeaderDictionary client, string? chosen = null)
    {
        if (format == ApiFormat.Messages && !headers.Contains(AnthropicVersion))
            headers.TryAddWithoutValidation(AnthropicVersion, DefaultAnthropicVersion);
        var key = target.UsesClientsCredential ? FromClient(client) : chosen ?? target.Config.AccessKey;
        if (!string.IsNullOrEmpty(key))
            target.Api.Key(headers, format, key);
        foreach (var (name, value) in target.Config.Headers)
        {
            headers.Remove(name);
            headers.TryAddWithoutValidation(name, value);
        }
    }

    /// <summary>
    /// The client's key: <c>Authorization</c> with or without <c>Bearer</c>, else <c>x-api-key</c>; <see langword="null"/> when
    /// there is none, it is blank, or it is a key of the gateway's.
    /// </summary>
    public static string? FromClient(IHeaderDictionary client)
    {
        var authorization = client.Authorization.ToString().Trim();
        if (authorization.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase) || authorization.Equals("Bearer", StringComparison.OrdinalIgnoreCase))
            authorization = authorization["Bearer".Length..].Trim();
        if (authorization.Length > 0 && !IsGatewayKey(authorization))
            return authorization;
        var key = client["x-api-key"].ToString().Trim();
        return key.Length > 0 && !IsGatewayKey(key) ? key : null;
    }

    private static bool IsGatewayKey(string credential) => credential.Contains(GatewayKeyPrefix, StringComparison.OrdinalIgnoreCase);
}
