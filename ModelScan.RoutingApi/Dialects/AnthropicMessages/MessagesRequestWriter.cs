using ModelScan.RoutingApi.Capabilities;
using ModelScan.RoutingApi.Dialects.Canonical;
using ModelScan.RoutingApi.Dialects.Fitting;
using ModelScan.RoutingApi.Dialects.OpenAiChat;
using ModelScan.RoutingApi.Dialects.Translation;

namespace ModelScan.RoutingApi.Dialects.AnthropicMessages;

/// <summary>Says a request to a Messages provider.</summary>
internal sealed class MessagesRequestWriter
{
    private const int DefaultMaxTokens = 4096;
    private const string Target = "a Messages provider";

    private readonly Request _request;
    private readonly TranslationContext _context;
    private readonly ModelCapabilities _capabilities;
    private readonly Losses _losses = new();
    private readonly List<TextPart> _system;
    private readonly ToolFit _tools;
    private bool _samples;

    private MessagesRequestWriter(Request request, TranslationContext context)
    {
        (_request, _context, _capabilities) = (request, context, context.Capabilities);
        _losses.AddAll(request.Losses);
        _system = SystemTexts.Of(request);
        _tools = ToolFit.Of(request, context, ToolFeatures.None, _losses);
    }

    /// <summary>Writes <paramref name="request"/>.</summary>
    /// <exception cref="InvalidRequestException">It cannot be said to this provider or to this model.</exception>
    public static WrittenRequest Write(Request request, TranslationContext context) => new MessagesRequestWriter(request, context).Write();

    private WrittenRequest Write()
    {
        using var body = new PooledBuffer();
        using var json = new Utf8JsonWriter(body, WireJson.Options);
        ChatOnlyFields.Refuse(_request, Target, tellsProbabilities: false, _losses);
        if (_request.Take("store") is { Flag: true })
            _losses.Drop("store");
        var order = TurnOrder.Of(_request, _system, thought => ThoughtFit.ForMessages(thought, _capabilities) is not null, _losses);
        var format = FormatFit.Of(_request.Format, _capabilities, hasJsonMode: false, _losses);
        json.WriteStartObject();
        json.WriteString("model"u8, _context.ProviderModel);
        WriteLimitAndThought(json, canThink: !_tools.IsForced && (_capabilities.AdaptiveThinking || !order.EndsInCallsWithoutThought), format);
        SystemTexts.WriteForMessages(json, _system, _request, format.Advice);
        WriteTurns(json, order);
        WriteTools(json);
        StopFit.Write(json, "stop_sequences"u8, StopFit.Of(_request.Stops, _capabilities, allowsBlank: false, _losses)); // Anthropic refuses sequences of white space
        if (_request.IsStream)
            json.WriteBoolean("stream"u8, true);
        WriteIdentity(json);
        json.WriteEndObject();
        json.Flush();
        _request.DropFields(_losses);
        return new WrittenRequest(body.WrittenSpan.ToArray(), _losses, _tools.Naming)
        {
            // Later versions of the API refuse temperature, top_p and top_k.
            Headers = _samples ? [new("anthropic-version", "2023-06-01")] : [],
        };
    }

    // max_tokens bounds thoughts and answer together, as OpenAI's limits do.
    private void WriteLimitAndThought(Utf8JsonWriter json, bool canThink, FormatFit format)
    {
        var asked = LimitFit.Of(_request, _capabilities, least: 1, _losses);
        var reasoning = ReasoningFit.ByBudget(_request.Reasoning, _capabilities, canThink, asked, _losses);
        json.WriteNumber("max_tokens"u8, asked ?? _capabilities.MaxOutputTokens ?? DefaultMaxTokens + (reasoning.Budget ?? 0));
        WriteThinking(json, reasoning);
        WriteOutputConfig(json, reasoning.Effort, format);
        var samples = SamplingFit.IsTaken(_capabilities, reasoning.Thinks, _request.Reasoning.Effort);
        _samples |= SamplingFit.WritePair(_request, json, "top_p", 1, samples, _capabilities, _losses);
        _samples |= SamplingFit.Write(_request, "top_k", json, "top_k", double.MaxValue, samples, _losses);
    }

    private void WriteThinking(Utf8JsonWriter json, ReasoningFit reasoning)
    {
        if (!reasoning.Thinks && !reasoning.IsOff)
            return;
        json.WriteStartObject("thinking"u8);
        json.WriteString("type"u8, reasoning.IsOff ? _capabilities.Reasoning.OffType : reasoning.IsAdaptive ? "adaptive" : "enabled");
        if (reasoning.Budget is { } budget)
            json.WriteNumber("budget_tokens"u8, budget);
        json.WriteEndObject();
    }

    private void WriteOutputConfig(Utf8JsonWriter json, string? effort, FormatFit format)
    {
        if (effort is null && format.Means != FormatMeans.Schema)
            return;
        json.WriteStartObject("output_config"u8);
        if (effort is not null)
            json.WriteString("effort"u8, effort);
        if (format.Means == FormatMeans.Schema)
        {
            json.WriteStartObject("format"u8);
            json.WriteString("type"u8, "json_schema"u8);
            json.WritePropertyName("schema"u8);
            SchemaFit.WriteFormat(json, _request.Format!, _capabilities.Schemas, _losses);
            json.WriteEndObject();
        }

        json.WriteEndObject();
    }

    private void WriteTurns(Utf8JsonWriter json, TurnOrder order)
    {
        var parts = new MessagesPartWriter(json, _capabilities, _tools.Naming, _losses);
        json.WriteStartArray("messages"u8);
        foreach (var turn in order.Turns)
        {
            json.WriteStartObject();
            json.WriteString("role"u8, turn.IsAssistant ? "assistant"u8 : "user"u8);
            if (turn is { Answered.Count: 0, Parts: [TextPart { Cache: null } only] })
            {
                only.Text.Write(json, "content"u8);
            }
            else
            {
                json.WriteStartArray("content"u8);
                foreach (var call in turn.Answered)
                    parts.WriteResult(call);
                foreach (var part in turn.Parts)
                    parts.Write(part);
                json.WriteEndArray();
            }

            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private void WriteTools(Utf8JsonWriter json)
    {
        if (_tools.Tools.Count == 0)
            return;
        json.WriteStartArray("tools"u8);
        foreach (var tool in _tools.Tools)
            WriteTool(json, tool);
        json.WriteEndArray();
        if (_tools.Mode == ToolMode.Unset && _tools.IsParallel is not false)
            return;
        json.WriteStartObject("tool_choice"u8);
        json.WriteString("type"u8, _tools.Mode switch
        {
            ToolMode.Any => "any"u8,
            ToolMode.None => "none"u8,
            ToolMode.One => "tool"u8,
            _ => "auto"u8,
        });
        if (_tools.Chosen is { } chosen)
            json.WriteString("name"u8, chosen.SentName);
        if (_tools.IsParallel is false && _tools.Mode != ToolMode.None)
            json.WriteBoolean("disable_parallel_tool_use"u8, true);
        json.WriteEndObject();
    }

    private void WriteTool(Utf8JsonWriter json, Tool tool)
    {
        json.WriteStartObject();
        if (tool.Kind == ToolKind.WebSearch)
        {
            json.WriteString("type"u8, "web_search_20250305"u8);
            json.WriteString("name"u8, "web_search"u8);
            tool.SearchedSites?.CopyRaw(json, "allowed_domains");
            tool.LeftOutSites?.CopyRaw(json, "blocked_domains");
            SearchPlace.Write(json, tool);
            if (tool.SearchSize is not null)
                _losses.Drop($"{(_request.Source == ApiFormat.Responses ? "tools" : tool.Place)}.search_context_size");
            json.WriteEndObject();
            return;
        }

        json.WriteString("name"u8, tool.SentName);
        tool.Description?.CopyRaw(json, "description");
        json.WritePropertyName("input_schema"u8);
        SchemaFit.WriteTool(json, tool, _capabilities.Schemas, _losses);
        if (tool.IsStrict is true)
            _losses.Drop(tool.StrictPlace);
        tool.Cache?.CopyRaw(json, "cache_control");
        json.WriteEndObject();
    }

    private void WriteIdentity(Utf8JsonWriter json)
    {
        _request.Take("user");
        _request.Take("safety_identifier");
        if (_request.User is { } user)
        {
            json.WriteStartObject("metadata"u8);
            user.Field.CopyText(json, "user_id");
            json.WriteEndObject();
        }

        switch (_request.Take("service_tier")?.Text)
        {
            case null or "auto":
                break;
            case "default":
                json.WriteString("service_tier"u8, "standard_only"u8);
                break;
            default:
                _losses.Drop("service_tier");
                break;
        }
    }
}

/// <summary>Writes parts of turns as blocks of a Messages request.</summary>
internal sealed class MessagesPartWriter(Utf8JsonWriter json, ModelCapabilities capabilities, ToolNaming naming, Losses losses)
{
    private const string Target = "a Messages provider";

    private readonly UniqueNames _ids = new();

    /// <summary>Writes a part as a block.</summary>
    /// <exception cref="InvalidRequestException">The model cannot take it.</exception>
    public void Write(Part part)
    {
        if (part is ThoughtPart thought)
        {
            ThoughtFit.ForMessages(thought, capabilities)!.Write(json);
            return;
        }

        json.WriteStartObject();
        switch (part)
        {
            case TextPart text:
                json.WriteString("type"u8, "text"u8);
                text.Text.Write(json, "text"u8);
                break;
            case ImagePart image:
                WriteImage(image);
                break;
            case FilePart file:
                WriteFile(file);
                break;
            case SearchResultPart found:
                json.WriteString("type"u8, "text"u8);
                json.WriteString("text"u8, found.AllText);
                break;
            case CallPart call:
                WriteCall(call);
                break;
            default:
                throw AttachmentFit.Unfit(part, $"'{part.Opaque?.FindText("type")}' cannot be said to {Target}");
        }

        part.Cache?.CopyRaw(json, "cache_control");
        json.WriteEndObject();
    }

    /// <summary>Writes the result of a call.</summary>
    public void WriteResult(CallPart call)
    {
        var result = call.Result!;
        json.WriteStartObject();
        json.WriteString("type"u8, "tool_result"u8);
        json.WriteString("tool_use_id"u8, call.UniqueId!);
        if (result.IsPlain)
        {
            if (result.Content is [TextPart text])
                text.Text.Write(json, "content"u8);
        }
        else
        {
            json.WriteStartArray("content"u8);
            foreach (var part in result.Content)
            {
                if (part is not TextPart { Text.IsBlank: true })
                    Write(part);
            }

            json.WriteEndArray();
        }

        if (result.IsError)
            json.WriteBoolean("is_error"u8, true);
        result.Cache?.CopyRaw(json, "cache_control");
        json.WriteEndObject();
    }

    private void WriteCall(CallPart call)
    {
        // Some servers count their calls anew in each answer; Anthropic wants ids that occur once.
        call.UniqueId = _ids.Add(ToolCallId.ForMessages(call.Id));
        json.WriteString("type"u8, "tool_use"u8);
        json.WriteString("id"u8, call.UniqueId);
        json.WriteString("name"u8, naming.ForProvider(call.Name, call.Namespace));
        json.WritePropertyName("input"u8);
        CallInput.WriteObject(json, call);
    }

    private void WriteImage(ImagePart image)
    {
        AttachmentFit.RequireImage(image, capabilities, commonTypes: true);
        if (image.Detail is not null)
            losses.Drop(image.DetailPlace);
        json.WriteString("type"u8, "image"u8);
        WriteSource(image.Content, image.Content.ImageType);
    }

    private void WriteFile(FilePart file)
    {
        AttachmentFit.RequireFile(file, capabilities);
        AttachmentFit.RequireDocumentType(file, capabilities);
        json.WriteString("type"u8, "document"u8);
        var isText = file.Content.Kind == AttachmentKind.Text || file.Content.MediaType.StartsWith("text/", StringComparison.Ordinal);
        if (isText)
        {
            json.WriteStartObject("source"u8);
            json.WriteString("type"u8, "text"u8);
            json.WriteString("media_type"u8, "text/plain"u8);
            if (file.Text is { } text)
                text.CopyText(json, "data");
            else
                json.WriteString("data"u8, AttachmentFit.DecodeText(file.Content));
            json.WriteEndObject();
        }
        else
        {
            WriteSource(file.Content, file.Content.MediaType);
        }

        file.Title?.CopyText(json, "title");
        file.Context?.CopyText(json, "context");
    }

    private void WriteSource(Attachment content, string mediaType)
    {
        json.WriteStartObject("source"u8);
        if (content.Kind == AttachmentKind.Url)
        {
            json.WriteString("type"u8, "url"u8);
            content.Field.CopyText(json, "url");
        }
        else
        {
            json.WriteString("type"u8, "base64"u8);
            json.WriteString("media_type"u8, mediaType);
            json.WriteString("data"u8, content.Base64.Span);
        }

        json.WriteEndObject();
    }
}
