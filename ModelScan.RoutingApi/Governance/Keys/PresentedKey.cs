using Microsoft.Extensions.Primitives;
using ModelScan.RoutingApi.Configuration;

namespace ModelScan.RoutingApi.Governance.Keys;

/// <summary>
/// The gateway's key as a request shows it: in <c>x-modelscan-key</c>, as bearer token in <c>Authorization</c>, or in <c>x-api-key</c>. What looks like a key of the gateway's
/// and is none, comes twice, or stands in another form, opens nothing: it is not taken for somebody without a key, nor handed on.
/// </summary>
internal static class PresentedKey
{
    /// <summary>The header of keys for clients whose own credential goes to a provider.</summary>
    public const string Header = "x-modelscan-key";

    private const string Bearer = "Bearer ";

    /// <summary>What a request shows.</summary>
    /// <param name="Key">The key; <see langword="null"/> for none, or a wrong one.</param>
    /// <param name="IsWrong">Whether something is shown that is no valid key.</param>
    public readonly record struct Finding(GatewayKeyConfig? Key, bool IsWrong);

    /// <summary>Finds the key, and takes it out of the headers: nothing behind this sees it.</summary>
    /// <param name="headers">The request's.</param>
    /// <param name="keys">The keys in force.</param>
    /// <param name="memo">What the connection showed before; <see langword="null"/> where nothing is known of it.</param>
    public static Finding Take(IHeaderDictionary headers, GatewayKeys keys, KeyMemo? memo = null)
    {
        GatewayKeyConfig? found = null;
        var isWrong = false;
        if (headers.TryGetValue(Header, out var own))
        {
            headers.Remove(Header);
            Look(own, own.ToString());
        }

        if (headers.TryGetValue("Authorization", out var authorization) && LooksLikeKey(authorization))
        {
            headers.Remove("Authorization");
            var text = authorization.ToString();
            Look(authorization, text.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase) ? text.AsSpan(Bearer.Length).TrimStart(' ') : []);
        }

        if (headers.TryGetValue("x-api-key", out var apiKey) && LooksLikeKey(apiKey))
        {
            headers.Remove("x-api-key");
            Look(apiKey, apiKey.ToString());
        }

        return isWrong ? new Finding(null, true) : new Finding(found, false);

        void Look(StringValues values, ReadOnlySpan<char> secret)
        {
            var key = values.Count == 1 && secret.StartsWith(KeySecret.Prefix, StringComparison.Ordinal) ? Match(secret) : null;
            isWrong |= key is null || (found is not null && found != key);
            found ??= key;
        }

        GatewayKeyConfig? Match(ReadOnlySpan<char> secret)
        {
            if (memo?.Find(secret, keys) is { } known)
                return known;
            var key = keys.Match(secret);
            if (key is not null)
                memo?.Keep(secret, keys, key);
            return key;
        }
    }

    // Wherever it stands and however it is written.
    private static bool LooksLikeKey(StringValues values)
    {
        for (var i = 0; i < values.Count; i++)
        {
            if (values[i]?.Contains(KeySecret.Prefix, StringComparison.OrdinalIgnoreCase) == true)
                return true;
        }

        return false;
    }
}
