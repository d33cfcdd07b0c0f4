using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace ModelScan.RoutingApi.Dialects.Translation;

/// <summary>
/// Ids of tool calls that another provider gave, in a form that this one takes, and back: a provider gets its own id again, letter by
/// letter. What it wants back with the call and the client's format has no place for (Gemini's
/// <c>extra_content: {google: {thought_signature}}</c>) travels inside the id, which clients return untouched.
/// </summary>
/// <remarks>
/// <code>
/// call__i_ZnVuY3Rpb25zLlJlYWQ6MA__x_eyJnb29nbGUiOnsidGhvdWdodF9zaWduYXR1cmUiOiJDa…
/// │   │   │                       │   └ base64url of extra_content
/// │   │   │                       └ our mark of it
/// │   │   └ base64url of an id that has other characters than letters, digits, _ and -
/// │   └ our mark of it
/// └ or the provider's id as it is
/// </code>
/// </remarks>
internal static class ToolCallId
{
    private const int MaxOpenAiLength = 64;
    private const string IdMark = "__i_";
    private const string ExtraMark = "__x_";

    /// <summary>Stands in every id that carries something for the provider.</summary>
    public static ReadOnlySpan<byte> ExtraMarkUtf8 => "__x_"u8;

    /// <summary>An id of letters, digits, <c>_</c> and <c>-</c>, as Anthropic asks.</summary>
    /// <param name="id">The provider's id, or a made one.</param>
    /// <param name="extra">The JSON of <c>extra_content</c>; empty where there is none.</param>
    public static string ForMessages(string id, ReadOnlySpan<byte> extra = default)
    {
        if (id.Length == 0)
            id = "call_";
        else if (!IsPlain(id))
            id = $"call{IdMark}{Base64Url.EncodeToString(Encoding.UTF8.GetBytes(id))}";
        return WithExtra(id, extra);
    }

    /// <summary>An id that carries what the provider wants back.</summary>
    public static string WithExtra(string id, ReadOnlySpan<byte> extra) => extra.IsEmpty ? id : $"{id}{ExtraMark}{Base64Url.EncodeToString(extra)}";

    /// <summary>The provider's own id where one is hidden in <paramref name="id"/>, and what it wants back with it.</summary>
    /// <param name="id">The client's id.</param>
    /// <param name="extra">The JSON of <c>extra_content</c>; empty where there is none.</param>
    public static string Reveal(string id, out byte[] extra)
    {
        id = WithoutExtra(id, out extra);
        var mark = id.IndexOf(IdMark, StringComparison.Ordinal);
        if (mark < 0 || !Base64Url.IsValid(id.AsSpan(mark + IdMark.Length)))
            return id;
        var hidden = Encoding.UTF8.GetString(Base64Url.DecodeFromUtf8(Encoding.ASCII.GetBytes(id[(mark + IdMark.Length)..])));
        return hidden.Length > 0 && !IsPlain(hidden) ? hidden : id;
    }

    /// <summary>The id without what it carries for another provider.</summary>
    public static string WithoutExtra(string id, out byte[] extra)
    {
        extra = [];
        var mark = id.LastIndexOf(ExtraMark, StringComparison.Ordinal);
        if (mark < 0 || !Base64Url.IsValid(id.AsSpan(mark + ExtraMark.Length)))
            return id;
        var decoded = Base64Url.DecodeFromUtf8(Encoding.ASCII.GetBytes(id[(mark + ExtraMark.Length)..]));
        if (!ToolArguments.IsObject(decoded))
            return id;
        extra = decoded;
        return id[..mark];
    }

    /// <summary>An id of at most 64 characters, as OpenAI asks; its own where it gave it.</summary>
    public static string ForResponses(string id)
    {
        id = Reveal(id, out _);
        return id.Length is > 0 and <= MaxOpenAiLength ? id : Digest(id);
    }

    /// <summary>An id of at most 64 letters, digits, <c>_</c> and <c>-</c>, as Amazon asks.</summary>
    public static string ForConverse(string id)
    {
        id = ForMessages(id);
        return id.Length <= MaxOpenAiLength ? id : Digest(id);
    }

    private static bool IsPlain(string id)
    {
        foreach (var character in id)
        {
            if (!char.IsAsciiLetterOrDigit(character) && character is not ('_' or '-'))
                return false;
        }

        return true;
    }

    private static string Digest(string id) => string.Concat("call_", Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(id))).AsSpan(0, 40));
}
