using System.Security.Cryptography;
using System.Text;
using ModelScan.RoutingApi.Dialects.Translation;

namespace ModelScan.RoutingApi.Dialects.OpenAiChat;

/// <summary>The id of a tool call for a Chat provider: its own where it gave it (<see cref="ToolCallId"/>), else one that it takes.</summary>
internal static class ChatToolCallId
{
    private const int MaxLength = 40;
    private const int ShortLength = 9;

    /// <summary>The id that the provider gets, and what it wants back with it.</summary>
    /// <param name="id">The client's id.</param>
    /// <param name="isShort">Whether ids must be nine letters or digits.</param>
    /// <param name="extra">The JSON of <c>extra_content</c>; empty where there is none.</param>
    public static string ForProvider(string id, bool isShort, out byte[] extra)
    {
        id = ToolCallId.Reveal(id, out extra);
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
