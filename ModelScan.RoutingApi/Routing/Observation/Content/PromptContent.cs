namespace ModelScan.RoutingApi.Routing.Observation.Content;

/// <summary>
/// What a client said, for whoever asked to see it in traces: <c>gen_ai.system_instructions</c> and <c>gen_ai.input.messages</c>.
/// Bounded: of a long conversation the latest messages are kept.
/// </summary>
internal sealed class PromptContent
{
    private readonly List<MessagePart> _system = [];
    private readonly List<(string Role, List<MessagePart> Parts)> _messages = [];

    private PromptContent()
    {
    }

    /// <summary>The system prompt as an array of parts; <see langword="null"/> for none.</summary>
    public string? SystemInstructions { get; private set; }

    /// <summary>The messages as an array, each with its role and its parts.</summary>
    public string InputMessages { get; private set; } = "[]";

    /// <summary>Reads a request; <see langword="null"/> where it is none.</summary>
    public static PromptContent? Read(ApiFormat format, ReadOnlyMemory<byte> body)
    {
        try
        {
            return RequestDocument.Read(body, root => Read(format, root.Value));
        }
        catch (InvalidRequestException)
        {
            // Whoever answers will say what is wrong with it.
            return null;
        }
    }

    private static PromptContent Read(ApiFormat format, JsonElement root)
    {
        var content = new PromptContent();
        if (format == ApiFormat.Responses)
            content.ReadResponses(root);
        else
            content.ReadMessages(format, root);
        var (systemBudget, budget) = (new ContentBudget(ContentBudget.OfAttribute), new ContentBudget(ContentBudget.OfAttribute));
        if (content._system.Count > 0)
            content.SystemInstructions = ContentJson.Array(json => WriteParts(json, content._system, systemBudget));
        content.InputMessages = content.Latest(budget);
        return content;
    }

    private void ReadMessages(ApiFormat format, JsonElement root)
    {
        if (format == ApiFormat.Messages)
            _system.AddRange(MessageParts.OfContent(root.Member("system")));
        foreach (var message in root.Items("messages"))
        {
            var parts = MessageParts.OfContent(message.Member("content")).Concat(MessageParts.OfToolCalls(message)).Where(part => !part.IsEmpty).ToList();
            var role = message.Text("role") ?? "user";
            if (message.Text("reasoning_content") is { Length: > 0 } thoughts)
                parts.Insert(0, new MessagePart(MessagePart.ReasoningType).Add(thoughts));
            if (role == "tool")
                parts = [new MessagePart(MessagePart.ToolResultType) { Id = message.Text("tool_call_id") }.Add(MessageParts.Joined(message.Member("content")))];
            Add(role, parts);
        }
    }

    private void ReadResponses(JsonElement root)
    {
        if (root.Text("instructions") is { Length: > 0 } instructions)
            _system.Add(new MessagePart(MessagePart.TextType).Add(instructions));
        if (root.Text("input") is { } input)
            Add("user", [new MessagePart(MessagePart.TextType).Add(input)]);
        foreach (var item in root.Items("input"))
        {
            var type = item.Text("type") ?? "message";
            var role = type == "message" ? item.Text("role") ?? "user" : type.EndsWith("_output", StringComparison.Ordinal) ? "tool" : "assistant";
            Add(role, [.. MessageParts.OfItem(item).Where(part => !part.IsEmpty)]);
        }
    }

    private void Add(string role, List<MessagePart> parts)
    {
        if (role is "system" or "developer")
            _system.AddRange(parts);
        else
            _messages.Add((role, parts));
    }

    // From the end to the beginning, because the end is what the answer is about.
    private string Latest(ContentBudget budget)
    {
        var kept = new List<string>();
        for (var i = _messages.Count - 1; i >= 0 && !budget.IsSpent; i--)
        {
            var (role, parts) = _messages[i];
            kept.Add(ContentJson.Array(json =>
            {
                json.WriteStartObject();
                json.WriteString("role", role);
                json.WriteStartArray("parts");
                WriteParts(json, parts, budget);
                json.WriteEndArray();
                json.WriteEndObject();
            })[1..^1]);
        }

        kept.Reverse();
        return $"[{string.Join(',', kept)}]";
    }

    private static void WriteParts(Utf8JsonWriter json, List<MessagePart> parts, ContentBudget budget)
    {
        foreach (var part in parts)
        {
            if (budget.IsSpent)
                return;
            part.WriteTo(json, budget);
        }
    }
}
