using System.Buffers;
using System.Text;
using System.Text.Json;
using ModelScan.RoutingApi.Dialects.AnthropicMessages;
using ModelScan.RoutingApi.Dialects.Capabilities;

namespace ModelScan.RoutingApi.Dialects.Translation;

/// <summary>
/// Translates a Messages request into one of Bedrock's Converse
/// (https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html). The model, and whether the answer is a stream, stand
/// in the address.
/// </summary>
internal sealed class MessagesToConverseRequest
{
    private const string BillingHeader = "x-anthropic-billing-header";
    private const int MaxMetadataLength = 256;

    private readonly TranslationContext _context;
    private readonly RequestField _request;
    private readonly RequestField _own;
    private readonly bool _isLimited;
    private readonly MessagesToConverseTools _tools;
    private string _advice = "";

    private MessagesToConverseRequest(RequestField request, RequestField own, bool isLimited, TranslationContext context)
    {
        (_request, _own, _isLimited, _context) = (request, own, isLimited, context);
        _tools = new MessagesToConverseTools(context.Capabilities, Dropped);
    }

    /// <summary>Fields of Converse's own that any client may send, under Amazon's names; they go as they are.</summary>
    public static IReadOnlyList<string> OwnFields { get; } = ["guardrailConfig", "performanceConfig", "requestMetadata", "additionalModelRequestFields"];

    public DroppedFields Dropped { get; } = new();

    public ReadOnlyMemory<byte> Body { get; private set; }

    /// <summary>The tools' names, for the way back.</summary>
    public OpenAiChat.ChatToolNames ToolNames => _tools.Names;

    /// <summary>Whether the answer is to be a stream.</summary>
    public bool IsStream { get; private set; }

    /// <summary>About how many tokens the request has, at least 1: for the first event of a stream, which comes before any count.</summary>
    public long EstimatedTokens { get; private set; }

    /// <summary>Translates <paramref name="request"/>.</summary>
    /// <param name="request">The Messages request.</param>
    /// <param name="own">Where <see cref="OwnFields"/> stand: the client's request, whatever its format.</param>
    /// <param name="isLimited">Whether <c>max_tokens</c> is what the client asked for, and not only what the Messages format requires.</param>
    /// <param name="context">Both models' names and what the target can take.</param>
    /// <exception cref="InvalidRequestException">It is wrong, or cannot be said to Bedrock.</exception>
    public static MessagesToConverseRequest Translate(RequestField request, RequestField own, bool isLimited, TranslationContext context)
    {
        var translation = new MessagesToConverseRequest(request, own, isLimited, context);
        translation.CheckFields();
        translation.Write();
        return translation;
    }

    // A budget of thoughts has to stay below the limit, wherever that comes from.
    private bool IsLimited => _isLimited || _request.Find("thinking") is not null;

    private void CheckFields()
    {
        foreach (var (name, field) in _request.Fields())
        {
            switch (name)
            {
                case "model" or "messages" or "system" or "max_tokens" or "tools" or "tool_choice" or "stop_sequences" or "temperature" or "top_p" or "top_k"
                    or "metadata" or "thinking" or "output_config" or "output_format" or "service_tier":
                    break;
                case "stream":
                    IsStream = field.Flag;
                    break;
                case "mcp_servers" when field.IsArray && field.Value.GetArrayLength() == 0:
                    break;
                case "mcp_servers":
                    throw field.Refuse($"{MessagesToConverseParts.Target} does not connect to MCP servers");
                case "container":
                    throw field.Refuse($"{MessagesToConverseParts.Target} has no containers");
                default:
                    if (!OwnFields.Contains(name, StringComparer.Ordinal))
                        Dropped.Add(name);
                    break;
            }
        }
    }

    private void Write()
    {
        var body = new ArrayBufferWriter<byte>(4096);
        using var json = new Utf8JsonWriter(body, WireJson.Options);
        var turns = new MessagesToConverseTurns(_context.Capabilities, Dropped);
        turns.Read(_request.Get("messages"));
        if (_request.Find("tools") is { } tools)
            _tools.Read(tools);
        var fields = new MessagesToConverseModelFields(_context.Capabilities, Dropped);
        fields.Read(_request);
        json.WriteStartObject();
        turns.Write(json);
        var schema = ReadFormat();
        WriteSystem(json);
        WriteInference(json);
        _tools.Write(json, _request.Find("tool_choice"), turns.CalledTools);
        fields.Write(json, _own.Find("additionalModelRequestFields"));
        if (schema is { } given)
            WriteSchema(json, given);
        WriteIdentity(json);
        foreach (var name in (ReadOnlySpan<string>)["guardrailConfig", "performanceConfig"])
            _own.Find(name)?.CopyRaw(json, name);
        json.WriteEndObject();
        json.Flush();
        Body = body.WrittenMemory;
        EstimatedTokens = turns.EstimateTokens(body.WrittenCount);
    }

    // "…" | [{"type": "text", "text": "…", "cache_control": {…}}] → [{"text": "…"}, {"cachePoint": {…}}]
    private void WriteSystem(Utf8JsonWriter json)
    {
        var blocks = new ConverseTurn(Speaker.User);
        if (_request.Find("system") is { IsArray: true } system)
        {
            foreach (var block in system.Items())
                AddSystem(blocks, block);
        }
        else if (_request.Find("system") is { } text)
        {
            blocks.AddText(text);
        }

        blocks.AddText(_advice);
        if (blocks.IsEmpty)
            return;
        json.WriteStartArray("system"u8);
        blocks.WriteBlocks(json);
        json.WriteEndArray();
    }

    private void AddSystem(ConverseTurn blocks, RequestField block)
    {
        if (block.GetText("type") is not "text")
            throw block.Get("type").Refuse("must be text");
        foreach (var (name, _) in block.Fields())
        {
            if (name is not ("type" or "text" or "cache_control"))
                Dropped.Add($"system.{name}");
        }

        // Claude Code's first system block tells Anthropic's billing which client it is.
        var text = block.Get("text");
        if (text.Text.StartsWith(BillingHeader, StringComparison.OrdinalIgnoreCase))
            Dropped.Add($"system.{BillingHeader}");
        else if (blocks.AddText(text) && ConverseCachePoint.Of(block, _context.Capabilities.CachePoints, Dropped, "system.cache_control") is { } point)
            blocks.Add(point);
    }

    // {"maxTokens": 100, "temperature": 0.5, "topP": 0.9, "stopSequences": ["…"]}
    private void WriteInference(Utf8JsonWriter json)
    {
        if (!IsLimited && _request.Find("temperature") is null && _request.Find("top_p") is null && _request.Find("stop_sequences") is null)
            return;
        json.WriteStartObject("inferenceConfig"u8);
        if (_request.Find("max_tokens") is { } limit && limit.Count(1) is var most && IsLimited)
            json.WriteNumber("maxTokens"u8, Math.Min(most, _context.Capabilities.MaxOutputTokens ?? int.MaxValue));
        SamplingNumber.Copy(_request, "temperature", json, "temperature", _context.Capabilities, Dropped);
        SamplingNumber.Copy(_request, "top_p", json, "topP", _context.Capabilities, Dropped);
        WriteStops(json);
        json.WriteEndObject();
        if (_request.Find("stop_sequences") is null || _context.Capabilities.ReasoningFamily is not SealedReasoning.Anthropic)
            return;

        // Converse tells that a sequence ended the answer; which one, only Anthropic's models do, if asked.
        json.WriteStartArray("additionalModelResponseFieldPaths"u8);
        json.WriteStringValue(IsStream ? "/delta/stop_sequence"u8 : "/stop_sequence"u8);
        json.WriteEndArray();
    }

    private void WriteStops(Utf8JsonWriter json)
    {
        if (_request.Find("stop_sequences") is not { } stops)
            return;
        var most = _context.Capabilities.MaxStopSequences ?? int.MaxValue;
        var count = 0;
        foreach (var stop in stops.Items())
        {
            if (stop.Text.Length == 0 || count == most)
            {
                Dropped.Add("stop_sequences");
                continue;
            }

            if (count++ == 0)
                json.WriteStartArray("stopSequences"u8);
            json.WriteRawValue(stop.Raw, skipInputValidation: true);
        }

        if (count > 0)
            json.WriteEndArray();
    }

    // output_config: {"format": {"type": "json_schema", "schema": {…}}}; before that output_format: {"type", "schema"}
    private RequestField? ReadFormat()
    {
        var config = _request.Find("output_config");
        foreach (var (name, _) in config?.Fields() ?? [])
        {
            if (name is not ("format" or "effort"))
                Dropped.Add($"output_config.{name}");
        }

        var isOlder = config?.Find("format") is null;
        if ((config?.Find("format") ?? _request.Find("output_format")) is not { } format)
            return null;
        if (format.GetText("type") is not "json_schema")
            throw format.Get("type").Refuse("must be json_schema");
        var schema = format.Get("schema");
        if (!schema.IsObject)
            throw schema.Refuse("must be an object");
        if (_context.Capabilities.StructuredOutput == StructuredOutput.JsonSchema)
            return schema;

        // The best that can be done for a model that nothing holds to a schema; the client is told.
        Dropped.Add(isOlder ? "output_format" : "output_config.format");
        _advice = $"Answer with one JSON object and nothing else. It has to conform to this JSON Schema:\n{Encoding.UTF8.GetString(CompactJson.Of(schema.Raw))}";
        return null;
    }

    // The schema is a text with JSON in it.
    private static void WriteSchema(Utf8JsonWriter json, RequestField schema)
    {
        json.WriteStartObject("outputConfig"u8);
        json.WriteStartObject("textFormat"u8);
        json.WriteString("type"u8, "json_schema"u8);
        json.WriteStartObject("structure"u8);
        json.WriteStartObject("jsonSchema"u8);
        json.WriteString("schema"u8, CompactJson.Of(schema.Raw));
        json.WriteString("name"u8, "output"u8);
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteEndObject();
    }

    // metadata: {"user_id": "…"} → requestMetadata, by which invocation logs can be filtered
    private void WriteIdentity(Utf8JsonWriter json)
    {
        RequestField? user = null;
        foreach (var (name, field) in _request.Find("metadata")?.Fields() ?? [])
        {
            if (name == "user_id" && IsMetadata(field.Text))
                user = field;
            else
                Dropped.Add($"metadata.{name}");
        }

        var given = _own.Find("requestMetadata");
        if (given is not null || user is not null)
        {
            json.WriteStartObject("requestMetadata"u8);
            foreach (var (name, field) in given?.Fields() ?? [])
                field.CopyRaw(json, name);
            if (given?.Find("user_id") is null)
                user?.CopyText(json, "user_id");
            json.WriteEndObject();
        }

        switch (_request.FindText("service_tier"))
        {
            case null or "auto":
                break;
            case "standard_only":
                json.WriteStartObject("serviceTier"u8);
                json.WriteString("type"u8, "default"u8);
                json.WriteEndObject();
                break;
            default:
                Dropped.Add("service_tier");
                break;
        }
    }

    // https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html#bedrock-runtime_Converse-request-requestMetadata
    private static bool IsMetadata(string text)
    {
        if (text.Length is 0 or > MaxMetadataLength)
            return false;
        foreach (var character in text)
        {
            if (!char.IsAsciiLetterOrDigit(character) && !char.IsWhiteSpace(character) && !":_@$#=/+,.-".Contains(character))
                return false;
        }

        return true;
    }
}
