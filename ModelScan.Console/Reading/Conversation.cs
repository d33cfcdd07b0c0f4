using System.Globalization;
using System.Text.Json;

namespace ModelScan.WebConsole.Reading;

/// <summary>
/// Reads what was said out of bodies of requests and answers, for people: Chat Completions, Messages, Responses, and
/// <c>gen_ai.output.messages</c>, in which streams are kept. By shape rather than by format, and what is not known is shown by its name: a
/// reader of a log has to do with what is there.
/// </summary>
internal static class Conversation
{
    private const int MostMessages = 400;

    /// <summary>What a request says, as far as it is kept; <see langword="null"/> where that cannot be read.</summary>
    public static IReadOnlyList<SaidMessage>? OfRequest(string? body) => ReadBeginning(body, static root =>
    {
        var messages = new List<SaidMessage>();
        if (root.ValueKind != JsonValueKind.Object)
            return messages;
        foreach (var name in (ReadOnlySpan<string>)["system", "instructions"])
        {
            if (root.TryGetProperty(name, out var system) && Parts(system) is { Count: > 0 } parts)
                messages.Add(new SaidMessage("system", parts));
        }

        foreach (var name in (ReadOnlySpan<string>)["messages", "input"])
        {
            if (root.TryGetProperty(name, out var list))
                messages.AddRange(Messages(list, "user"));
        }

        return messages;
    });

    /// <summary>What an answer says, as far as it is kept; <see langword="null"/> where that cannot be read.</summary>
    public static IReadOnlyList<SaidMessage>? OfAnswer(string? body) => ReadBeginning<SaidMessage>(body, static root =>
    {
        if (root.ValueKind == JsonValueKind.Array)
            return [.. Messages(root, "assistant")];
        if (root.TryGetProperty("choices", out var choices) && choices.ValueKind == JsonValueKind.Array)
            return [.. choices.EnumerateArray().Where(choice => choice.TryGetProperty("message", out _)).SelectMany(choice => Message(choice.GetProperty("message"), "assistant"))];
        if (root.TryGetProperty("output", out var output))
            return [.. Messages(output, "assistant")];
        return root.TryGetProperty("content", out _) ? [.. Message(root, "assistant")] : [];
    });

    /// <summary>What a person said last, without what stands beside it; <see langword="null"/> where nobody said anything.</summary>
    public static string? Prompt(IReadOnlyList<SaidMessage>? said) => (said ?? []).Reverse()
        .Where(message => message.Role == "user")
        .Select(message => string.Join('\n', message.Parts.Where(part => part.Kind == SaidKind.Text).Select(part => part.Text)).Trim())
        .FirstOrDefault(text => text.Length > 0);

    /// <summary>Conversations with the address of each image that can be shown: <paramref name="folder"/> and its number, through all of them.</summary>
    public static IReadOnlyList<SaidMessage>?[] WithImages(string folder, params ReadOnlySpan<IReadOnlyList<SaidMessage>?> conversations)
    {
        var (number, addressed) = (0, new IReadOnlyList<SaidMessage>?[conversations.Length]);
        for (var i = 0; i < conversations.Length; i++)
            addressed[i] = conversations[i]?.Select(message => message with { Parts = [.. message.Parts.Select(part => part.Kind == SaidKind.Image ? At(part, number++) : part)] }).ToList();
        return addressed;

        SaidPart At(SaidPart part, int at) => SaidImage.Read(part.Text) is null ? part : part with { Address = string.Create(CultureInfo.InvariantCulture, $"{folder}/{at}") };
    }

    /// <summary>The images of conversations, in the order in which <see cref="WithImages"/> numbers them.</summary>
    public static IEnumerable<SaidPart> Images(params IEnumerable<IReadOnlyList<SaidMessage>?> conversations) =>
        conversations.SelectMany(said => said ?? []).SelectMany(message => message.Parts).Where(part => part.Kind == SaidKind.Image);

    /// <summary>Names of the tools that a request offers.</summary>
    public static IReadOnlyList<string> Tools(string? body) => ReadBeginning(body, static root =>
        root.ValueKind == JsonValueKind.Object && root.TryGetProperty("tools", out var tools) && tools.ValueKind == JsonValueKind.Array
            ? tools.EnumerateArray().Select(tool => Text(tool, "name") ?? (tool.ValueKind == JsonValueKind.Object && tool.TryGetProperty("function", out var function) ? Text(function, "name") : null) ?? Text(tool, "type") ?? "?").ToList()
            : []) ?? [];

    /// <summary>JSON with its lines indented; what is none, as it is.</summary>
    public static string Pretty(string body) => Read(body, static root => new List<string> { JsonSerializer.Serialize(root, Indented.Default.JsonElement) })?[0] ?? body;

    private static List<T>? ReadBeginning<T>(string? body, Func<JsonElement, List<T>> read) =>
        Read(body, read) ?? (string.IsNullOrWhiteSpace(body) ? null : Read(CutJson.Complete(body), read));

    private static List<T>? Read<T>(string? body, Func<JsonElement, List<T>> read)
    {
        if (string.IsNullOrWhiteSpace(body))
            return null;
        try
        {
            using var document = JsonDocument.Parse(body, new JsonDocumentOptions { MaxDepth = CutJson.MaxDepth });
            return read(document.RootElement);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static IEnumerable<SaidMessage> Messages(JsonElement list, string role) => list.ValueKind switch
    {
        JsonValueKind.String => [new SaidMessage(role, [new SaidPart(SaidKind.Text, list.GetString()!)])],
        JsonValueKind.Array => list.EnumerateArray().Take(MostMessages).SelectMany(item => Message(item, role)),
        _ => [],
    };

    private static IEnumerable<SaidMessage> Message(JsonElement message, string role)
    {
        if (message.ValueKind != JsonValueKind.Object)
            yield break;
        var parts = new List<SaidPart>();
        if ((Text(message, "reasoning_content") ?? Text(message, "reasoning")) is { } thought)
            parts.Add(new SaidPart(SaidKind.Thought, thought));
        foreach (var name in (string[])["content", "parts"])
        {
            if (message.TryGetProperty(name, out var content))
                parts.AddRange(Parts(content));
        }

        if (Text(message, "refusal") is { } refusal)
            parts.Add(new SaidPart(SaidKind.Text, refusal));
        if (message.TryGetProperty("tool_calls", out var calls) && calls.ValueKind == JsonValueKind.Array)
            parts.AddRange(calls.EnumerateArray().Select(Call));
        role = Text(message, "role") ?? role;
        if (role == "tool")
            parts = [.. parts.Select(part => part with { Kind = SaidKind.Result, Name = part.Name ?? Text(message, "name") ?? Text(message, "tool_call_id") })];

        // An item of Responses that is no message is a part.
        if (parts.Count == 0 && Text(message, "type") is not (null or "message"))
        {
            parts.Add(Part(message));
            role = parts[0].Kind == SaidKind.Result ? "tool" : "assistant";
        }

        if (parts.Count > 0)
            yield return new SaidMessage(role, parts);
    }

    private static List<SaidPart> Parts(JsonElement content) => content.ValueKind switch
    {
        JsonValueKind.String when content.GetString() is { Length: > 0 } text => [new SaidPart(SaidKind.Text, text)],
        JsonValueKind.Array => [.. content.EnumerateArray().Select(Part)],
        _ => [],
    };

    private static SaidPart Part(JsonElement part)
    {
        if (part.ValueKind == JsonValueKind.String)
            return new SaidPart(SaidKind.Text, part.GetString()!);
        var type = Text(part, "type") ?? "part";
        return type switch
        {
            "text" or "input_text" or "output_text" or "summary_text" => new SaidPart(SaidKind.Text, Text(part, "text") ?? Text(part, "content") ?? ""),
            "refusal" => new SaidPart(SaidKind.Text, Text(part, "refusal") ?? ""),
            "thinking" or "reasoning" => new SaidPart(SaidKind.Thought, Text(part, "thinking") ?? Text(part, "content") ?? string.Join('\n', Items(part, "summary").Select(item => Text(item, "text")))),
            "redacted_thinking" => new SaidPart(SaidKind.Thought, "(sealed by its provider)"),
            "tool_use" or "server_tool_use" or "mcp_tool_use" or "tool_call" or "function_call" or "custom_tool_call" => Call(part),
            "tool_result" or "mcp_tool_result" or "tool_call_response" or "function_call_output" or "custom_tool_call_output" =>
                new SaidPart(SaidKind.Result, Joined(part, "content") ?? Joined(part, "response") ?? Joined(part, "output") ?? "", Text(part, "tool_use_id") ?? Text(part, "call_id") ?? Text(part, "id")),
            "image_url" or "input_image" or "image" => new SaidPart(SaidKind.Image, ImageOf(part)),
            "image_generation_call" when Text(part, "result") is { } made => new SaidPart(SaidKind.Image, $"data:image/{Text(part, "output_format") ?? "png"};base64,{made}"),
            _ => new SaidPart(SaidKind.Other, type),
        };
    }

    private static SaidPart Call(JsonElement call)
    {
        var function = call.TryGetProperty("function", out var inner) && inner.ValueKind == JsonValueKind.Object ? inner : call;
        var arguments = Arguments(function);
        return new SaidPart(SaidKind.Call, arguments, Text(function, "name")) { Edits = EditsOf(arguments) };
    }

    private static string Arguments(JsonElement call)
    {
        foreach (var name in (ReadOnlySpan<string>)["arguments", "input"])
        {
            if (call.TryGetProperty(name, out var value))
                return value.ValueKind == JsonValueKind.String ? Pretty(value.GetString()!) : JsonSerializer.Serialize(value, Indented.Default.JsonElement);
        }

        return "";
    }

    // As Claude Code's Edit and MultiEdit, and tools like them, call it.
    private static List<(string Before, string After)> EditsOf(string arguments) => Read<(string Before, string After)>(arguments, static root =>
        root.ValueKind != JsonValueKind.Object ? []
        : EditOf(root) is { } edit ? [edit]
        : root.TryGetProperty("edits", out var edits) && edits.ValueKind == JsonValueKind.Array ? edits.EnumerateArray().Select(EditOf).OfType<(string Before, string After)>().ToList()
        : []) ?? [];

    private static (string Before, string After)? EditOf(JsonElement call) =>
        Text(call, "old_string") is { } before && Text(call, "new_string") is { } after ? (before, after) : null;

    private static string ImageOf(JsonElement part)
    {
        if (part.TryGetProperty("image_url", out var image))
            return image.ValueKind == JsonValueKind.String ? image.GetString()! : Text(image, "url") ?? "";
        if (!part.TryGetProperty("source", out var source) || source.ValueKind != JsonValueKind.Object)
            return "";
        return Text(source, "data") is { } data ? $"data:{Text(source, "media_type")};base64,{data}" : Text(source, "url") ?? "";
    }

    private static string? Joined(JsonElement part, string name)
    {
        if (!part.TryGetProperty(name, out var value))
            return null;
        return value.ValueKind switch
        {
            JsonValueKind.String => value.GetString(),
            JsonValueKind.Array => string.Join('\n', value.EnumerateArray().Select(item => item.ValueKind == JsonValueKind.String ? item.GetString() : Text(item, "text") ?? Text(item, "content") ?? $"({Text(item, "type")})")),
            JsonValueKind.Null => "",
            _ => value.GetRawText(),
        };
    }

    private static JsonElement.ArrayEnumerator Items(JsonElement element, string name) =>
        element.TryGetProperty(name, out var list) && list.ValueKind == JsonValueKind.Array ? list.EnumerateArray() : default;

    private static string? Text(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
