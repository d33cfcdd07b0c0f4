using System.Text.RegularExpressions;

namespace ModelScan.RoutingApi.Dialects;

/// <summary>Which field of a request a provider refuses because it, or the model, does not know it.</summary>
/// <remarks>
/// <code>
/// {"code": "unsupported_parameter", "param": "top_p"}                                       OpenAI and those who follow it
/// top_k: Extra inputs are not permitted                                                     Anthropic, Mistral, vLLM
/// `temperature` is deprecated for this model.                                               Anthropic
/// Invalid JSON payload received. Unknown name "store": Cannot find field.                   Google
/// property 'store' is unsupported                                                           Groq
/// Argument not supported on this model: presence_penalty                                    xAI
/// extraneous key [top_k] is not permitted                                                   Amazon Bedrock
/// Unrecognized request argument supplied: reasoning_effort                                  OpenAI, Azure
/// Unsupported parameter: 'max_tokens' is not supported with this model.                     OpenAI, Azure
/// This model does not support the effort parameter.                                         Anthropic
/// `clear_thinking_20251015` strategy requires `thinking` to be enabled or adaptive          Anthropic
/// </code>
/// </remarks>
internal static partial class RefusedParameter
{
    // Where the field is not called by its name.
    private static readonly (string Words, string Field)[] Phrases =
    [
        ("does not support the effort parameter", "output_config.effort"),
        ("strategy requires `thinking` to be enabled", "context_management.edits"),
    ];

    /// <summary>The field, such as <c>top_k</c> or <c>reasoning.effort</c>; <see langword="null"/> where that is not what is wrong.</summary>
    public static string? Of(ErrorBody said)
    {
        if (RefusedThoughts.AreIn(said))
            return RefusedThoughts.Name;
        if (said.Code is "unsupported_parameter" or "unsupported_value" or "unknown_parameter")
            return said.Parameter;
        if (said.Message is not { } message)
            return null;
        foreach (var (words, field) in Phrases)
        {
            if (message.Contains(words, StringComparison.Ordinal))
                return field;
        }

        var match = Words().Match(message);
        return match.Success ? match.Groups["name"].Value : null;
    }

    [GeneratedRegex(
        """
        (?<name>[a-z][a-z0-9_.]{0,63}):\s+Extra\sinputs\sare\snot\spermitted
        | `(?<name>[a-z][a-z0-9_.]{0,63})`\sis\sdeprecated\sfor\sthis\smodel
        | Unknown\sname\s\\?"(?<name>[A-Za-z0-9_.]{1,64})\\?"
        | property\s'(?<name>[a-z][a-z0-9_.]{0,63})'\sis\sunsupported
        | Argument\snot\ssupported\son\sthis\smodel:\s(?<name>[A-Za-z0-9_.]{1,64})
        | extraneous\skey\s\[(?<name>[A-Za-z0-9_.]{1,64})\]\sis\snot\spermitted
        | Unrecognized\srequest\sarguments?\ssupplied:\s(?<name>[a-z][a-z0-9_.]{0,63})
        | Unsupported\sparameter:\s'(?<name>[a-z][a-z0-9_.]{0,63})'
        """,
        RegexOptions.IgnorePatternWhitespace | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex Words();
}
