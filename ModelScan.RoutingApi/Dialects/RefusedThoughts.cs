using System.Text.RegularExpressions;

namespace ModelScan.RoutingApi.Dialects;

/// <summary>
/// Whether a provider refuses the thoughts of earlier turns: they are another provider's, another model's or another account's, which it cannot
/// verify, or it knows no thoughts in a history. The conversation goes on without them.
/// </summary>
/// <remarks>
/// <code>
/// messages.1.content.0: Invalid `signature` in `thinking` block                                                        Anthropic
/// `thinking` or `redacted_thinking` blocks in the latest assistant message cannot be modified.                         Anthropic
/// {"code": "invalid_encrypted_content", "message": "The encrypted content … could not be verified."}                   OpenAI, Azure
/// ('messages.1' : property 'reasoning_content' is unsupported)                                                         Groq
/// body.messages.1.assistant.reasoning_content: Extra inputs are not permitted                                          Mistral
/// </code>
/// </remarks>
internal static partial class RefusedThoughts
{
    /// <summary>What stands for them among the parameters that may be left out; no member of a request is called so.</summary>
    public const string Name = "thoughts";

    /// <summary>Whether that is what is wrong.</summary>
    public static bool AreIn(ErrorBody said) => said.Code is "invalid_encrypted_content" || (said.Message is { } message && Words().IsMatch(message));

    [GeneratedRegex(
        """
        Invalid\s`signature`\sin\s`thinking`\sblock
        | `?thinking`?(\sor\s`redacted_thinking`)?\sblocks\sin\sthe\slatest\sassistant\smessage\scannot\sbe\smodified
        | encrypted\scontent\b.{0,200}\scould\snot\sbe\s(verified|decrypted)
        | property\s'reasoning_content'\sis\sunsupported
        | \breasoning_content:\s+Extra\sinputs\sare\snot\spermitted
        """,
        RegexOptions.IgnorePatternWhitespace | RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex Words();
}
