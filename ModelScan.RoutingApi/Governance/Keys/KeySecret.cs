using System.Security.Cryptography;
using System.Text;

namespace ModelScan.RoutingApi.Governance.Keys;

/// <summary>
/// The secret of a key: <c>msk_</c>, the key's id, an underscore, 32 letters and digits. Those are drawn from 62, so that there are 190 bits to guess. Only its
/// SHA-256 is kept, which for a secret of that many bits is as good as any slower digest.
/// </summary>
internal static class KeySecret
{
    /// <summary>With what every secret begins: by it a key is known where it must not go.</summary>
    public const string Prefix = Providers.UpstreamCredential.GatewayKeyPrefix;

    /// <summary>The longest secret in bytes.</summary>
    public const int Longest = 160;

    private const int RandomLength = 32;
    private const string Alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

    /// <summary>Draws a secret for a key.</summary>
    public static string Create(string id) => $"{Prefix}{id}_{RandomNumberGenerator.GetString(Alphabet, RandomLength)}";

    /// <summary>What configurations keep of a secret: <c>sha256:</c> and 64 hex digits.</summary>
    public static string HashOf(string secret) => $"sha256:{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(secret)))}";
}
