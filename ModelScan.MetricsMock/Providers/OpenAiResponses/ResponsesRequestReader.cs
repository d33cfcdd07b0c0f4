using System.Text.Json;

namespace ModelScan.MetricsMock.Providers.OpenAiResponses;

/// <summary>
/// Reads a Responses request as strictly as OpenAI does where a gateway is likely to go wrong: item and content types, call ids,
/// the least <c>max_output_tokens</c>.
/// </summary>
internal static class ResponsesRequestReader
{
    private const int MinOutputTokens = 16;
    private const int MaxNameLength = 64;

    private static readonly JsonElement EmptyObject = JsonElement.Parse("{}");

    public static ProviderRequest Read(JsonElement body)
    {
        var fields = new RequestFields(body, "");
        var model = fields.RequireText("model");
        fields.CheckNumber("temperature", 0, 2);
        fields.CheckNumber("top_p", 0, 1);

        var prompt = new List<PromptSegment>();
        var tools = ReadTools(fields, prompt);
        if (fields.Text("instructions") is { } instructions)
            prompt.Add(new PromptSegment("system.text", instructions));
        var input = new InputReader(prompt);
        input.Read(fields);

        return new ProviderRequest
        {
            Model = model,
            Stream = fields.Flag("stream") ?? false,
            Prompt = prompt,
            LastUserText = input.LastUserText,
            EndsWithUser = input.EndsWithUser,
            ToolResults = input.ToolResults,
            Tools = tools,
            ToolChoice = ReadToolChoice(fields, tools),
            ParallelToolCalls = fields.Flag("parallel_tool_calls") ?? true,
            OutputSchema = ReadOutputSchema(fields),
            Reasoning = fields.Object("reasoning") is { } reasoning && (reasoning.Text("effort") is not (null or "none") || reasoning.Text("summary") is not null),
            MaxTokens = fields.Count("max_output_tokens", MinOutputTokens),
        };
    }

    // Only functions can be called here; the provider's own tools, namespaces and custom tools are accepted and left alone.
    private static List<OfferedTool> ReadTools(RequestFields fields, List<PromptSegment> prompt)
    {
        var tools = new List<OfferedTool>();
        foreach (var tool in fields.Objects("tools") ?? [])
        {
            prompt.Add(new PromptSegment("tool", tool.Element.GetRawText()));
            if (tool.RequireText("type") == "function")
                tools.Add(new OfferedTool(tool.RequireIdentifier("name", MaxNameLength), tool.Object("parameters")?.Element));
        }

        return tools;
    }

    // "auto" | "none" | "required" | {"type": "function", "name"} | {"type": "allowed_tools", "mode", "tools"} | {"type": "web_search"}
    private static ToolChoice ReadToolChoice(RequestFields fields, List<OfferedTool> tools)
    {
        if (fields.Find("tool_choice") is not { } choice)
            return ToolChoice.Auto;
        if (choice.ValueKind == JsonValueKind.String)
            return new ToolChoice(ModeOf(choice.GetString(), fields, "tool_choice"));

        var named = fields.Object("tool_choice")!.Value;
        switch (named.RequireText("type"))
        {
            case "allowed_tools":
                return new ToolChoice(ModeOf(named.Text("mode"), named, "mode"), [.. (named.Objects("tools") ?? []).Select(tool => tool.Text("name") ?? "")]);
            case "function":
                var name = named.RequireText("name");
                return tools.Exists(tool => tool.Name == name) ? new ToolChoice(ToolChoiceMode.Required, [name]) : throw named.Refuse("name", $"There is no tool '{name}'.");
            default:
                return new ToolChoice(ToolChoiceMode.None);
        }
    }

    private static ToolChoiceMode ModeOf(string? mode, RequestFields fields, string field) => mode switch
    {
        "auto" => ToolChoiceMode.Auto,
        "none" => ToolChoiceMode.None,
        "required" => ToolChoiceMode.Required,
        _ => throw fields.Refuse(field, "Expected auto, none, required or an object."),
    };

    // text: {"format": {"type": "json_schema", "name", "schema"}}
    private static JsonElement? ReadOutputSchema(RequestFields fields)
    {
        if (fields.Object("text")?.Object("format") is not { } format)
            return null;
        switch (format.RequireText("type"))
        {
            case "text":
                return null;
            case "json_object":
                return EmptyObject;
            case "json_schema":
                format.RequireText("name");
                return format.Object("schema")?.Element ?? throw format.Refuse("schema", "This field is required.");
            default:
                throw format.Refuse("type", "Expected text, json_object or json_schema.");
        }
    }
}
