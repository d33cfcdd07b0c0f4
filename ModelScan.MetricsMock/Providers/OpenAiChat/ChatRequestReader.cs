using System.Text.Json;

namespace ModelScan.MetricsMock.Providers.OpenAiChat;

/// <summary>Reads a Chat Completions request as strictly as OpenAI does where a gateway is likely to go wrong: roles, tool call ids, ranges.</summary>
internal static class ChatRequestReader
{
    private const int MaxStopSequences = 4;
    private const int MaxNameLength = 64;

    public static ProviderRequest Read(JsonElement body)
    {
        var fields = new RequestFields(body, "");
        var model = fields.RequireText("model");
        var messages = fields.Objects("messages") ?? throw fields.Refuse("messages", "This field is required.");
        if (messages.Count == 0)
            throw fields.Refuse("messages", "Expected at least one message.");
        fields.CheckNumber("temperature", 0, 2);
        fields.CheckNumber("top_p", 0, 1);
        if (fields.Count("n", 1) > 1)
            throw fields.Refuse("n", "This provider gives one choice only.");
        if (fields.Find("max_tokens") is not null && fields.Find("max_completion_tokens") is not null)
            throw fields.Refuse("max_tokens", "Not allowed beside max_completion_tokens.");

        var prompt = new List<PromptSegment>();
        var tools = ReadTools(fields, prompt);
        CheckToolResults(messages);
        foreach (var message in messages)
            ReadMessage(message, prompt);

        var stream = fields.Flag("stream") ?? false;
        var streamOptions = fields.Object("stream_options");
        if (streamOptions is not null && !stream)
            throw fields.Refuse("stream_options", "Only allowed when stream is true.");

        var turns = messages.Where(message => message.Text("role") is not ("system" or "developer")).ToList();
        var results = turns.AsEnumerable().Reverse().TakeWhile(message => message.Text("role") is "tool" or "function").Reverse();
        var lastUser = turns.FindLastIndex(message => message.Text("role") is "user");
        return new ProviderRequest
        {
            Model = model,
            Stream = stream,
            IncludeUsage = streamOptions?.Flag("include_usage") ?? false,
            Prompt = prompt,
            LastUserText = lastUser < 0 ? "" : Texts(turns[lastUser]).LastOrDefault(text => text.Length > 0) ?? "",
            EndsWithUser = lastUser >= 0 && lastUser == turns.Count - 1,
            ToolResults = [.. results.Select(message => string.Concat(Texts(message)))],
            Tools = tools,
            ToolChoice = ReadToolChoice(fields, tools),
            ParallelToolCalls = fields.Flag("parallel_tool_calls") ?? true,
            OutputSchema = ReadOutputSchema(fields),
            Reasoning = fields.Text("reasoning_effort") is not (null or "none") || fields.Object("thinking")?.Text("type") is not (null or "disabled"),
            MaxTokens = fields.Count("max_completion_tokens", 1) ?? fields.Count("max_tokens", 1),
            StopSequences = ReadStop(fields),
        };
    }

    private static List<OfferedTool> ReadTools(RequestFields fields, List<PromptSegment> prompt)
    {
        var tools = new List<OfferedTool>();
        if (fields.Objects("tools") is not { } offered)
        {
            foreach (var field in (ReadOnlySpan<string>)["tool_choice", "parallel_tool_calls"])
            {
                if (fields.Find(field) is not null)
                    throw fields.Refuse(field, "Only allowed with tools.");
            }

            return tools;
        }

        if (offered.Count == 0)
            throw fields.Refuse("tools", "Expected at least one tool.");
        foreach (var tool in offered)
        {
            prompt.Add(new PromptSegment("tool", tool.Element.GetRawText()));
            if (tool.RequireText("type") != "function")
                continue;
            var function = tool.Object("function") ?? throw tool.Refuse("function", "This field is required.");
            tools.Add(new OfferedTool(function.RequireIdentifier("name", MaxNameLength), function.Object("parameters")?.Element));
        }

        return tools;
    }

    private static void ReadMessage(RequestFields message, List<PromptSegment> prompt)
    {
        var role = message.RequireText("role");
        if (role is not ("system" or "developer" or "user" or "assistant" or "tool" or "function"))
            throw message.Refuse("role", $"'{role}' is not one of system, developer, user, assistant, tool, function.");

        var calls = message.Objects("tool_calls");
        if (message.Find("content") is not { } content)
        {
            if (role != "assistant")
                throw message.Refuse("content", "Expected a string or an array of content parts.");
        }
        else if (content.ValueKind == JsonValueKind.String)
        {
            prompt.Add(new PromptSegment($"{role}.text", content.GetString()!));
        }
        else
        {
            foreach (var part in message.Objects("content")!)
            {
                var type = part.RequireText("type");
                prompt.Add(type switch
                {
                    "text" or "refusal" => new PromptSegment($"{role}.text", part.Text(type) ?? throw part.Refuse(type, "This field is required.")),
                    "image_url" => new PromptSegment($"{role}.image", part.Object("image_url")?.RequireText("url") ?? throw part.Refuse("image_url", "This field is required.")),
                    "input_audio" or "file" => new PromptSegment($"{role}.{type}", part.Element.GetRawText()),
                    _ => throw part.Refuse("type", $"'{type}' is not a type of content part."),
                });
            }
        }

        if (calls is { Count: 0 })
            throw message.Refuse("tool_calls", "Expected at least one call.");
        foreach (var call in calls ?? [])
        {
            CheckCall(call);
            prompt.Add(new PromptSegment($"{role}.call", call.Element.GetRawText()));
        }
    }

    // {"id": "call_…", "type": "function", "function": {"name": "…", "arguments": "{…}"}}; the arguments are text, whatever is in it.
    private static void CheckCall(RequestFields call)
    {
        call.RequireText("id");
        if (call.RequireText("type") != "function")
            return;
        var function = call.Object("function") ?? throw call.Refuse("function", "This field is required.");
        function.RequireText("name");
        if (function.Text("arguments") is null)
            throw function.Refuse("arguments", "This field is required.");
    }

    // An assistant's calls are answered, each by its id, before anything else is said.
    private static void CheckToolResults(IReadOnlyList<RequestFields> messages)
    {
        var open = new HashSet<string>(StringComparer.Ordinal);
        foreach (var message in messages)
        {
            if (message.RequireText("role") == "tool")
            {
                if (!open.Remove(message.RequireText("tool_call_id")))
                    throw message.Refuse("tool_call_id", "No call with this id precedes the message.");
                continue;
            }

            if (open.Count > 0)
                throw message.Refuse("role", $"The tool calls {string.Join(", ", open)} have no tool message yet.");
            foreach (var call in message.Objects("tool_calls") ?? [])
                open.Add(call.RequireText("id"));
        }

        if (open.Count > 0)
            throw new InvalidFieldException("messages", $"The tool calls {string.Join(", ", open)} have no tool message.");
    }

    // "auto" | "none" | "required" | {"type": "function", "function": {"name"}} | {"type": "allowed_tools", "allowed_tools": {"mode", "tools"}}
    private static ToolChoice ReadToolChoice(RequestFields fields, List<OfferedTool> tools)
    {
        if (fields.Find("tool_choice") is not { } choice)
            return ToolChoice.Auto;
        if (choice.ValueKind == JsonValueKind.String)
            return new ToolChoice(ModeOf(choice.GetString(), fields, "tool_choice"));

        var named = fields.Object("tool_choice")!.Value;
        if (named.Object("allowed_tools") is { } allowed)
            return new ToolChoice(ModeOf(allowed.Text("mode"), allowed, "mode"), [.. (allowed.Objects("tools") ?? []).Select(tool => tool.Object("function")?.RequireText("name") ?? "")]);

        var name = named.Object("function")?.RequireText("name") ?? throw named.Refuse("function", "This field is required.");
        return tools.Exists(tool => tool.Name == name)
            ? new ToolChoice(ToolChoiceMode.Required, [name])
            : throw named.Refuse("function.name", $"There is no tool '{name}'.");
    }

    private static ToolChoiceMode ModeOf(string? mode, RequestFields fields, string field) => mode switch
    {
        "auto" => ToolChoiceMode.Auto,
        "none" => ToolChoiceMode.None,
        "required" => ToolChoiceMode.Required,
        _ => throw fields.Refuse(field, "Expected auto, none, required or an object."),
    };

    private static IReadOnlyList<string> ReadStop(RequestFields fields)
    {
        var stop = fields.TextOrTexts("stop");
        return stop.Count <= MaxStopSequences ? stop : throw fields.Refuse("stop", $"Expected at most {MaxStopSequences} sequences.");
    }

    private static JsonElement? ReadOutputSchema(RequestFields fields)
    {
        if (fields.Object("response_format") is not { } format)
            return null;
        switch (format.RequireText("type"))
        {
            case "text":
                return null;
            case "json_object":
                return EmptyObject;
            case "json_schema":
                var schema = format.Object("json_schema") ?? throw format.Refuse("json_schema", "This field is required.");
                schema.RequireText("name");
                return schema.Object("schema")?.Element ?? EmptyObject;
            default:
                throw format.Refuse("type", "Expected text, json_object or json_schema.");
        }
    }

    private static readonly JsonElement EmptyObject = JsonElement.Parse("{}");

    private static IEnumerable<string> Texts(RequestFields message) => message.Find("content") switch
    {
        { ValueKind: JsonValueKind.String } text => [text.GetString()!],
        { ValueKind: JsonValueKind.Array } => message.Objects("content")!.Where(part => part.Text("type") == "text").Select(part => part.Text("text") ?? ""),
        _ => [],
    };
}
