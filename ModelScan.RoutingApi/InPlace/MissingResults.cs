namespace ModelScan.RoutingApi.InPlace;

/// <summary>
/// Calls of tools that were interrupted have no results, and providers refuse a conversation with such calls. In one that keeps its format each gets
/// the result that a translation would give it; all other messages stay as they are.
/// </summary>
internal static class MissingResults
{
    private const string Interrupted = "Interrupted: the tool gave no result.";

    /// <summary>The rule for requests of a format.</summary>
    public static MemberRule Rule(ApiFormat format) => format switch
    {
        ApiFormat.Messages => new MemberRule("messages", value => IsEven(value.Span, "\"tool_use\""u8, "\"tool_use_id\""u8) ? value : InPlaceJson.Change(value, InMessages)) { ReportedAs = "messages.content.tool_use.result" },
        ApiFormat.Responses => new MemberRule("input", value => IsEven(value.Span, "_call\""u8, "_output\""u8) ? value : InPlaceJson.Change(value, InInput)) { ReportedAs = "input.function_call.result" },
        _ => new MemberRule("messages", value => IsEven(value.Span, "\"arguments\""u8, "\"tool_call_id\""u8) ? value : InPlaceJson.Change(value, InChat)) { ReportedAs = "messages.tool_calls.result" },
    };

    // As many results as calls: there is nothing to look for, which is so in nearly every request.
    private static bool IsEven(ReadOnlySpan<byte> conversation, ReadOnlySpan<byte> ofCall, ReadOnlySpan<byte> ofResult) => conversation.Count(ofCall) == conversation.Count(ofResult);

    private static bool InChat(RequestField messages, Utf8JsonWriter json)
    {
        var (open, any) = (new OpenCalls(), false);
        json.WriteStartArray();
        foreach (var message in messages.Items())
        {
            if (message.FindText("role") == "tool")
                open.Answer(message.GetText("tool_call_id"));
            else
                Close();
            InPlaceJson.Copy(json, message);
            foreach (var call in message.Find("tool_calls")?.Items() ?? default)
                open.Add(call.GetText("id"));
        }

        Close();
        json.WriteEndArray();
        return any;

        void Close()
        {
            foreach (var id in open.Take())
            {
                any = true;
                json.WriteStartObject();
                json.WriteString("role"u8, "tool"u8);
                json.WriteString("tool_call_id"u8, id);
                json.WriteString("content"u8, Interrupted);
                json.WriteEndObject();
            }
        }
    }

    private static bool InInput(RequestField input, Utf8JsonWriter json)
    {
        var items = input.Items().ToList();
        var answered = items.Where(item => item.FindText("type")?.EndsWith("_output", StringComparison.Ordinal) == true).Select(item => item.FindText("call_id")).ToHashSet(StringComparer.Ordinal);
        var any = false;
        json.WriteStartArray();
        foreach (var item in items)
        {
            InPlaceJson.Copy(json, item);
            if (item.FindText("type") is not ("function_call" or "custom_tool_call") || item.FindText("call_id") is not { } id || answered.Contains(id))
                continue;
            any = true;
            json.WriteStartObject();
            json.WriteString("type"u8, $"{item.FindText("type")}_output");
            json.WriteString("call_id"u8, id);
            json.WriteString("output"u8, Interrupted);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        return any;
    }

    // Results stand at the beginning of the user's next turn; the assistant's turn may come in pieces.
    private static bool InMessages(RequestField messages, Utf8JsonWriter json)
    {
        var (open, any) = (new OpenCalls(), false);
        json.WriteStartArray();
        foreach (var message in messages.Items())
        {
            var content = message.Get("content");
            var blocks = content.IsArray ? content.Items() : default;
            if (message.FindText("role") == "assistant")
            {
                InPlaceJson.Copy(json, message);
                foreach (var block in blocks)
                {
                    if (block.FindText("type") == "tool_use")
                        open.Add(block.GetText("id"));
                }

                continue;
            }

            foreach (var block in blocks)
            {
                if (block.FindText("type") == "tool_result")
                    open.Answer(block.GetText("tool_use_id"));
            }

            if (open.Take() is { Count: > 0 } missing)
            {
                any = true;
                InPlaceJson.Replace(json, message, ["content"], inner => WriteResults(inner, missing, content));
            }
            else
            {
                InPlaceJson.Copy(json, message);
            }
        }

        if (open.Take() is { Count: > 0 } last)
        {
            any = true;
            json.WriteStartObject();
            json.WriteString("role"u8, "user"u8);
            json.WritePropertyName("content"u8);
            WriteResults(json, last, null);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        return any;
    }

    private static void WriteResults(Utf8JsonWriter json, List<string> ids, RequestField? said)
    {
        json.WriteStartArray();
        foreach (var id in ids)
        {
            json.WriteStartObject();
            json.WriteString("type"u8, "tool_result"u8);
            json.WriteString("tool_use_id"u8, id);
            json.WriteString("content"u8, Interrupted);
            json.WriteBoolean("is_error"u8, true);
            json.WriteEndObject();
        }

        if (said is { IsText: true } text)
        {
            json.WriteStartObject();
            json.WriteString("type"u8, "text"u8);
            text.CopyText(json, "text");
            json.WriteEndObject();
        }

        foreach (var block in said is { IsArray: true } blocks ? blocks.Items() : default)
            InPlaceJson.Copy(json, block);
        json.WriteEndArray();
    }

    private sealed class OpenCalls
    {
        private readonly List<string> _calls = [];
        private readonly HashSet<string> _answered = new(StringComparer.Ordinal);

        public void Add(string id) => _calls.Add(id);

        public void Answer(string id) => _answered.Add(id);

        public List<string> Take()
        {
            var missing = _calls.FindAll(id => !_answered.Contains(id));
            _calls.Clear();
            _answered.Clear();
            return missing;
        }
    }
}
