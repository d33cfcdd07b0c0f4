using System.Net.Http.Headers;

namespace ModelScan.RoutingApi.Providers.Catalogue;

/// <summary>Puts a key into a request's headers, where its provider expects it.</summary>
/// <param name="headers">The headers.</param>
/// <param name="format">The request's format.</param>
/// <param name="key">The key, not empty.</param>
public delegate void KeyPlacement(HttpRequestHeaders headers, ApiFormat format, string key);

/// <summary>The usual places of a key; a provider with another has it in its file.</summary>
public static class ProviderKey
{
    /// <summary><c>Authorization: Bearer KEY</c>.</summary>
    public static void Bearer(HttpRequestHeaders headers, ApiFormat format, string key) => headers.TryAddWithoutValidation("Authorization", $"Bearer {key}");

    /// <summary><c>x-api-key: KEY</c> on the Messages API, <c>Authorization: Bearer KEY</c> on others.</summary>
    public static void OfTheFormat(HttpRequestHeaders headers, ApiFormat format, string key)
    {
        if (format == ApiFormat.Messages)
            headers.TryAddWithoutValidation("x-api-key", key);
        else
            Bearer(headers, format, key);
    }
}
