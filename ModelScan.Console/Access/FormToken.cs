using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace ModelScan.WebConsole.Access;

/// <summary>
/// Stands in every form of the console's, so that no other page can send one in somebody's name: it is made of the session, which other pages
/// cannot read, and of a secret of this process or of the admin key. Every time it is written under another mask, so that nothing in a page that
/// is compressed is a secret that stays the same.
/// </summary>
internal sealed class FormToken
{
    /// <summary>The form's field.</summary>
    public const string Field = "token";

    private const int SealSize = HMACSHA256.HashSizeInBytes;

    private readonly byte[] _secret = RandomNumberGenerator.GetBytes(32);

    /// <summary>The token of a session.</summary>
    /// <param name="session">The session; empty for browsers of this machine, which need none.</param>
    /// <param name="adminKey">The admin key; <see langword="null"/> where there is none.</param>
    public string Of(string session, string? adminKey)
    {
        Span<byte> token = stackalloc byte[2 * SealSize];
        RandomNumberGenerator.Fill(token[..SealSize]);
        Seal(session, adminKey, token[SealSize..]);
        Mask(token);
        return Base64Url.EncodeToString(token);
    }

    /// <summary>Whether a form has the token of its session.</summary>
    public bool IsGood(string? token, string session, string? adminKey)
    {
        Span<byte> given = stackalloc byte[2 * SealSize];
        Span<byte> seal = stackalloc byte[SealSize];
        if (token is null || !Base64Url.IsValid(token) || !Base64Url.TryDecodeFromChars(token, given, out var written) || written != given.Length)
            return false;
        Mask(given);
        Seal(session, adminKey, seal);
        return CryptographicOperations.FixedTimeEquals(given[SealSize..], seal);
    }

    private void Seal(string session, string? adminKey, Span<byte> seal)
    {
        var secret = adminKey is null ? _secret : SHA256.HashData(Encoding.UTF8.GetBytes($"modelscan console form\n{adminKey}"));
        HMACSHA256.HashData(secret, Encoding.UTF8.GetBytes(session), seal);
    }

    // The first half is chance; the second is made unknowable by it, and known again.
    private static void Mask(Span<byte> token)
    {
        for (var i = 0; i < SealSize; i++)
            token[SealSize + i] ^= token[i];
    }
}
