namespace ModelScan.RoutingApi.Dialects.OpenAiResponses;

/// <summary>Kinds of items that a translated response consists of.</summary>
internal enum OutputItemKind
{
    Message,
    Reasoning,
    FunctionCall,
    CustomToolCall,

    /// <summary>A conversation made shorter: what it was about stands in <see cref="OutputItem.EncryptedContent"/>.</summary>
    Compaction,

    /// <summary>A call of a tool that has a type of its own: <see cref="OutputItem.ClientTool"/>.</summary>
    ClientCall,
}

/// <summary>Kinds of parts inside a message or a reasoning item.</summary>
internal enum OutputPartKind
{
    Text,
    Refusal,
    ReasoningText,
    ReasoningSummary,
}

/// <summary>A part of an item: text, refusal, reasoning or its summary.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Index">Its place in the item's <c>content</c> (or <c>summary</c>).</param>
internal sealed record OutputPart(OutputPartKind Kind, int Index)
{
    public EscapedText Text { get; } = new();

    /// <summary>Citations, each as JSON on a single line.</summary>
    public List<byte[]> Annotations { get; } = [];

    /// <summary>Elements of the <c>logprobs</c> array, joined by commas, as JSON on a single line.</summary>
    public MemoryStream? Logprobs { get; set; }

    /// <summary>Writes the part; without its text when it is only being announced.</summary>
    public void WriteTo(Utf8JsonWriter writer, bool isAdded)
    {
        writer.WriteStartObject();
        writer.WriteString("type"u8, Kind switch
        {
            OutputPartKind.Text => "output_text"u8,
            OutputPartKind.Refusal => "refusal"u8,
            OutputPartKind.ReasoningText => "reasoning_text"u8,
            _ => "summary_text"u8,
        });
        writer.WriteRaw(Kind == OutputPartKind.Refusal ? "refusal"u8 : "text"u8, isAdded ? "\"\""u8 : Text.Token);
        if (Kind == OutputPartKind.Text)
        {
            writer.WriteStartArray("annotations"u8);
            if (!isAdded)
            {
                foreach (var annotation in Annotations)
                    writer.WriteRawValue(annotation, skipInputValidation: true);
            }

            writer.WriteEndArray();
            WriteLogprobs(writer, isAdded);
        }

        writer.WriteEndObject();
    }

    /// <summary>Writes the <c>logprobs</c> member.</summary>
    public void WriteLogprobs(Utf8JsonWriter writer, bool isAdded)
    {
        writer.WriteStartArray("logprobs"u8);
        if (!isAdded && Logprobs is { Length: > 0 } logprobs)
            writer.WriteRawValue(logprobs.GetBuffer().AsSpan(0, (int)logprobs.Length), skipInputValidation: true);
        writer.WriteEndArray();
    }

    /// <summary>Adds elements of a <c>logprobs</c> array.</summary>
    /// <param name="elements">JSON values joined by commas, on a single line; not empty.</param>
    public void AddLogprobs(ReadOnlySpan<byte> elements)
    {
        Logprobs ??= new MemoryStream();
        if (Logprobs.Length > 0)
            Logprobs.WriteByte((byte)',');
        Logprobs.Write(elements);
    }
}

/// <summary>An item of a response's <c>output</c> while it grows, and when it is done.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Id">Begins with <c>msg_</c>, <c>rs_</c>, <c>fc_</c>, <c>ctc_</c> or <c>cmp_</c>.</param>
/// <param name="Index">Its place in the output.</param>
internal sealed record OutputItem(OutputItemKind Kind, string Id, int Index) : IDisposable
{
    public List<OutputPart> Parts { get; } = [];

    /// <summary>How many of them are summaries, which stand in a list of their own.</summary>
    public int Summaries { get; private set; }

    /// <summary>Begins the next part.</summary>
    public OutputPart AddPart(OutputPartKind kind)
    {
        var part = new OutputPart(kind, kind == OutputPartKind.ReasoningSummary ? Summaries++ : Parts.Count - Summaries);
        Parts.Add(part);
        return part;
    }

    /// <summary>Of calls: the id that the tool's result has to name.</summary>
    public string CallId { get; init; } = "";

    /// <summary>Of calls: the tool, as the client named it.</summary>
    public string Name { get; init; } = "";

    /// <summary>Of calls: the namespace that the client declared the tool in.</summary>
    public string? Namespace { get; init; }

    /// <summary>Of calls: the arguments (JSON as text), or the input of a custom tool.</summary>
    public EscapedText Payload { get; } = new();

    /// <summary>Of a call of a tool that has a type of its own: which one.</summary>
    public ClientTool? ClientTool { get; init; }

    /// <summary>Likewise: what the tool is given, an object.</summary>
    public byte[] Action { get; init; } = [];

    /// <summary>Of reasoning: what the client sends back to have the reasoning continued.</summary>
    public EscapedText? EncryptedContent { get; set; }

    public bool IsDone { get; set; }

    /// <summary>Gives the memory of its texts back.</summary>
    public void Dispose()
    {
        Payload.Dispose();
        EncryptedContent?.Dispose();
        foreach (var part in Parts)
            part.Text.Dispose();
    }

    /// <summary>Whether it was cut off.</summary>
    public bool IsIncomplete { get; set; }

    /// <summary>Writes the item; without what its deltas bring when it is only being announced.</summary>
    public void WriteTo(Utf8JsonWriter writer, bool isAdded)
    {
        writer.WriteStartObject();
        writer.WriteString("id"u8, Id);
        if (ClientTool is { } tool)
        {
            WriteClientCall(writer, tool, isAdded);
            return;
        }

        writer.WriteString("type"u8, Kind switch
        {
            OutputItemKind.Message => "message"u8,
            OutputItemKind.Reasoning => "reasoning"u8,
            OutputItemKind.FunctionCall => "function_call"u8,
            OutputItemKind.Compaction => "compaction"u8,
            _ => "custom_tool_call"u8,
        });
        if (Kind is not (OutputItemKind.Reasoning or OutputItemKind.Compaction))
            writer.WriteString("status"u8, isAdded ? "in_progress"u8 : IsIncomplete ? "incomplete"u8 : "completed"u8);
        switch (Kind)
        {
            case OutputItemKind.Message:
                writer.WriteString("role"u8, "assistant"u8);
                WriteParts(writer, "content"u8, isAdded, isSummary: false);
                break;
            case OutputItemKind.Reasoning:
                WriteReasoning(writer, isAdded);
                break;
            case OutputItemKind.Compaction:
                writer.WriteRaw("encrypted_content"u8, isAdded ? "\"\""u8 : EncryptedContent!.Token);
                break;
            default:
                WriteCall(writer, isAdded);
                break;
        }

        writer.WriteEndObject();
    }

    private void WriteReasoning(Utf8JsonWriter writer, bool isAdded)
    {
        WriteParts(writer, "summary"u8, isAdded, isSummary: true);
        if (Parts.Exists(part => part.Kind == OutputPartKind.ReasoningText))
            WriteParts(writer, "content"u8, isAdded, isSummary: false);
        if (EncryptedContent is null || isAdded)
            return;
        writer.WriteRaw("encrypted_content"u8, EncryptedContent.Token);
    }

    private void WriteCall(Utf8JsonWriter writer, bool isAdded)
    {
        writer.WriteString("call_id"u8, CallId);
        writer.WriteString("name"u8, Name);
        if (Namespace is not null)
            writer.WriteString("namespace"u8, Namespace);
        writer.WriteRaw(Kind == OutputItemKind.FunctionCall ? "arguments"u8 : "input"u8, isAdded ? "\"\""u8 : Payload.Token);
    }

    private void WriteClientCall(Utf8JsonWriter writer, ClientTool tool, bool isAdded)
    {
        writer.WriteString("type"u8, tool.CallType);
        writer.WriteString("call_id"u8, CallId);
        writer.WriteString("status"u8, isAdded ? "in_progress"u8 : "completed"u8);
        writer.WriteRaw(tool.Member, Action);
        if (tool.Further is { } further)
        {
            writer.WritePropertyName(further.Name);
            writer.WriteRawValue(further.Json, skipInputValidation: true);
        }

        writer.WriteEndObject();
    }

    private void WriteParts(Utf8JsonWriter writer, ReadOnlySpan<byte> name, bool isAdded, bool isSummary)
    {
        writer.WriteStartArray(name);
        if (!isAdded)
        {
            foreach (var part in Parts)
            {
                if (part.Kind == OutputPartKind.ReasoningSummary == isSummary)
                    part.WriteTo(writer, isAdded: false);
            }
        }

        writer.WriteEndArray();
    }
}
