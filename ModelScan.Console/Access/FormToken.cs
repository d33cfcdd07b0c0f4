using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace ModelScan.WebConsole.Access;

/// <summary>
/// Stands in every form of the console's, so that no other page can send one in somebody's name: it is made of the session, which other pages
/// cannot read, and of a secret of this process or of the admin key.
/// </summary>
internal sealed class FormToken
{
    /// <summary>The form's field.</summary>
    public const string Field = "token";

    private readonly byte[] _secret = RandomNumberGenerator.GetBytes(32);

    /// <summary>The token of a session.</summary>
    /// <param name="session">The session; empty for browsers of this machine, which need none.</param>
    /// <param name="adminKey">The admin key; <see langword="null"/> where there is none.</param>
    public string Of(string session, string? adminKey)
    {
        var secret = adminKey is null ? _secret : SHA256.HashData(Encoding.UTF8.GetBytes($"modelscan console form\n{adminKey}"));
        return Base64Url.EncodeToString(HMACSHA256.HashData(secret, Encoding.UTF8.GetBytes(session)));
    }

    /// <summary>Whether a form has the token of its session.</summary>
    public bool IsGood(string? token, string session, string? adminKey) =>
        token is not null && CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(token), Encoding.ASCII.GetBytes(Of(session, adminKey)));
}
