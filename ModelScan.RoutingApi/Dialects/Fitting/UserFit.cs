using System.Security.Cryptography;
using System.Text;

namespace ModelScan.RoutingApi.Dialects.Fitting;

/// <summary>Who asks, in the length that a provider takes.</summary>
internal static class UserFit
{
    private const int MaxLength = 64;

    /// <summary>OpenAI takes 64 characters, and Claude Code's ids are longer. A digest tells users apart as well.</summary>
    public static string ForOpenAi(string id) => id.Length <= MaxLength ? id : Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(id)));
}
