using System.Security.Cryptography;
using System.Text;

namespace ModelScan.RoutingApi.ConversationState;

/// <summary>
/// Whose a response is: a digest of what a client proves itself with, and of its tenant. Who knows an id does not thereby know whose it
/// is, so ids alone open nothing; and no credential lies in a store.
/// </summary>
internal static class ResponseOwner
{
    private const int Length = 16;

    /// <summary>The owner: 32 hex digits.</summary>
    /// <param name="credential">The client's credential; <see langword="null"/> or empty where it has none.</param>
    /// <param name="tenant">The tenant that a header names; likewise.</param>
    public static string Of(string? credential, string? tenant) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{credential}\n{tenant}")).AsSpan(0, Length));
}
