using System.Buffers;
using System.Text.Json;
using ModelScan.RoutingApi.Dialects.Capabilities;
using ModelScan.RoutingApi.Dialects.OpenAiResponses;

namespace ModelScan.RoutingApi.Dialects.Translation;

/// <summary>Translates a Responses request into a Chat Completions request.</summary>
internal sealed class ResponsesToChatRequest
{
    private readonly TranslationContext _context;
    private readonly ModelCapabilities _capabilities;
    private readonly RequestField _root;
    private readonly Dictionary<string, RequestField> _fields = new(StringComparer.Ordinal);
    private readonly DroppedFields _dropped = new();
    private readonly ArrayBufferWriter<byte> _body = new(1024);

    private ResponsesToChatRequest(RequestField root, TranslationContext context)
    {
        (_root, _context, _capabilities) = (root, context, context.Capabilities);
        Tools = root.Find("tools") is { } tools ? ResponsesTools.Read(tools) : ResponsesTools.None;
        foreach (var (name, field) in root.Fields())
            _fields[name] = field;
        Write();
        Echo = ResponseEcho.Of(_fields);
    }

    public ReadOnlyMemory<byte> Body => _body.WrittenMemory;

    public IReadOnlyList<string> Dropped => _dropped.Paths;

    public ResponsesTools Tools { get; }

    /// <summary>What the response object repeats of the request.</summary>
    public IReadOnlyList<KeyValuePair<string, byte[]>> Echo { get; }

    /// <summary>Whether the client asked for a summary of the reasoning: it shows summaries, not the reasoning itself.</summary>
    public bool WantsSummary { get; private set; }

    /// <summary>Whether the client sends reasoning back sealed.</summary>
    public bool WantsSealedReasoning { get; private set; }

    /// <summary>Bytes of the conversation's text.</summary>
    public long TextBytes { get; private set; }

    /// <summary>Translates.</summary>
    /// <exception cref="InvalidRequestException">See <see cref="ITranslator.Translate"/>.</exception>
    public static ResponsesToChatRequest Translate(RequestField root, TranslationContext context) => new(root, context);

    private void Write()
    {
        RefuseStoredState();
        using var writer = new Utf8JsonWriter(_body, RequestBody.WriterOptions);
        writer.WriteStartObject();
        writer.WriteString("model"u8, _context.ProviderModel);
        writer.WriteStartArray("messages"u8);
        var input = new ResponsesToChatInput(_capabilities, Tools, _dropped, writer);
        input.Write(_root.Find("instructions"), _root.Get("input"));
        TextBytes = input.TextBytes;
        writer.WriteEndArray();
        foreach (var (name, field) in _fields)
            WriteField(writer, name, field);
        NoteNamespaces();
        new ResponsesToChatTools(Tools, _capabilities, _dropped).Write(writer, _root.Find("tool_choice"), _root.Find("parallel_tool_calls"));
        writer.WriteEndObject();
    }

    // What is said of a namespace as a whole is said of none of its tools.
    private void NoteNamespaces()
    {
        if (_root.Find("tools") is not { } tools)
            return;
        foreach (var tool in tools.Items())
        {
            if (tool.FindText("type") == "namespace")
                _dropped.AddIfThere(tool, "description", "tools.namespace.description");
        }
    }

    private void RefuseStoredState()
    {
        foreach (var name in (ReadOnlySpan<string>)["previous_response_id", "conversation", "prompt"])
        {
            if (_root.Find(name) is { } field)
                throw field.Refuse("refers to what the provider of another request has stored; send the whole conversation as input");
        }
    }

    private void WriteField(Utf8JsonWriter writer, string name, RequestField field)
    {
        switch (name)
        {
            case "model" or "input" or "instructions" or "tools" or "tool_choice" or "parallel_tool_calls":
            case "previous_response_id" or "conversation" or "prompt":
                break;
            case "max_output_tokens":
                var limit = field.Count(1);
                writer.WriteNumber(_capabilities.TokenLimitField, Math.Min(limit, _capabilities.MaxOutputTokens ?? limit));
                break;
            case "temperature" or "top_p" when _capabilities.Sampling:
                _ = field.Number;
                field.CopyRaw(writer, name);
                break;
            case "stream":
                if (!field.Flag)
                    break;
                writer.WriteBoolean("stream"u8, true);
                if (_capabilities.StreamOptions)
                {
                    writer.WritePropertyName("stream_options"u8);
                    writer.WriteRawValue("""{"include_usage":true}"""u8, skipInputValidation: true);
                }

                break;
            case "text":
                WriteTextFormat(writer, field);
                break;
            case "reasoning":
                WriteReasoning(writer, field);
                break;
            case "include":
                ReadInclude(writer, field);
                break;
            case "top_logprobs":
                writer.WriteBoolean("logprobs"u8, true);
                writer.WriteNumber("top_logprobs"u8, field.Count(0));
                break;
            case "user":
                field.CopyText(writer, name);
                break;
            case "metadata" when _capabilities.OpenAiFields:
                if (!field.IsObject)
                    throw field.Refuse("must be an object");
                field.CopyRaw(writer, name);
                break;
            case "store" when _capabilities.OpenAiFields:
                writer.WriteBoolean("store"u8, field.Flag);
                break;
            case "store" when !field.Flag:
                break;
            case "prompt_cache_key" or "prompt_cache_retention" or "safety_identifier" or "service_tier" when _capabilities.OpenAiFields:
                field.CopyText(writer, name);
                break;
            case "background":
                if (field.Flag)
                    throw field.Refuse("Chat Completions cannot answer in the background");
                break;
            case "truncation":
                if (field.Text != "disabled")
                    _dropped.Add(name);
                break;
            default:
                _dropped.Add(name);
                break;
        }
    }

    // text: {format: {type: text|json_object|json_schema, name, schema, strict, description}, verbosity}
    private void WriteTextFormat(Utf8JsonWriter writer, RequestField text)
    {
        foreach (var (name, field) in text.Fields())
        {
            switch (name)
            {
                case "format":
                    WriteFormat(writer, field);
                    break;
                case "verbosity" when _capabilities.OpenAiFields:
                    field.CopyText(writer, name);
                    break;
                default:
                    _dropped.Add($"text.{name}");
                    break;
            }
        }
    }

    private static void WriteFormat(Utf8JsonWriter writer, RequestField format)
    {
        var type = format.GetText("type");
        if (type == "text")
            return;
        if (type is not ("json_object" or "json_schema"))
            throw format.Get("type").Refuse("must be text, json_object or json_schema");
        writer.WriteStartObject("response_format"u8);
        writer.WriteString("type"u8, type);
        if (type == "json_schema")
        {
            // Some write it the way of Chat Completions, nested.
            var schema = format.Find("json_schema") ?? format;
            writer.WriteStartObject("json_schema"u8);
            schema.Get("name").CopyText(writer, "name");
            if (schema.Find("description") is { } description)
                description.CopyText(writer, "description");
            var definition = schema.Get("schema");
            if (!definition.IsObject)
                throw definition.Refuse("must be an object");
            definition.CopyRaw(writer, "schema");
            if (schema.Find("strict") is { } strict)
                writer.WriteBoolean("strict"u8, strict.Flag);
            writer.WriteEndObject();
        }

        writer.WriteEndObject();
    }

    private void WriteReasoning(Utf8JsonWriter writer, RequestField reasoning)
    {
        foreach (var (name, field) in reasoning.Fields())
        {
            switch (name)
            {
                case "effort" when _capabilities.ReasoningEffort:
                    writer.WriteString("reasoning_effort"u8, field.Text is "max" or "xhigh" ? _capabilities.HighestEffort : field.Text);
                    break;
                case "summary" or "generate_summary":
                    // Whatever the model shows of its reasoning is given as the summary; its length is not ours to set.
                    WantsSummary = field.Text.Length > 0;
                    break;
                default:
                    _dropped.Add($"reasoning.{name}");
                    break;
            }
        }
    }

    private void ReadInclude(Utf8JsonWriter writer, RequestField include)
    {
        foreach (var item in include.Items())
        {
            switch (item.Text)
            {
                case "reasoning.encrypted_content":
                    WantsSealedReasoning = true;
                    break;
                case "message.output_text.logprobs":
                    if (_root.Find("top_logprobs") is null)
                        writer.WriteBoolean("logprobs"u8, true);
                    break;
                default:
                    _dropped.Add("include");
                    break;
            }
        }
    }
}
