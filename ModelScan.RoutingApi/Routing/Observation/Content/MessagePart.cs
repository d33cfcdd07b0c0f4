using System.Text;

namespace ModelScan.RoutingApi.Routing.Observation.Content;

/// <summary>
/// One part of a message in the form of OpenTelemetry's conventions for generative AI
/// (https://github.com/open-telemetry/semantic-conventions-genai): <c>text</c>, <c>reasoning</c>, <c>tool_call</c>,
/// <c>tool_call_response</c>, or the kind that a format calls it where there is no word for it. While an answer streams in, its
/// text grows.
/// </summary>
internal sealed class MessagePart(string type)
{
    public const string TextType = "text";
    public const string ReasoningType = "reasoning";
    public const string ToolCallType = "tool_call";
    public const string ToolResultType = "tool_call_response";

    private readonly StringBuilder _text = new();

    public string Type => type;

    /// <summary>The id of a tool call.</summary>
    public string? Id { get; set; }

    /// <summary>The name of a tool.</summary>
    public string? Name { get; set; }

    /// <summary>The text, the arguments or the result so far.</summary>
    public string Text => _text.ToString();

    /// <summary>Whether it says nothing.</summary>
    public bool IsEmpty => _text.Length == 0 && Id is null && Name is null && type is TextType or ReasoningType;

    /// <summary>Adds to the text, the arguments or the result; what will not be shown anyway is not kept.</summary>
    public MessagePart Add(string? more)
    {
        var room = ContentBudget.LongestText + 1 - _text.Length;
        if (more is not null && room > 0)
            _text.Append(more.AsSpan(0, Math.Min(room, more.Length)));
        return this;
    }

    /// <summary>Replaces the text by a whole one.</summary>
    public MessagePart Set(string? whole)
    {
        _text.Clear();
        return Add(whole);
    }

    /// <summary>Writes the part.</summary>
    public void WriteTo(Utf8JsonWriter json, ContentBudget budget)
    {
        json.WriteStartObject();
        json.WriteString("type", type);
        if (Id is not null)
            json.WriteString("id", Id);
        if (Name is not null)
            json.WriteString("name", Name);
        switch (type)
        {
            case TextType or ReasoningType:
                json.WriteString("content", budget.Take(Text));
                break;
            case ToolCallType:
                WriteArguments(json, budget.Take(Text));
                break;
            case ToolResultType:
                json.WriteString("response", budget.Take(Text));
                break;
        }

        json.WriteEndObject();
    }

    // An object where it is one, as viewers show it; what the model got wrong, or was cut, as the text that it is.
    private static void WriteArguments(Utf8JsonWriter json, string arguments)
    {
        try
        {
            using var document = JsonDocument.Parse(arguments);
            json.WritePropertyName("arguments");
            document.RootElement.WriteTo(json);
        }
        catch (JsonException)
        {
            json.WriteString("arguments", arguments);
        }
    }
}
