using System.Text.Json;

namespace ModelScan.MetricsMock.Providers.AnthropicMessages;

/// <summary>
/// Reads a Messages request as strictly as Anthropic does where a gateway is likely to go wrong: <c>max_tokens</c>, roles, empty text,
/// tool results, sampling parameters that the API version no longer takes.
/// </summary>
internal static class MessagesRequestReader
{
    private const int MaxNameLength = 128;

    // From this version on temperature, top_p and top_k are refused.
    private const string NoSamplingVersion = "2026-10-21";

    /// <summary>Reads and checks a request; a token count's has no <c>max_tokens</c>.</summary>
    public static ProviderRequest Read(JsonElement body, IHeaderDictionary headers, bool onlyCounts)
    {
        var fields = new RequestFields(body, "");
        var model = fields.RequireText("model");
        var maxTokens = fields.Count("max_tokens", 1) ?? (onlyCounts ? int.MaxValue : throw fields.Refuse("max_tokens", "This field is required."));
        var messages = fields.Objects("messages") ?? throw fields.Refuse("messages", "This field is required.");
        if (messages.Count == 0)
            throw fields.Refuse("messages", "At least one message is required.");
        CheckSampling(fields, headers["anthropic-version"].ToString());

        var prompt = new List<PromptSegment>();
        var tools = ReadTools(fields, prompt);
        ReadContent(fields, "system", "system", prompt);
        foreach (var message in messages)
        {
            var role = message.RequireText("role");
            if (role is not ("user" or "assistant" or "system"))
                throw message.Refuse("role", $"'{role}' is not one of user, assistant, system.");
            if (!ReadContent(message, "content", role, prompt))
                throw message.Refuse("content", "This field is required.");
        }

        var turns = messages.Where(message => message.Text("role") != "system").ToList();
        if (turns.Count == 0 || turns[0].Text("role") != "user")
            throw new InvalidFieldException("messages[0].role", "The first message has to be the user's.");
        CheckToolResults(turns);
        CheckNotEmpty(turns);

        var last = turns[^1];
        var results = last.Text("role") == "user" ? Blocks(last).Where(block => block.Text("type") == "tool_result").Select(ResultText).ToList() : [];
        var lastUser = turns.FindLast(message => message.Text("role") == "user");
        return new ProviderRequest
        {
            Model = model,
            Stream = fields.Flag("stream") ?? false,
            Prompt = prompt,
            LastUserText = Texts(lastUser).LastOrDefault(text => text.Length > 0) ?? "",
            EndsWithUser = last.Text("role") == "user" && results.Count == 0,
            ToolResults = results,
            Tools = tools,
            ToolChoice = ReadToolChoice(fields, tools),
            ParallelToolCalls = !(fields.Object("tool_choice")?.Flag("disable_parallel_tool_use") ?? false),
            OutputSchema = ReadOutputSchema(fields),
            Reasoning = ReadThinking(fields, maxTokens),
            MaxTokens = maxTokens,
            StopSequences = fields.TextOrTexts("stop_sequences"),
        };
    }

    /// <summary>Whether <c>thinking.display</c> asks for thinking blocks without their text.</summary>
    public static bool OmitsThinking(JsonElement body) => new RequestFields(body, "").Object("thinking")?.Text("display") == "omitted";

    private static void CheckSampling(RequestFields fields, string version)
    {
        var refuses = string.CompareOrdinal(version, NoSamplingVersion) >= 0;
        foreach (var name in (ReadOnlySpan<string>)["temperature", "top_p", "top_k"])
        {
            if (refuses && fields.Find(name) is not null)
                throw fields.Refuse(name, $"Not supported from version {NoSamplingVersion} on.");
        }

        fields.CheckNumber("temperature", 0, 1);
        fields.CheckNumber("top_p", 0, 1);
    }

    private static List<OfferedTool> ReadTools(RequestFields fields, List<PromptSegment> prompt)
    {
        var tools = new List<OfferedTool>();
        foreach (var tool in fields.Objects("tools") ?? [])
        {
            prompt.Add(new PromptSegment("tool", tool.RequireText("name") + tool.Text("description") + tool.Find("input_schema")?.GetRawText(), IsMarked(tool)));
            // Tools with another type (web_search_20250305, bash_…) are the provider's own.
            if (tool.Text("type") is not (null or "custom"))
                continue;
            var schema = tool.Object("input_schema") ?? throw tool.Refuse("input_schema", "This field is required.");
            tools.Add(new OfferedTool(tool.RequireIdentifier("name", MaxNameLength), schema.Element));
        }

        return tools;
    }

    private static bool ReadContent(RequestFields owner, string field, string role, List<PromptSegment> prompt)
    {
        if (owner.Find(field) is not { } content)
            return false;
        if (content.ValueKind == JsonValueKind.String)
        {
            prompt.Add(new PromptSegment($"{role}.text", content.GetString()!));
            return true;
        }

        foreach (var block in owner.Objects(field)!)
        {
            var type = block.RequireText("type");
            var text = type switch
            {
                "text" => block.RequireText("text"),
                "image" => block.Object("source")?.Element.GetRawText() ?? throw block.Refuse("source", "This field is required."),
                "tool_use" => block.RequireIdentifier("id", MaxNameLength) + block.RequireText("name") + (block.Object("input")?.Element.GetRawText() ?? throw block.Refuse("input", "Expected an object.")),
                "tool_result" => block.RequireText("tool_use_id") + ResultText(block),
                "thinking" => (block.Text("thinking") ?? throw block.Refuse("thinking", "This field is required.")) + block.RequireText("signature"),
                _ => block.Element.GetRawText(),
            };
            prompt.Add(new PromptSegment($"{role}.{type}", text, IsMarked(block)));
        }

        return true;
    }

    // Every tool_use of an assistant message has its tool_result in the next message, and the other way round.
    private static void CheckToolResults(List<RequestFields> turns)
    {
        var open = new HashSet<string>(StringComparer.Ordinal);
        foreach (var turn in turns)
        {
            var afterOthers = false;
            foreach (var result in Blocks(turn))
            {
                if (result.Text("type") != "tool_result")
                {
                    afterOthers = true;
                    continue;
                }

                if (afterOthers)
                    throw result.Refuse("type", "tool_result blocks have to come before all others.");
                if (!open.Remove(result.RequireText("tool_use_id")))
                    throw result.Refuse("tool_use_id", "The previous message has no tool_use with this id.");
            }

            if (open.Count > 0)
                throw turn.Refuse("content", $"The tool_use blocks {string.Join(", ", open)} have no tool_result.");
            foreach (var use in Blocks(turn).Where(block => block.Text("type") == "tool_use"))
                open.Add(use.RequireText("id"));
        }

        if (open.Count > 0)
            throw new InvalidFieldException("messages", $"The tool_use blocks {string.Join(", ", open)} have no tool_result.");
    }

    // Only the assistant's last message may be empty: it is what the answer goes on from.
    private static void CheckNotEmpty(List<RequestFields> turns)
    {
        foreach (var turn in turns)
        {
            var empty = turn.Find("content") is { ValueKind: JsonValueKind.String } text ? text.GetString()!.Length == 0 : Blocks(turn).Count == 0;
            if (empty && !(turn.Path == turns[^1].Path && turn.Text("role") == "assistant"))
                throw turn.Refuse("content", "The content must not be empty.");
        }
    }

    // {"type": "auto" | "any" | "none"} | {"type": "tool", "name": "…"}
    private static ToolChoice ReadToolChoice(RequestFields fields, List<OfferedTool> tools)
    {
        if (fields.Object("tool_choice") is not { } choice)
            return ToolChoice.Auto;
        switch (choice.RequireText("type"))
        {
            case "auto":
                return ToolChoice.Auto;
            case "none":
                return new ToolChoice(ToolChoiceMode.None);
            case "any":
                return tools.Count > 0 ? new ToolChoice(ToolChoiceMode.Required) : throw fields.Refuse("tool_choice", "Only allowed with tools.");
            case "tool":
                var name = choice.RequireText("name");
                return tools.Exists(tool => tool.Name == name) ? new ToolChoice(ToolChoiceMode.Required, [name]) : throw choice.Refuse("name", $"There is no tool '{name}'.");
            default:
                throw choice.Refuse("type", "Expected auto, any, none or tool.");
        }
    }

    // output_config: {format: {type: json_schema, schema}}, before that output_format: {type, schema}
    private static JsonElement? ReadOutputSchema(RequestFields fields) =>
        (fields.Object("output_config")?.Object("format") ?? fields.Object("output_format"))?.Object("schema")?.Element;

    // {"type": "enabled", "budget_tokens": 1024} | {"type": "adaptive"} | {"type": "disabled"}
    private static bool ReadThinking(RequestFields fields, int maxTokens)
    {
        if (fields.Object("thinking") is not { } thinking)
            return false;
        switch (thinking.RequireText("type"))
        {
            case "disabled":
                return false;
            case "adaptive":
                CheckThinking(fields);
                return true;
            case "enabled":
                CheckThinking(fields);
                var budget = thinking.Count("budget_tokens", 1024) ?? throw thinking.Refuse("budget_tokens", "This field is required.");
                return budget < maxTokens ? true : throw thinking.Refuse("budget_tokens", "Has to be less than max_tokens.");
            default:
                throw thinking.Refuse("type", "Expected enabled, adaptive or disabled.");
        }
    }

    // Whoever thinks neither samples differently nor is forced to call a tool.
    private static void CheckThinking(RequestFields fields)
    {
        if (fields.Find("temperature") is { } temperature && temperature.GetDouble() is not 1)
            throw fields.Refuse("temperature", "Has to be 1 when thinking is enabled.");
        if (fields.Find("top_k") is not null)
            throw fields.Refuse("top_k", "Not allowed when thinking is enabled.");
        if (fields.Object("tool_choice")?.Text("type") is "any" or "tool")
            throw fields.Refuse("tool_choice", "Must not force a call when thinking is enabled.");
    }

    private static bool IsMarked(RequestFields block) => block.Find("cache_control") is not null;

    private static IReadOnlyList<RequestFields> Blocks(RequestFields message) =>
        message.Find("content") is { ValueKind: JsonValueKind.Array } ? message.Objects("content")! : [];

    private static IEnumerable<string> Texts(RequestFields message) => message.Find("content") is { ValueKind: JsonValueKind.String } text
        ? [text.GetString()!]
        : Blocks(message).Where(block => block.Text("type") == "text").Select(block => block.Text("text") ?? "");

    private static string ResultText(RequestFields result) => string.Concat(Texts(result));
}
