using System.Security.Cryptography;
using System.Text;

namespace ModelScan.RoutingApi.Dialects.Translation;

/// <summary>
/// Ids of tool calls that another provider gave, in a form that this one takes. The same id always becomes the same, so that calls
/// and results still find each other.
/// </summary>
internal static class ToolCallId
{
    private const int MaxOpenAiLength = 64;

    /// <summary>An id of letters, digits, <c>_</c> and <c>-</c>, as Anthropic asks.</summary>
    public static string ForMessages(string id)
    {
        if (id.Length == 0)
            return "call_";
        foreach (var character in id)
        {
            if (!IsPlain(character))
                return Digest(id);
        }

        return id;
    }

    /// <summary>An id of at most 64 characters, as OpenAI asks.</summary>
    public static string ForResponses(string id) => id.Length is > 0 and <= MaxOpenAiLength ? id : Digest(id);

    private static bool IsPlain(char character) => char.IsAsciiLetterOrDigit(character) || character is '_' or '-';

    private static string Digest(string id) => string.Concat("call_", Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(id))).AsSpan(0, 40));
}
