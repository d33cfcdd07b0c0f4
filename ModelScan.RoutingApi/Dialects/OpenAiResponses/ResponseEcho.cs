using ModelScan.RoutingApi.Dialects.Translation;

namespace ModelScan.RoutingApi.Dialects.OpenAiResponses;

/// <summary>
/// The fields of a request that its response repeats, with OpenAI's defaults where the request is silent: clients' types expect them
/// (https://platform.openai.com/docs/api-reference/responses/object).
/// </summary>
internal static class ResponseEcho
{
    private static readonly KeyValuePair<string, byte[]>[] Defaults =
    [
        new("instructions", [.. "null"u8]),
        new("max_output_tokens", [.. "null"u8]),
        new("metadata", [.. "{}"u8]),
        new("parallel_tool_calls", [.. "true"u8]),
        new("previous_response_id", [.. "null"u8]),
        new("reasoning", [.. """{"effort":null,"summary":null}"""u8]),
        new("store", [.. "false"u8]),
        new("temperature", [.. "1"u8]),
        new("text", [.. """{"format":{"type":"text"}}"""u8]),
        new("tool_choice", [.. "\"auto\""u8]),
        new("tools", [.. "[]"u8]),
        new("top_p", [.. "1"u8]),
        new("truncation", [.. "\"disabled\""u8]),
        new("user", [.. "null"u8]),
    ];

    /// <summary>Picks what a response repeats of <paramref name="request"/>.</summary>
    /// <param name="request">The request, which names no earlier response any more.</param>
    /// <param name="context">Says which one it named, and whether the response is kept, whatever the client asked.</param>
    public static IReadOnlyList<KeyValuePair<string, byte[]>> Of(RequestField request, TranslationContext context)
    {
        var echo = new KeyValuePair<string, byte[]>[Defaults.Length];
        for (var i = 0; i < echo.Length; i++)
        {
            var (name, otherwise) = Defaults[i];
            echo[i] = name switch
            {
                "store" => new(name, context.IsKept ? [.. "true"u8] : otherwise),
                "previous_response_id" when context.PreviousResponseId is { } id => new(name, EscapedText.TokenOf(id)),
                _ => request.Find(name) is { } field ? new(name, EventJson.SingleLine(field.Raw).ToArray()) : Defaults[i],
            };
        }

        return echo;
    }
}
