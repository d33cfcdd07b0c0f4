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

    private const string AnthropicVersion = "anthropic-version";

    /// <summary>Sets credential and version headers, then the entry's extra headers.</summary>
    public static void Apply(HttpRequestHeaders headers, ModelTarget target, ApiFormat format, IHeaderDictionary client)
    {
        if (format == ApiFormat.Messages && !headers.Contains(AnthropicVersion))
            headers.TryAddWithoutValidation(AnthropicVersion, DefaultAnthropicVersion);
        var key = target.UsesClientsCredential ? FromClient(client) : target.Config.AccessKey;
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
    /// there is none, or it is blank.
    /// </summary>
    public static string? FromClient(IHeaderDictionary client)
    {
        var authorization = client.Authorization.ToString().Trim();
        if (authorization.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase) || authorization.Equals("Bearer", StringComparison.OrdinalIgnoreCase))
            authorization = authorization["Bearer".Length..].Trim();
        if (authorization.Length > 0)
            return authorization;
        var key = client["x-api-key"].ToString().Trim();
        return key.Length > 0 ? key : null;
    }
}
