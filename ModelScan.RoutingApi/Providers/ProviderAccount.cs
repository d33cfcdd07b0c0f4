using System.Security.Cryptography;
using System.Text;

namespace ModelScan.RoutingApi.Providers;

/// <summary>
/// Names the account at a provider that a model is asked with: what a provider stores or encrypts is of use to that account alone. The
/// credential stands in it as a digest.
/// </summary>
internal static class ProviderAccount
{
    private const int DigestLength = 8;

    /// <summary>The account: <c>openai@api.openai.com#1f0c…</c>. Of a client's own credential whoever asks makes sure that it is the same client.</summary>
    public static string Of(ModelTarget target)
    {
        var credential = target.UsesClientsCredential ? "client" : target.Config.AccessKey ?? "";
        return $"{target.Config.Provider}@{target.Config.BaseUrl?.Authority}#{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(credential)).AsSpan(0, DigestLength))}";
    }
}
