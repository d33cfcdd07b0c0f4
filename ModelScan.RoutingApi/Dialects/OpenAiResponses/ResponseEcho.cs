using System.Text;
using ModelScan.RoutingApi.Dialects.Translation;

namespace ModelScan.RoutingApi.Dialects.OpenAiResponses;

/// <summary>
/// The fields of a request that its response repeats, with OpenAI's defaults where the request is silent: clients' types expect them
/// (https://platform.openai.com/docs/api-reference/responses/object, and Open Responses, which requires all of them).
/// </summary>
internal static class ResponseEcho
{
    private static readonly KeyValuePair<string, ReadOnlyMemory<byte>>[] Defaults =
    [
        new("background", "false"u8.ToArray()),
        new("frequency_penalty", "0"u8.ToArray()),
        new("instructions", "null"u8.ToArray()),
        new("max_output_tokens", "null"u8.ToArray()),
        new("max_tool_calls", "null"u8.ToArray()),
        new("metadata", "{}"u8.ToArray()),
        new("parallel_tool_calls", "true"u8.ToArray()),
        new("presence_penalty", "0"u8.ToArray()),
        new("previous_response_id", "null"u8.ToArray()),
        new("prompt_cache_key", "null"u8.ToArray()),
        new("reasoning", """{"effort":null,"summary":null}"""u8.ToArray()),
        new("safety_identifier", "null"u8.ToArray()),
        new("service_tier", "\"default\""u8.ToArray()),
        new("store", "false"u8.ToArray()),
        new("temperature", "1"u8.ToArray()),
        new("text", """{"format":{"type":"text"}}"""u8.ToArray()),
        new("tool_choice", "\"auto\""u8.ToArray()),
        new("tools", "[]"u8.ToArray()),
        new("top_logprobs", "0"u8.ToArray()),
        new("top_p", "1"u8.ToArray()),
        new("truncation", "\"disabled\""u8.ToArray()),
        new("user", "null"u8.ToArray()),
    ];

    // What an object has to have in a response, also where it is optional in a request.
    private static readonly Member[] OfReasoning = [new("effort", "null"), new("summary", "null")];
    private static readonly Member[] OfText = [new("format", """{"type":"text"}""")];
    private static readonly Member[] OfFunction = [new("description", "null"), new("parameters", "null"), new("strict", "null")];

    /// <summary>Picks what a response repeats of <paramref name="request"/>.</summary>
    /// <param name="request">The request, which names no earlier response any more.</param>
    /// <param name="context">Says which one it named, and whether the response is kept, whatever the client asked.</param>
    public static IReadOnlyList<KeyValuePair<string, ReadOnlyMemory<byte>>> Of(RequestField request, TranslationContext context)
    {
        var echo = new KeyValuePair<string, ReadOnlyMemory<byte>>[Defaults.Length];
        for (var i = 0; i < echo.Length; i++)
        {
            var (name, otherwise) = Defaults[i];
            echo[i] = new(name, name switch
            {
                "store" => context.IsKept ? "true"u8.ToArray() : otherwise,
                "previous_response_id" when context.PreviousResponseId is { } id => EscapedText.TokenOf(id),
                _ => request.Find(name) is { } field ? OnOneLine(Repeated(name, field)) : otherwise,
            });
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
        _ => field.Raw.ToArray(),
    };

    private static ReadOnlyMemory<byte> OnOneLine(ReadOnlyMemory<byte> json)
    {
        var line = EventJson.SingleLine(json.Span);
        return line.Length == json.Length ? json : line.ToArray();
    }

    private static ReadOnlyMemory<byte> Tools(RequestField tools)
    {
        var copy = new Copy(tools.Raw, tools.Value.GetArrayLength() * OfFunction.Sum(member => member.Json.Length + 1));
        foreach (var tool in tools.Items())
        {
            if (tool.IsObject && tool.Find("type") is { IsText: true } type && type.Value.ValueEquals("function"u8))
                copy.Fill(tool, OfFunction);
        }

        return copy.Whole();
    }

    // {"effort": "low"} becomes {"effort": "low","summary":null}.
    private static ReadOnlyMemory<byte> Filled(RequestField given, Member[] members)
    {
        var copy = new Copy(given.Raw, members.Sum(member => member.Json.Length + 1));
        copy.Fill(given, members);
        return copy.Whole();
    }

    private sealed record Member(string Name, string Otherwise)
    {
        /// <summary>The member as it is where the request has none.</summary>
        public byte[] Json { get; } = Encoding.UTF8.GetBytes($"\"{Name}\":{Otherwise}");
    }

    /// <summary>A copy of a value, with more in it.</summary>
    /// <param name="value">The value.</param>
    /// <param name="room">Most bytes that are added.</param>
    private ref struct Copy(ReadOnlySpan<byte> value, int room)
    {
        private readonly ReadOnlySpan<byte> _value = value;
        private readonly byte[] _copy = new byte[value.Length + room];
        private int _taken;
        private int _length;

        /// <summary>Adds the members that an object in the value does not have, behind those that it has.</summary>
        public void Fill(RequestField given, Member[] members)
        {
            var hasAny = given.Value.GetPropertyCount() > 0;
            foreach (var member in members)
            {
                if (given.Value.TryGetProperty(member.Name, out _))
                    continue;
                _ = _value.Overlaps(given.Raw, out var start);
                Take(start + given.Raw.Length - 1);
                if (hasAny)
                    Add(","u8);
                Add(member.Json);
                hasAny = true;
            }
        }

        /// <summary>The copy, to the end of the value.</summary>
        public ReadOnlyMemory<byte> Whole()
        {
            Take(_value.Length);
            return _copy.AsMemory(0, _length);
        }

        private void Take(int end)
        {
            Add(_value[_taken..end]);
            _taken = end;
        }

        private void Add(ReadOnlySpan<byte> json)
        {
            json.CopyTo(_copy.AsSpan(_length));
            _length += json.Length;
        }
    }
}
