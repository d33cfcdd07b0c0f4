using System.Text.Json;

namespace ModelScan.MetricsMock.Providers.AmazonConverse;

/// <summary>
/// Reads a Converse request as strictly as Bedrock does where a gateway is likely to go wrong: turns that alternate and begin with the user's, no blank texts,
/// every call with its result in the next turn, tools wherever the history has calls.
/// </summary>
internal static class ConverseRequestReader
{
    private const int MaxNameLength = 64;

    public static ProviderRequest Read(JsonElement body, string model, bool isStream)
    {
        var fields = new RequestFields(body, "");
        var prompt = new List<PromptSegment>();
        var tools = ReadTools(fields, prompt);
        foreach (var block in fields.Objects("system") ?? [])
            ReadBlock(block, "system", prompt);
        var messages = fields.Objects("messages") ?? throw fields.Refuse("messages", "This field is required.");
        if (messages.Count == 0)
            throw fields.Refuse("messages", "At least one message is required.");
        for (var i = 0; i < messages.Count; i++)
        {
            var role = i % 2 == 0 ? "user" : "assistant";
            if (messages[i].RequireText("role") != role)
                throw messages[i].Refuse("role", $"Expected {role}: roles must alternate and begin with the user.");
            if (Blocks(messages[i]) is not { Count: > 0 } blocks)
                throw messages[i].Refuse("content", "The content must not be empty.");
            foreach (var block in blocks)
                ReadBlock(block, role, prompt);
        }

        CheckResults(messages);
        if (tools.Count == 0 && messages.Any(message => Blocks(message).Any(block => block.Object("toolUse") is not null)))
            throw fields.Refuse("toolConfig", "Has to be defined where there are toolUse and toolResult blocks.");
        var config = fields.Object("inferenceConfig");
        var last = messages[^1];
        var results = Blocks(last).Select(block => block.Object("toolResult")).OfType<RequestFields>().Select(ResultText).ToList();
        return new ProviderRequest
        {
            Model = model,
            Stream = isStream,
            Prompt = prompt,
            LastUserText = LastUserText(messages, tools),
            EndsWithUser = last.Text("role") == "user" && results.Count == 0,
            ToolResults = results,
            Tools = tools,
            ToolChoice = ReadChoice(fields, tools),
            Reasoning = fields.Object("additionalModelRequestFields")?.Object("thinking")?.Text("type") is not (null or "disabled"),
            MaxTokens = config?.Count("maxTokens", 1),
            StopSequences = config?.TextOrTexts("stopSequences") ?? [],
        };
    }

    // A turn holds whatever was said since the last answer, what the system said in the middle of it too: the text counts that asks for a tool, else the last one.
    private static string LastUserText(IReadOnlyList<RequestFields> messages, List<OfferedTool> tools)
    {
        var texts = Blocks(messages.Last(message => message.Text("role") == "user")).Select(block => block.Text("text")).OfType<string>().ToList();
        return texts.FindLast(text => tools.Exists(tool => text.Contains($"the tool {tool.Name}", StringComparison.OrdinalIgnoreCase))) ?? texts.LastOrDefault() ?? "";
    }

    private static List<OfferedTool> ReadTools(RequestFields fields, List<PromptSegment> prompt)
    {
        var tools = new List<OfferedTool>();
        if (fields.Object("toolConfig") is not { } config)
            return tools;
        foreach (var tool in config.Objects("tools") ?? throw config.Refuse("tools", "This field is required."))
        {
            prompt.Add(new PromptSegment("tool", tool.Element.GetRawText(), tool.Object("cachePoint") is not null));
            if (tool.Object("toolSpec") is not { } spec)
                continue;
            var schema = spec.Object("inputSchema")?.Object("json") ?? throw spec.Refuse("inputSchema.json", "This field is required.");
            tools.Add(new OfferedTool(spec.RequireIdentifier("name", MaxNameLength), schema.Element));
        }

        return tools.Count > 0 ? tools : throw config.Refuse("tools", "At least one tool is required.");
    }

    private static void ReadBlock(RequestFields block, string role, List<PromptSegment> prompt)
    {
        var kinds = block.Element.EnumerateObject().Select(member => member.Name).ToList();
        if (kinds.Count != 1)
            throw block.Refuse("content", "Expected exactly one of text, image, document, toolUse, toolResult, reasoningContent, cachePoint.");
        switch (kinds[0])
        {
            case "text":
                if (string.IsNullOrWhiteSpace(block.Text("text")))
                    throw block.Refuse("text", "The text field must not be blank.");
                prompt.Add(new PromptSegment($"{role}.text", block.Text("text")!));
                break;
            case "image":
                var source = block.Object("image")!.Value.Object("source") ?? throw block.Refuse("image.source", "This field is required.");
                prompt.Add(new PromptSegment($"{role}.image", source.RequireText("bytes")));
                break;
            case "cachePoint":
                prompt.Add(new PromptSegment($"{role}.mark", "", CacheMark: true));
                break;
            case "toolUse":
                block.Object("toolUse")!.Value.RequireIdentifier("toolUseId", MaxNameLength);
                prompt.Add(new PromptSegment($"{role}.toolUse", block.Element.GetRawText()));
                break;
            default:
                prompt.Add(new PromptSegment($"{role}.{kinds[0]}", block.Element.GetRawText()));
                break;
        }
    }

    private static void CheckResults(IReadOnlyList<RequestFields> messages)
    {
        var open = new HashSet<string>(StringComparer.Ordinal);
        foreach (var message in messages)
        {
            foreach (var result in Blocks(message).Select(block => block.Object("toolResult")).OfType<RequestFields>())
            {
                if (!open.Remove(result.RequireText("toolUseId")))
                    throw result.Refuse("toolUseId", "The previous turn has no toolUse with this id.");
            }

            if (open.Count > 0)
                throw message.Refuse("content", $"The toolUse blocks {string.Join(", ", open)} have no toolResult.");
            foreach (var call in Blocks(message).Select(block => block.Object("toolUse")).OfType<RequestFields>())
                open.Add(call.RequireText("toolUseId"));
        }

        if (open.Count > 0)
            throw new InvalidFieldException("messages", $"The toolUse blocks {string.Join(", ", open)} have no toolResult.");
    }

    // {"auto": {}} | {"any": {}} | {"tool": {"name": "…"}}
    private static ToolChoice ReadChoice(RequestFields fields, List<OfferedTool> tools)
    {
        if (fields.Object("toolConfig")?.Object("toolChoice") is not { } choice || choice.Object("auto") is not null)
            return ToolChoice.Auto;
        if (choice.Object("any") is not null)
            return new ToolChoice(ToolChoiceMode.Required);
        var name = (choice.Object("tool") ?? throw choice.Refuse("tool", "Expected auto, any or tool.")).RequireText("name");
        return tools.Exists(tool => tool.Name == name) ? new ToolChoice(ToolChoiceMode.Required, [name]) : throw choice.Refuse("tool.name", $"There is no tool '{name}'.");
    }

    private static IReadOnlyList<RequestFields> Blocks(RequestFields message) => message.Objects("content") ?? [];

    private static string ResultText(RequestFields result) =>
        string.Concat((result.Objects("content") ?? []).Select(part => part.Text("text") ?? part.Find("json")?.GetRawText() ?? ""));
}
