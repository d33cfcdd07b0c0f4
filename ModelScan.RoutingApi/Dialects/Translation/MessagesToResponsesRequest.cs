using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using ModelScan.RoutingApi.Dialects.AnthropicMessages;

namespace ModelScan.RoutingApi.Dialects.Translation;

/// <summary>Translates a Messages request into a Responses request.</summary>
internal sealed class MessagesToResponsesRequest
{
    // Responses refuses less; Claude Code asks for a single token to see whether its key is good.
    private const int LeastOutputTokens = 16;
    private const int MaxUserLength = 64;

    // About four bytes make a token in prose and code.
    private const int BytesPerToken = 4;

    private readonly TranslationContext _context;
    private readonly RequestField _request;

    private MessagesToResponsesRequest(RequestField request, TranslationContext context)
    {
        (_request, _context) = (request, context);
        Tools = new MessagesToResponsesTools(context.Capabilities, Dropped);
    }

    public DroppedFields Dropped { get; } = new();

    /// <summary>The tools that the answer's calls refer to.</summary>
    public MessagesToResponsesTools Tools { get; }

    /// <summary>Whether the client wants thoughts: without having asked it does not expect them.</summary>
    public bool WantsThinking { get; private set; }

    public ReadOnlyMemory<byte> Body { get; private set; }

    /// <summary>About how many tokens the request has: for a stream's first event, which comes before any count.</summary>
    public long EstimatedTokens { get; private set; }

    /// <summary>Translates <paramref name="request"/>.</summary>
    /// <exception cref="InvalidRequestException">It is wrong, or cannot be said to a Responses provider.</exception>
    public static MessagesToResponsesRequest Translate(RequestField request, TranslationContext context)
    {
        var translation = new MessagesToResponsesRequest(request, context);
        translation.CheckFields();
        translation.Write();
        return translation;
    }

    /// <summary>About how many tokens so many bytes of text are.</summary>
    public static long TokensOf(long bytes) => (bytes + BytesPerToken - 1) / BytesPerToken;

    private void CheckFields()
    {
        foreach (var (name, field) in _request.Fields())
        {
            switch (name)
            {
                case "model" or "messages" or "system" or "max_tokens" or "tools" or "tool_choice" or "temperature" or "top_p"
                    or "stream" or "metadata" or "thinking" or "output_config" or "output_format" or "service_tier":
                    break;
                case "stop_sequences" or "mcp_servers" when field.IsArray && field.Value.GetArrayLength() == 0:
                    break;
                case "stop_sequences":
                    foreach (var stop in field.Items())
                        _ = stop.Text;
                    Dropped.Add(name);
                    break;
                case "mcp_servers":
                    throw field.Refuse("a Responses provider does not connect to these MCP servers");
                case "container":
                    throw field.Refuse("a Responses provider does not have Anthropic's containers");
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
        if (_request.Find("system") is { } system && SystemPrompt.Read(system, "system", Dropped) is { Length: > 0 } instructions)
            json.WriteString("instructions"u8, instructions);
        json.WriteStartArray("input"u8);
        var input = new MessagesToResponsesInput(_context, Dropped, json);
        input.Write(_request.Get("messages"));
        json.WriteEndArray();
        if (_request.Find("max_tokens") is { } limit)
            json.WriteNumber("max_output_tokens"u8, Math.Max(LeastOutputTokens, Math.Min(limit.Count(1), _context.Capabilities.MaxOutputTokens ?? int.MaxValue)));
        if (_request.Find("tools") is { } tools)
            Tools.Read(tools);
        Tools.Write(json, _request.Find("tool_choice"));
        WriteReasoning(json);
        WriteFormat(json);
        CopyNumber(json, "temperature");
        CopyNumber(json, "top_p");
        WriteIdentity(json);
        if (_request.Find("stream") is { Flag: true })
            json.WriteBoolean("stream"u8, true);

        // The client sends the whole conversation each time, and expects nothing of it to be kept.
        json.WriteBoolean("store"u8, false);
        json.WriteEndObject();
        json.Flush();
        Body = body.WrittenSpan.ToArray();
        EstimatedTokens = Math.Max(1, TokensOf(body.WrittenCount - input.EncodedBytes));
    }

    private void CopyNumber(Utf8JsonWriter json, string name)
    {
        if (_request.Find(name) is not { } field)
            return;
        _ = field.Number;
        if (_context.Capabilities.Sampling)
            field.CopyRaw(json, name);
        else
            Dropped.Add(name);
    }

    // thinking: {"type": "enabled", "budget_tokens": 4096} | {"type": "adaptive", "display": "omitted"} | {"type": "disabled"}
    private void WriteReasoning(Utf8JsonWriter json)
    {
        var thinking = _request.Find("thinking");
        var (thinks, effort) = thinking is { } given ? ReadThinking(given) : (false, null);
        var asked = ReadEffort();
        WantsThinking = thinks;
        if (!_context.Capabilities.ReasoningEffort)
        {
            if (thinks)
                Dropped.Add("thinking");
            if (asked is not null)
                Dropped.Add("output_config.effort");
            return;
        }

        effort = asked ?? effort;
        if (thinks || effort is not null)
        {
            json.WriteStartObject("reasoning"u8);
            if (effort is not null)
                json.WriteString("effort"u8, effort);
            if (thinks && thinking?.FindText("display") != "omitted")
                json.WriteString("summary"u8, "auto"u8);
            json.WriteEndObject();
        }

        // What the model thought comes back with the next request.
        if (!thinks)
            return;
        json.WriteStartArray("include"u8);
        json.WriteStringValue("reasoning.encrypted_content"u8);
        json.WriteEndArray();
    }

    private (bool Thinks, string? Effort) ReadThinking(RequestField thinking)
    {
        foreach (var (name, _) in thinking.Fields())
        {
            if (name is not ("type" or "budget_tokens" or "display"))
                Dropped.Add($"thinking.{name}");
        }

        return thinking.GetText("type") switch
        {
            "disabled" => (false, null),
            "adaptive" => (true, null),
            "enabled" => (true, thinking.Get("budget_tokens").Count(1) switch
            {
                <= 4096 => "low",
                <= 12288 => "medium",
                _ => "high",
            }),
            _ => throw thinking.Get("type").Refuse("must be enabled, adaptive or disabled"),
        };
    }

    private string? ReadEffort()
    {
        if (_request.Find("output_config") is not { } config)
            return null;
        foreach (var (name, _) in config.Fields())
        {
            if (name is not ("format" or "effort"))
                Dropped.Add($"output_config.{name}");
        }

        return config.FindText("effort") switch
        {
            null => null,
            "low" => "low",
            "medium" => "medium",
            "high" => "high",
            "max" or "xhigh" => _context.Capabilities.HighestEffort,
            _ => throw config.Get("effort").Refuse("must be low, medium, high, xhigh or max"),
        };
    }

    // output_config: {"format": {"type": "json_schema", "schema": {…}}}; before that output_format: {"type", "schema"}
    private void WriteFormat(Utf8JsonWriter json)
    {
        if ((_request.Find("output_config")?.Find("format") ?? _request.Find("output_format")) is not { } format)
            return;
        if (format.GetText("type") is not "json_schema")
            throw format.Get("type").Refuse("must be json_schema");
        var schema = format.Get("schema");
        if (!schema.IsObject)
            throw schema.Refuse("must be an object");
        json.WriteStartObject("text"u8);
        json.WriteStartObject("format"u8);
        json.WriteString("type"u8, "json_schema"u8);
        json.WriteString("name"u8, "output"u8);
        json.WriteBoolean("strict"u8, true);
        schema.CopyRaw(json, "schema");
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
}
