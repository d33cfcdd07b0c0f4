using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

using ModelScan.RoutingApi.Dialects.Capabilities;
namespace ModelScan.RoutingApi.Dialects.Translation;

/// <summary>Translates a Messages request into a Chat Completions request.</summary>
internal sealed class MessagesToChatRequest
{
    private const int MaxUserLength = 64;

    private readonly TranslationContext _context;
    private readonly RequestField _request;
    private readonly MessagesToChatTools _tools;

    private MessagesToChatRequest(RequestField request, TranslationContext context)
    {
        (_request, _context) = (request, context);
        _tools = new MessagesToChatTools(context.Capabilities, context.ProviderName, Dropped);
    }

    public DroppedFields Dropped { get; } = new();

    public ReadOnlyMemory<byte> Body { get; private set; }

    /// <summary>The tools' names, for the way back.</summary>
    public OpenAiChat.ChatToolNames ToolNames => _tools.Names;

    /// <summary>Whether the client wants to see thoughts.</summary>
    public bool WantsThinking { get; private set; }

    /// <summary>About how many tokens the request has, at least 1: for the first event of a stream, which comes before any count.</summary>
    public long EstimatedTokens { get; private set; }

    /// <summary>Translates <paramref name="request"/>.</summary>
    /// <exception cref="InvalidRequestException">It is wrong, or cannot be said to a Chat provider.</exception>
    public static MessagesToChatRequest Translate(RequestField request, TranslationContext context)
    {
        var translation = new MessagesToChatRequest(request, context);
        translation.CheckFields();
        translation.Write();
        return translation;
    }

    private void CheckFields()
    {
        foreach (var (name, field) in _request.Fields())
        {
            switch (name)
            {
                case "model" or "messages" or "system" or "max_tokens" or "tools" or "tool_choice" or "stop_sequences" or "temperature" or "top_p"
                    or "stream" or "metadata" or "thinking" or "output_config" or "output_format" or "service_tier":
                    break;
                case "mcp_servers" when field.IsArray && field.Value.GetArrayLength() == 0:
                    break;
                case "mcp_servers":
                    throw field.Refuse("a Chat Completions provider does not connect to MCP servers");
                case "container":
                    throw field.Refuse("a Chat Completions provider has no containers");
                default:
                    Dropped.Add(name);
                    break;
            }
        }
    }

    private void Write()
    {
        using var body = new PooledBuffer();
        using var json = new Utf8JsonWriter(body, WireJson.Options);
        json.WriteStartObject();
        json.WriteString("model"u8, _context.ProviderModel);
        var turns = new MessagesToChatTurns(json, _context.Capabilities, Dropped);
        json.WriteStartArray("messages"u8);
        turns.WriteSystem(_request.Find("system"));
        turns.Write(_request.Get("messages"));
        json.WriteEndArray();
        WriteLimit(json);
        WriteSampling(json);
        WriteStops(json);
        if (_request.Find("tools") is { } tools)
            _tools.Read(tools);
        _tools.Write(json, _request.Find("tool_choice"));
        WriteReasoning(json);
        WriteFormat(json);
        WriteIdentity(json);
        WriteStream(json);
        json.WriteEndObject();
        json.Flush();
        Body = body.WrittenSpan.ToArray();
        EstimatedTokens = turns.EstimateTokens(body.WrittenCount);
    }

    private void WriteLimit(Utf8JsonWriter json)
    {
        if (_request.Find("max_tokens") is { } limit)
            json.WriteNumber(_context.Capabilities.TokenLimitField, Math.Min(limit.Count(1), _context.Capabilities.MaxOutputTokens ?? int.MaxValue));
    }

    private void WriteSampling(Utf8JsonWriter json)
    {
        SamplingNumber.Copy(_request, "temperature", json, "temperature", _context.Capabilities, Dropped);
        SamplingNumber.Copy(_request, "top_p", json, "top_p", _context.Capabilities, Dropped);
    }

    private void WriteStops(Utf8JsonWriter json)
    {
        if (_request.Find("stop_sequences") is not { } stops)
            return;
        var most = _context.Capabilities.MaxStopSequences ?? int.MaxValue;
        var count = 0;
        foreach (var stop in stops.Items())
        {
            _ = stop.Text;
            if (count == most)
            {
                Dropped.Add("stop_sequences");
                break;
            }

            if (count++ == 0)
                json.WriteStartArray("stop"u8);
            json.WriteRawValue(stop.Raw, skipInputValidation: true);
        }

        if (count > 0)
            json.WriteEndArray();
    }

    // thinking: {"type": "enabled", "budget_tokens": 4096} | {"type": "adaptive"} | {"type": "disabled"}; output_config: {"effort": "max"}
    private void WriteReasoning(Utf8JsonWriter json)
    {
        string? effort = null;
        if (_request.Find("thinking") is { } thinking)
        {
            effort = ReadThinking(thinking);
            if (WantsThinking && !_context.Capabilities.ReasoningEffort)
                Dropped.Add("thinking");
        }

        if (_request.Find("output_config")?.Find("effort") is { } asked)
        {
            effort = asked.Text switch
            {
                "low" or "medium" or "high" => asked.Text,
                "max" or "xhigh" => _context.Capabilities.HighestEffort,
                _ => throw asked.Refuse("must be low, medium, high, xhigh or max"),
            };
            if (!_context.Capabilities.ReasoningEffort)
                Dropped.Add("output_config.effort");
        }

        if (effort is not null && _context.Capabilities.ReasoningEffort)
            json.WriteString("reasoning_effort"u8, effort);
    }

    private string? ReadThinking(RequestField thinking)
    {
        foreach (var (name, _) in thinking.Fields())
        {
            if (name is not ("type" or "budget_tokens"))
                Dropped.Add($"thinking.{name}");
        }

        switch (thinking.GetText("type"))
        {
            case "disabled":
                return null;
            case "adaptive":
                WantsThinking = true;
                return null;
            case "enabled":
                WantsThinking = true;
                return thinking.Get("budget_tokens").Count(1) switch
                {
                    <= 4096 => "low",
                    <= 12288 => "medium",
                    _ => "high",
                };
            default:
                throw thinking.Get("type").Refuse("must be enabled, adaptive or disabled");
        }
    }

    // output_config: {"format": {"type": "json_schema", "schema": {…}}}; before that output_format: {"type", "schema"}
    private void WriteFormat(Utf8JsonWriter json)
    {
        var config = _request.Find("output_config");
        if (config is { } given)
        {
            foreach (var (name, _) in given.Fields())
            {
                if (name is not ("format" or "effort"))
                    Dropped.Add($"output_config.{name}");
            }
        }

        if ((config?.Find("format") ?? _request.Find("output_format")) is not { } format)
            return;
        if (format.GetText("type") is not "json_schema")
            throw format.Get("type").Refuse("must be json_schema");
        var schema = format.Get("schema");
        if (!schema.IsObject)
            throw schema.Refuse("must be an object");
        json.WriteStartObject("response_format"u8);
        json.WriteString("type"u8, "json_schema"u8);
        json.WriteStartObject("json_schema"u8);
        json.WriteString("name"u8, "output"u8);
        json.WriteBoolean("strict"u8, true);
        json.WritePropertyName("schema"u8);
        if (_context.Capabilities.Schemas == SchemaProfile.Gemini)
            OpenAiChat.GeminiSchema.Write(json, schema, Dropped, "output_config.format.schema");
        else
            json.WriteRawValue(schema.Raw, skipInputValidation: true);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    // OpenAI takes 64 characters; Claude Code's ids are longer. A digest tells users apart as well.
    private void WriteIdentity(Utf8JsonWriter json)
    {
        if (_request.Find("metadata") is { } metadata)
        {
            foreach (var (name, field) in metadata.Fields())
            {
                if (name == "user_id")
                    json.WriteString("user"u8, field.Text is { Length: <= MaxUserLength } id ? id : Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(field.Text))));
                else
                    Dropped.Add($"metadata.{name}");
            }
        }

        switch (_request.FindText("service_tier"))
        {
            case null or "auto":
                break;
            case "standard_only":
                json.WriteString("service_tier"u8, "default"u8);
                break;
            default:
                Dropped.Add("service_tier");
                break;
        }
    }

    private void WriteStream(Utf8JsonWriter json)
    {
        if (_request.Find("stream") is not { Flag: true })
            return;
        json.WriteBoolean("stream"u8, true);
        if (!_context.Capabilities.StreamOptions)
            return;
        json.WriteStartObject("stream_options"u8);
        json.WriteBoolean("include_usage"u8, true);
        json.WriteEndObject();
    }
}
