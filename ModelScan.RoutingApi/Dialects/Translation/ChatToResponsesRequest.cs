using System.Buffers;
using System.Text.Json;
using ModelScan.RoutingApi.Dialects.Capabilities;

namespace ModelScan.RoutingApi.Dialects.Translation;

/// <summary>Translates a Chat Completions request into a Responses request.</summary>
internal sealed class ChatToResponsesRequest
{
    // The least that OpenAI takes (https://platform.openai.com/docs/api-reference/responses/create); Chat Completions takes 1.
    private const int LeastOutputTokens = 16;

    private readonly TranslationContext _context;
    private readonly ModelCapabilities _capabilities;
    private readonly RequestField _root;
    private readonly Dictionary<string, RequestField> _fields = new(StringComparer.Ordinal);
    private readonly DroppedFields _dropped = new();
    private readonly ArrayBufferWriter<byte> _body = new(1024);
    private bool _reasons;
    private bool _wantsLogprobs;

    private ChatToResponsesRequest(RequestField root, TranslationContext context)
    {
        (_root, _context, _capabilities) = (root, context, context.Capabilities);
        foreach (var (name, field) in root.Fields())
            _fields[name] = field;
        Write();
    }

    public ReadOnlyMemory<byte> Body => _body.WrittenMemory;

    public IReadOnlyList<string> Dropped => _dropped.Paths;

    /// <summary>Whether a stream has to end with the usage.</summary>
    public bool IncludesUsage { get; private set; }

    /// <summary>Bytes of the conversation's text.</summary>
    public long TextBytes { get; private set; }

    /// <summary>Translates.</summary>
    /// <exception cref="InvalidRequestException">See <see cref="ITranslator.Translate"/>.</exception>
    public static ChatToResponsesRequest Translate(RequestField root, TranslationContext context) => new(root, context);

    private void Write()
    {
        using var writer = new Utf8JsonWriter(_body, RequestBody.WriterOptions);
        writer.WriteStartObject();
        writer.WriteString("model"u8, _context.ProviderModel);
        writer.WriteStartArray("input"u8);
        var input = new ChatToResponsesInput(_capabilities, _dropped, writer);
        input.Write(_root.Get("messages"));
        TextBytes = input.TextBytes;
        _reasons = input.HasReasoning;
        writer.WriteEndArray();
        WriteTokenLimit(writer);
        foreach (var (name, field) in _fields)
            WriteField(writer, name, field);
        WriteText(writer);
        if (new ChatToResponsesTools(_dropped, writer).Write(_root) && _root.Find("parallel_tool_calls") is { } parallel)
            WriteParallel(writer, parallel);

        // A chat completion is not stored unless that is asked for; a response is unless it is declined.
        writer.WriteBoolean("store"u8, _root.Find("store")?.Flag ?? false);
        WriteInclude(writer);
        writer.WriteEndObject();
    }

    private void WriteTokenLimit(Utf8JsonWriter writer)
    {
        var field = _root.Find("max_completion_tokens") ?? _root.Find("max_tokens");
        if (field is not { } given)
            return;
        var limit = Math.Max(LeastOutputTokens, given.Count(1));
        writer.WriteNumber("max_output_tokens"u8, Math.Min(limit, _capabilities.MaxOutputTokens ?? limit));
    }

    private void WriteField(Utf8JsonWriter writer, string name, RequestField field)
    {
        switch (name)
        {
            case "model" or "messages" or "max_tokens" or "max_completion_tokens" or "store" or "response_format" or "verbosity":
            case "tools" or "functions" or "tool_choice" or "function_call" or "parallel_tool_calls" or "web_search_options":
                break;
            case "temperature" or "top_p" when _capabilities.Sampling:
                _ = field.Number;
                field.CopyRaw(writer, name);
                break;
            case "stream":
                writer.WriteBoolean("stream"u8, field.Flag);
                break;
            case "stream_options":
                ReadStreamOptions(field);
                break;
            case "reasoning_effort" when _capabilities.ReasoningEffort:
                _reasons |= field.Text != "none";
                writer.WriteStartObject("reasoning"u8);
                field.CopyText(writer, "effort");
                writer.WriteEndObject();
                break;
            case "n":
                if (field.Count(1) > 1)
                    throw field.Refuse("a Responses provider gives one answer");
                break;
            case "stop":
                RefuseStop(field);
                break;
            case "modalities":
                foreach (var modality in field.Items())
                {
                    if (modality.Text != "text")
                        throw modality.RefuseKind(modality.Text, "a Responses provider");
                }

                break;
            case "audio":
                throw field.Refuse("a Responses provider answers in text");
            case "logprobs":
                _wantsLogprobs = field.Flag;
                break;
            case "top_logprobs":
                writer.WriteNumber(name, field.Count(0));
                break;
            case "metadata":
                if (!field.IsObject)
                    throw field.Refuse("must be an object");
                field.CopyRaw(writer, name);
                break;
            case "user" or "service_tier" or "safety_identifier" or "prompt_cache_key" or "prompt_cache_retention":
                field.CopyText(writer, name);
                break;
            default:
                _dropped.Add(name);
                break;
        }
    }

    private void ReadStreamOptions(RequestField options)
    {
        foreach (var (name, field) in options.Fields())
        {
            if (name == "include_usage")
                IncludesUsage = field.Flag;
            else
                _dropped.Add($"stream_options.{name}");
        }
    }

    // Without them the model would say more than the client is prepared for.
    private static void RefuseStop(RequestField stop)
    {
        if (stop is { IsText: false, IsArray: false })
            throw stop.Refuse("must be a string or an array");
        if (stop.IsText || stop.Value.GetArrayLength() > 0)
            throw stop.Refuse("the Responses API has no stop sequences");
    }

    private void WriteText(Utf8JsonWriter writer)
    {
        var format = _root.Find("response_format");
        var verbosity = _root.Find("verbosity");
        if (format is null && verbosity is null)
            return;
        writer.WriteStartObject("text"u8);
        if (format is { } given)
            WriteFormat(writer, given);
        if (verbosity is { } level)
            level.CopyText(writer, "verbosity");
        writer.WriteEndObject();
    }

    // {type: json_schema, json_schema: {name, schema, strict, description}} becomes flat.
    private static void WriteFormat(Utf8JsonWriter writer, RequestField format)
    {
        var type = format.GetText("type");
        if (type is not ("text" or "json_object" or "json_schema"))
            throw format.Get("type").RefuseKind(type, "a Responses provider");
        writer.WriteStartObject("format"u8);
        writer.WriteString("type"u8, type);
        if (type == "json_schema")
        {
            var schema = format.Get("json_schema");
            schema.Get("name").CopyText(writer, "name");
            if (schema.Find("description") is { } description)
                description.CopyText(writer, "description");
            var definition = schema.Get("schema");
            if (!definition.IsObject)
                throw definition.Refuse("must be an object");
            definition.CopyRaw(writer, "schema");
            if (schema.Find("strict") is { } strict)
                writer.WriteBoolean("strict"u8, strict.Flag);
        }

        writer.WriteEndObject();
    }

    private void WriteParallel(Utf8JsonWriter writer, RequestField parallel)
    {
        if (_capabilities.ParallelToolCalls)
            writer.WriteBoolean("parallel_tool_calls"u8, parallel.Flag);
        else
            _dropped.Add("parallel_tool_calls");
    }

    // Reasoning of a response that is not stored can only be continued when the client carries it.
    private void WriteInclude(Utf8JsonWriter writer)
    {
        if (!_wantsLogprobs && !_reasons)
            return;
        writer.WriteStartArray("include"u8);
        if (_reasons)
            writer.WriteStringValue("reasoning.encrypted_content"u8);
        if (_wantsLogprobs)
            writer.WriteStringValue("message.output_text.logprobs"u8);
        writer.WriteEndArray();
    }
}
