using System.Security.Cryptography;
using System.Text;

namespace ModelScan.RoutingApi.Decisions.Sessions;

/// <summary>
/// Keeps what clients name small: session ids, tenants and model names end up as keys and values of a store, up to 10,000
/// times over, and must not let a client decide how much memory that takes.
/// </summary>
internal static class BoundedName
{
    /// <summary>UTF-16 units up to which a name is kept as it is.</summary>
    public const int MaxLength = 256;

    /// <summary>
    /// The name itself, or <c>sha256:</c> and 64 hex digits where it is longer than <see cref="MaxLength"/>: two
    /// over-long names stay two names, and nothing is refused for it.
    /// </summary>
    public static string Of(string name)
    {
        if (name.Length <= MaxLength)
            return name;
        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes(name), digest);
        return "sha256:" + Convert.ToHexStringLower(digest);
    }
}
