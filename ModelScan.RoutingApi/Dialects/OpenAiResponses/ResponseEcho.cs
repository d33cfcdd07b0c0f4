using System.Buffers;
using System.Text;
using ModelScan.RoutingApi.Dialects.Translation;

namespace ModelScan.RoutingApi.Dialects.OpenAiResponses;

/// <summary>
/// The fields of a request that its response repeats, with OpenAI's defaults where the request is silent: clients' types expect them
/// (https://platform.openai.com/docs/api-reference/responses/object, and Open Responses, which requires all of them).
/// </summary>
internal static class ResponseEcho
{
    private static readonly KeyValuePair<string, byte[]>[] Defaults =
    [
        new("background", [.. "false"u8]),
        new("frequency_penalty", [.. "0"u8]),
        new("instructions", [.. "null"u8]),
        new("max_output_tokens", [.. "null"u8]),
        new("max_tool_calls", [.. "null"u8]),
        new("metadata", [.. "{}"u8]),
        new("parallel_tool_calls", [.. "true"u8]),
        new("presence_penalty", [.. "0"u8]),
        new("previous_response_id", [.. "null"u8]),
        new("prompt_cache_key", [.. "null"u8]),
        new("reasoning", [.. """{"effort":null,"summary":null}"""u8]),
        new("safety_identifier", [.. "null"u8]),
        new("service_tier", [.. "\"default\""u8]),
        new("store", [.. "false"u8]),
        new("temperature", [.. "1"u8]),
        new("text", [.. """{"format":{"type":"text"}}"""u8]),
        new("tool_choice", [.. "\"auto\""u8]),
        new("tools", [.. "[]"u8]),
        new("top_logprobs", [.. "0"u8]),
        new("top_p", [.. "1"u8]),
        new("truncation", [.. "\"disabled\""u8]),
        new("user", [.. "null"u8]),
    ];

    // What an object has to have in a response, also where it is optional in a request.
    private static readonly (string Name, string Otherwise)[] OfReasoning = [("effort", "null"), ("summary", "null")];
    private static readonly (string Name, string Otherwise)[] OfText = [("format", """{"type":"text"}""")];
    private static readonly (string Name, string Otherwise)[] OfFunction = [("description", "null"), ("parameters", "null"), ("strict", "null")];

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
                _ => request.Find(name) is { } field ? new(name, EventJson.SingleLine(Repeated(name, field).Span).ToArray()) : Defaults[i],
            };
        }

        return echo;
    }

    private static ReadOnlyMemory<byte> Repeated(string name, RequestField field) => name switch
    {
        "reasoning" when field.IsObject => Filled(field, OfReasoning),
        "text" when field.IsObject => Filled(field, OfText),
        "tools" when field.IsArray => Tools(field),

        // What was asked for is not what was given: nobody but the provider knows which tier it took.
        "service_tier" when field.IsText && field.Text == "auto" => "\"default\""u8.ToArray(),
        _ => field.RawMemory,
    };

    private static ReadOnlyMemory<byte> Tools(RequestField tools)
    {
        var items = new List<ReadOnlyMemory<byte>>();
        var isChanged = false;
        foreach (var tool in tools.Items())
        {
            var isFunction = tool.IsObject && tool.Find("type") is { IsText: true, Text: "function" };
            items.Add(isFunction ? Filled(tool, OfFunction) : tool.RawMemory);
            isChanged |= items[^1].Length != tool.Raw.Length;
        }

        if (!isChanged)
            return tools.RawMemory;
        var output = new ArrayBufferWriter<byte>(tools.Raw.Length + (64 * items.Count));
        output.Write("["u8);
        for (var i = 0; i < items.Count; i++)
        {
            if (i > 0)
                output.Write(","u8);
            output.Write(items[i].Span);
        }

        output.Write("]"u8);
        return output.WrittenMemory;
    }

    // {"effort": "low"} becomes {"effort": "low","summary":null}.
    private static ReadOnlyMemory<byte> Filled(RequestField given, (string Name, string Otherwise)[] members)
    {
        var missing = new StringBuilder();
        var hasAny = given.Value.GetPropertyCount() > 0;
        foreach (var (name, otherwise) in members)
        {
            if (given.Value.TryGetProperty(name, out _))
                continue;
            missing.Append(hasAny || missing.Length > 0 ? "," : "").Append('"').Append(name).Append("\":").Append(otherwise);
        }

        if (missing.Length == 0)
            return given.RawMemory;
        return (byte[])[.. given.Raw[..^1], .. Encoding.UTF8.GetBytes(missing.ToString()), (byte)'}'];
    }
}
