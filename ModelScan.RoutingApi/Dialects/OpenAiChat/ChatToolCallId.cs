using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using ModelScan.RoutingApi.Dialects.Translation;

namespace ModelScan.RoutingApi.Dialects.OpenAiChat;

/// <summary>
/// The id of a tool call between a Messages client and a Chat provider. What a provider wants back with the call and a Messages client has
/// no place for (Gemini's <c>extra_content: {google: {thought_signature}}</c>) travels inside the id, which clients return untouched.
/// </summary>
/// <remarks>
/// <code>
/// call_7f3a__x_eyJnb29nbGUiOnsidGhvdWdodF9zaWduYXR1cmUiOiJDa…
/// │          │   └ base64url of extra_content
/// │          └ our mark
/// └ the provider's id
/// </code>
/// </remarks>
internal static class ChatToolCallId
{
    private const string Mark = "__x_";
    private const int MaxLength = 40;
    private const int ShortLength = 9;

    /// <summary>Stands in every id that hides something.</summary>
    public static ReadOnlySpan<byte> MarkUtf8 => "__x_"u8;

    /// <summary>The id that the client gets.</summary>
    /// <param name="id">The provider's id, or a made one.</param>
    /// <param name="extra">The JSON of <c>extra_content</c>; empty where there is none.</param>
    public static string ForClient(string id, ReadOnlySpan<byte> extra)
    {
        var plain = ToolCallId.ForMessages(id);
        return extra.IsEmpty ? plain : $"{plain}{Mark}{Base64Url.EncodeToString(extra)}";
    }

    /// <summary>The id that the provider gets, and what it wants back with it.</summary>
    /// <param name="id">The client's id.</param>
    /// <param name="isShort">Whether ids must be nine letters or digits.</param>
    /// <param name="extra">The JSON of <c>extra_content</c>; empty where there is none.</param>
    public static string ForProvider(string id, bool isShort, out byte[] extra)
    {
        extra = [];
        var mark = id.LastIndexOf(Mark, StringComparison.Ordinal);
        if (mark >= 0 && Base64Url.IsValid(id.AsSpan(mark + Mark.Length)))
        {
            var decoded = Base64Url.DecodeFromUtf8(Encoding.ASCII.GetBytes(id[(mark + Mark.Length)..]));
            if (ToolArguments.IsObject(decoded))
            {
                extra = decoded;
                id = id[..mark];
            }
        }

        if (isShort)
            return IsShort(id) ? id : Digest(id)[..ShortLength];
        return id.Length is > 0 and <= MaxLength ? id : $"call_{Digest(id)[..(MaxLength - 5)]}";
    }

    private static bool IsShort(string id)
    {
        if (id.Length != ShortLength)
            return false;
        foreach (var character in id)
        {
            if (!char.IsAsciiLetterOrDigit(character))
                return false;
        }

        return true;
    }

    private static string Digest(string id) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(id)));
}
