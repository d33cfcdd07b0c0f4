using System.Text.Json;

namespace ModelScan.MetricsMock.Providers.OpenAiResponses;

/// <summary>Walks a request's <c>input</c>: a string, or items (messages with or without <c>type</c>, calls and their outputs, reasoning).</summary>
internal sealed class InputReader(List<PromptSegment> prompt)
{
    private readonly HashSet<string> _openCalls = new(StringComparer.Ordinal);
    private readonly List<string> _toolResults = [];

    /// <summary>The last text of the last user message.</summary>
    public string LastUserText { get; private set; } = "";

    /// <summary>Whether the last item, developer and system messages aside, is the user's message.</summary>
    public bool EndsWithUser { get; private set; }

    /// <summary>The outputs of functions with which the input ends.</summary>
    public IReadOnlyList<string> ToolResults => _toolResults;

    /// <summary>Reads the input.</summary>
    /// <exception cref="InvalidFieldException">It is missing, or an item is not as it has to be.</exception>
    public void Read(RequestFields fields)
    {
        var continues = fields.Find("previous_response_id") is not null || fields.Find("conversation") is not null;
        if (fields.Find("input") is not { } input)
        {
            if (!continues && fields.Find("prompt") is null)
                throw fields.Refuse("input", "This field is required.");
            return;
        }

        if (input.ValueKind == JsonValueKind.String)
        {
            AddUserText(input.GetString()!);
            prompt.Add(new PromptSegment("user.text", LastUserText));
            return;
        }

        var items = fields.Objects("input")!;
        if (items.Count == 0 && !continues)
            throw fields.Refuse("input", "Expected at least one item.");
        foreach (var item in items)
            ReadItem(item, continues);
        if (_openCalls.Count > 0)
            throw fields.Refuse("input", $"The function calls {string.Join(", ", _openCalls)} have no output.");
    }

    private void ReadItem(RequestFields item, bool continues)
    {
        var type = item.Text("type") ?? "message";
        CheckId(item, type);
        switch (type)
        {
            case "message":
                ReadMessage(item);
                break;
            case "function_call" or "custom_tool_call":
                var payload = type == "function_call" ? "arguments" : "input";
                if (item.Text(payload) is null)
                    throw item.Refuse(payload, "This field is required.");
                _openCalls.Add(item.RequireText("call_id"));
                item.RequireText("name");
                prompt.Add(new PromptSegment("assistant.call", item.Element.GetRawText()));
                EndTurn();
                break;
            case "function_call_output" or "custom_tool_call_output":
                if (!_openCalls.Remove(item.RequireText("call_id")) && !continues)
                    throw item.Refuse("call_id", "No function call with this id precedes the item.");
                var output = string.Concat(Parts(item, "output", "tool"));
                EndsWithUser = false;
                _toolResults.Add(output);
                break;
            default:
                prompt.Add(new PromptSegment("item", item.Element.GetRawText()));
                break;
        }
    }

    // An id is optional, but one that another API has given is refused.
    private static void CheckId(RequestFields item, string type)
    {
        var prefix = type switch
        {
            "message" => "msg",
            "function_call" => "fc",
            "reasoning" => "rs",
            _ => "",
        };
        if (item.Text("id") is { } id && !id.StartsWith(prefix, StringComparison.Ordinal))
            throw item.Refuse("id", $"Expected an id that begins with '{prefix}'.");
    }

    private void ReadMessage(RequestFields item)
    {
        var role = item.RequireText("role");
        if (role is not ("user" or "assistant" or "system" or "developer"))
            throw item.Refuse("role", $"'{role}' is not one of user, assistant, system, developer.");
        var texts = Parts(item, "content", role);
        if (role == "user")
            AddUserText(texts.LastOrDefault(text => text.Length > 0) ?? "");
        else if (role == "assistant")
            EndTurn();
    }

    private void AddUserText(string text)
    {
        EndTurn();
        EndsWithUser = true;
        LastUserText = text;
    }

    private void EndTurn()
    {
        EndsWithUser = false;
        _toolResults.Clear();
    }

    // A string, or parts; what a part may be depends on who speaks.
    private List<string> Parts(RequestFields owner, string field, string role)
    {
        var content = owner.Find(field) ?? throw owner.Refuse(field, "This field is required.");
        if (content.ValueKind == JsonValueKind.String)
        {
            prompt.Add(new PromptSegment($"{role}.text", content.GetString()!));
            return [content.GetString()!];
        }

        var texts = new List<string>();
        foreach (var part in owner.Objects(field)!)
        {
            var type = part.RequireText("type");
            switch (type)
            {
                case "input_text" when role is not "assistant":
                case "output_text" when role is "assistant":
                    texts.Add(part.Text("text") ?? throw part.Refuse("text", "This field is required."));
                    prompt.Add(new PromptSegment($"{role}.text", texts[^1]));
                    break;
                case "input_image" when role is not "assistant":
                    prompt.Add(new PromptSegment($"{role}.image", part.Text("image_url") ?? part.RequireText("file_id")));
                    break;
                case "input_file" or "input_audio" when role is not "assistant":
                case "refusal" when role is "assistant":
                    prompt.Add(new PromptSegment($"{role}.{type}", part.Element.GetRawText()));
                    break;
                default:
                    throw part.Refuse("type", $"'{type}' is not a type of content that {role} has.");
            }
        }

        return texts;
    }
}
