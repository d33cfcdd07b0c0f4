using ModelScan.RoutingApi.Capabilities;
using ModelScan.RoutingApi.Dialects.Canonical;
using ModelScan.RoutingApi.Dialects.Fitting;
using ModelScan.RoutingApi.Dialects.OpenAiChat;
using ModelScan.RoutingApi.Dialects.Translation;

namespace ModelScan.RoutingApi.Dialects.OpenAiResponses;

/// <summary>Says a request to a Responses provider.</summary>
internal sealed class ResponsesRequestWriter
{
    // The least that OpenAI takes (https://platform.openai.com/docs/api-reference/responses/create); others take 1.
    private const int LeastOutputTokens = 16;
    private const string Target = "a Responses provider";

    // Fields of OpenAI's own that its other format has under the same name.
    private static readonly string[] OpenAiTexts = ["user", "service_tier", "safety_identifier", "prompt_cache_key", "prompt_cache_retention"];

    private readonly Request _request;
    private readonly TranslationContext _context;
    private readonly ModelCapabilities _capabilities;
    private readonly Losses _losses = new();
    private readonly ToolFit _tools;

    private ResponsesRequestWriter(Request request, TranslationContext context)
    {
        (_request, _context, _capabilities) = (request, context, context.Capabilities);
        _losses.AddAll(request.Losses);
        _tools = ToolFit.Of(request, context, ToolFeatures.Custom | ToolFeatures.WebSearch | ToolFeatures.Allowed, _losses);
    }

    /// <summary>Writes <paramref name="request"/>.</summary>
    /// <exception cref="InvalidRequestException">It cannot be said to this provider or to this model.</exception>
    public static WrittenRequest Write(Request request, TranslationContext context) => new ResponsesRequestWriter(request, context).Write();

    private WrittenRequest Write()
    {
        using var body = new PooledBuffer();
        using var json = new Utf8JsonWriter(body, WireJson.Options);
        ChatOnlyFields.Refuse(_request, Target, tellsProbabilities: true, _losses);
        var format = FormatFit.Of(_request.Format, _capabilities, hasJsonMode: true, _losses);
        json.WriteStartObject();
        json.WriteString("model"u8, _context.ProviderModel);
        var input = new ResponsesInputWriter(json, _request, _capabilities, _tools.Naming, _losses);
        input.Write(format.Advice);
        if (LimitFit.Of(_request, _capabilities, LeastOutputTokens, _losses) is { } limit)
            json.WriteNumber("max_output_tokens"u8, limit);
        if (_request.Stops is { Field: { IsText: true } or { IsEmptyList: false } } stops)
            _losses.Drop(stops.Name);
        var reasoning = WriteReasoning(json);
        SamplingFit.WritePair(_request, json, "top_p", double.MaxValue, SamplingFit.IsTaken(_capabilities, thinks: false, reasoning.Effort), _capabilities, _losses);
        WriteText(json, format);
        WriteTools(json);
        WriteIdentity(json);
        if (_request.IsStream)
            json.WriteBoolean("stream"u8, true);

        // Nothing is kept unless that is asked for; a response is unless it is declined.
        json.WriteBoolean("store"u8, _request.Take("store")?.Flag ?? false);
        WriteInclude(json, input.HasThoughts || reasoning.Effort is not (null or "none") || (_request.Reasoning.Thinks && _capabilities.ReasoningEffort));
        json.WriteEndObject();
        json.Flush();
        _request.DropFields(_losses);
        return new WrittenRequest(body.WrittenSpan.ToArray(), _losses, _tools.Naming);
    }

    private ReasoningFit WriteReasoning(Utf8JsonWriter json)
    {
        var wish = _request.Reasoning;
        var fit = ReasoningFit.ByEffort(wish, _capabilities, _losses);
        if (!_capabilities.ReasoningEffort || (fit.Effort is null && !wish.Thinks))
            return fit;
        json.WriteStartObject("reasoning"u8);
        if (fit.Effort is { } effort)
            json.WriteString("effort"u8, effort);
        if (wish is { Thinks: true, Shows: true })
            json.WriteString("summary"u8, "auto"u8);
        json.WriteEndObject();
        return fit;
    }

    private void WriteText(Utf8JsonWriter json, FormatFit format)
    {
        var verbosity = _request.Take("verbosity");
        if (format.Means is not (FormatMeans.Schema or FormatMeans.JsonMode) && verbosity is null)
            return;
        json.WriteStartObject("text"u8);
        if (format.Means == FormatMeans.JsonMode)
        {
            json.WriteRaw("format"u8, """{"type":"json_object"}"""u8);
        }
        else if (format.Means == FormatMeans.Schema)
        {
            json.WriteStartObject("format"u8);
            json.WriteString("type"u8, "json_schema"u8);
            OpenAiFormat.WriteSchema(json, _request.Format!, _capabilities, _losses);
            json.WriteEndObject();
        }

        verbosity?.CopyText(json, "verbosity");
        json.WriteEndObject();
    }

    private void WriteTools(Utf8JsonWriter json)
    {
        if (_tools.Tools.Count == 0)
            return;
        json.WriteStartArray("tools"u8);
        foreach (var tool in _tools.Tools)
            WriteTool(json, tool);
        json.WriteEndArray();
        WriteChoice(json);
        if (_tools.IsParallel is { } parallel)
            json.WriteBoolean("parallel_tool_calls"u8, parallel);
    }

    private void WriteTool(Utf8JsonWriter json, Tool tool)
    {
        json.WriteStartObject();
        switch (tool.Kind)
        {
            case ToolKind.WebSearch:
                WriteWebSearch(json, tool);
                break;
            case ToolKind.Custom:
                json.WriteString("type"u8, "custom"u8);
                json.WriteString("name"u8, tool.SentName);
                tool.Description?.CopyRaw(json, "description");
                if (tool.Grammar is { } grammar)
                    WriteGrammar(json, grammar);
                break;
            default:
                json.WriteString("type"u8, "function"u8);
                json.WriteString("name"u8, tool.SentName);
                tool.Description?.CopyRaw(json, "description");
                json.WritePropertyName("parameters"u8);
                SchemaFit.WriteTool(json, tool, _capabilities.Schemas, _losses);

                // Responses holds a function for strict unless told otherwise, and refuses schemas with optional properties then.
                json.WriteBoolean("strict"u8, StrictFit.Of(tool.IsStrict ?? false, tool.Schema, tool.StrictPlace, _capabilities, _losses));
                break;
        }

        json.WriteEndObject();
        if (tool.Cache is not null)
            _losses.Drop("tools.cache_control");
    }

    // The grammar is flat here, and inside `grammar` in Chat Completions.
    private static void WriteGrammar(Utf8JsonWriter json, RequestField format)
    {
        json.WriteStartObject("format"u8);
        format.Get("type").CopyText(json, "type");
        if (format.GetText("type") == "grammar")
        {
            var grammar = format.Find("grammar") ?? format;
            grammar.Get("syntax").CopyText(json, "syntax");
            grammar.Get("definition").CopyText(json, "definition");
        }

        json.WriteEndObject();
    }

    private static void WriteWebSearch(Utf8JsonWriter json, Tool tool)
    {
        if (tool.LeftOutSites is { } sites)
            throw InvalidRequestException.Unfit(sites.Path, $"{Target} cannot be kept from single domains; use allowed_domains");
        json.WriteString("type"u8, "web_search"u8);
        tool.SearchSize?.CopyRaw(json, "search_context_size");
        if (tool.SearchedSites is { } only)
        {
            json.WriteStartObject("filters"u8);
            only.CopyRaw(json, "allowed_domains");
            json.WriteEndObject();
        }

        SearchPlace.Write(json, tool);
    }

    private void WriteChoice(Utf8JsonWriter json)
    {
        if (_request.Tools.Allowed is not null)
        {
            WriteAllowed(json);
            return;
        }

        switch (_tools.Mode)
        {
            case ToolMode.Unset:
                break;
            case ToolMode.One:
                json.WriteStartObject("tool_choice"u8);
                WriteNamed(json, _tools.Chosen!);
                json.WriteEndObject();
                break;
            default:
                json.WriteString("tool_choice"u8, Word(_tools.Mode));
                break;
        }
    }

    private void WriteAllowed(Utf8JsonWriter json)
    {
        json.WriteStartObject("tool_choice"u8);
        json.WriteString("type"u8, "allowed_tools"u8);
        json.WriteString("mode"u8, Word(_tools.Mode));
        json.WriteStartArray("tools"u8);
        foreach (var tool in _tools.Tools)
        {
            if (!_request.Tools.Allows(tool))
                continue;
            json.WriteStartObject();
            WriteNamed(json, tool);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteNamed(Utf8JsonWriter json, Tool tool)
    {
        if (tool.Kind == ToolKind.WebSearch)
        {
            json.WriteString("type"u8, "web_search"u8);
            return;
        }

        json.WriteString("type"u8, tool.Kind == ToolKind.Custom ? "custom"u8 : "function"u8);
        json.WriteString("name"u8, tool.SentName);
    }

    private static ReadOnlySpan<byte> Word(ToolMode mode) => mode switch
    {
        ToolMode.Any => "required"u8,
        ToolMode.None => "none"u8,
        _ => "auto"u8,
    };

    private void WriteIdentity(Utf8JsonWriter json)
    {
        if (_request.Source == ApiFormat.Messages)
        {
            if (_request.User is { } id)
                json.WriteString("user"u8, UserFit.ForOpenAi(id.Field.Text));
            OpenAiTier.Write(json, _request, _losses);

            return;
        }

        foreach (var name in OpenAiTexts)
            _request.Take(name)?.CopyText(json, name);
        _request.Take("metadata")?.AsObject().CopyRaw(json, "metadata");
        if (_request.Take("top_logprobs") is { } count)
            json.WriteNumber("top_logprobs"u8, count.Count(0));
    }

    // Reasoning of a response that is not stored can only be continued when the client carries it.
    private void WriteInclude(Utf8JsonWriter json, bool reasons)
    {
        var tellsProbabilities = _request.Take("logprobs") is { Flag: true };
        if (!tellsProbabilities && !reasons)
            return;
        json.WriteStartArray("include"u8);
        if (reasons)
            json.WriteStringValue("reasoning.encrypted_content"u8);
        if (tellsProbabilities)
            json.WriteStringValue("message.output_text.logprobs"u8);
        json.WriteEndArray();
    }
}

/// <summary>Writes the turns of a request as items of <c>input</c>: what is said as messages, calls and their results as items of their own.</summary>
/// <remarks>A thought is an item, too, if it came from this provider's family, and only in front of what it led to: OpenAI refuses one that nothing follows.</remarks>
internal sealed class ResponsesInputWriter(Utf8JsonWriter json, Request request, ModelCapabilities capabilities, ToolNaming naming, Losses losses)
{
    private readonly InputItems _items = new(json);
    private readonly List<ThoughtPart> _thoughts = [];
    private readonly UniqueNames _ids = new();
    private bool _isEmpty = true;

    /// <summary>Whether thoughts were given back.</summary>
    public bool HasThoughts { get; private set; }

    /// <summary>Writes <c>instructions</c> and <c>input</c>.</summary>
    /// <param name="advice">A line for the system prompt; empty for none.</param>
    public void Write(string advice)
    {
        // Anthropic's system prompt is what instructions are; OpenAI's system messages are items.
        if (request.Source == ApiFormat.Messages)
        {
            var text = SystemTexts.Join(request);
            if (text.Length > 0)
                json.WriteString("instructions"u8, text);
        }

        json.WriteStartArray("input"u8);
        foreach (var (texts, isDeveloper) in request.SystemMessages)
        {
            MarkFit.Drop(texts, request, isSystem: true, losses);
            if (request.Source != ApiFormat.Messages)
                WriteMessage(isDeveloper ? "developer" : "system", texts);
        }

        if (advice.Length > 0)
            WriteMessage("system", [new TextPart(advice)]);
        foreach (var turn in request.Turns)
            WriteTurn(turn);
        _items.EndMessage();
        if (_isEmpty)
            throw new InvalidRequestException("messages", "has nothing for the model to answer");
        json.WriteEndArray();
    }

    private void WriteTurn(Turn turn)
    {
        MarkFit.Drop(turn.Parts, request, isSystem: false, losses);
        switch (turn.Role)
        {
            case Role.Assistant:
                WriteAssistant(turn);
                break;
            case Role.System:
                WriteMessage(turn.IsDeveloper ? "developer" : "system", turn.Parts);
                break;
            default:
                WriteMessage("user", turn.Parts);
                break;
        }
    }

    private void WriteMessage(string role, IReadOnlyList<Part> parts)
    {
        if (parts.Count == 0)
            return;
        _isEmpty = false;
        if (parts is [TextPart only])
        {
            _items.Item().WriteStartObject();
            json.WriteString("type"u8, "message"u8);
            json.WriteString("role"u8, role);
            only.Text.Write(json, "content"u8);
            json.WriteEndObject();
            return;
        }

        foreach (var part in parts)
            WritePart(() => _items.Part(role), part);
        _items.EndMessage();
    }

    private void WriteAssistant(Turn turn)
    {
        foreach (var part in turn.Parts)
        {
            switch (part)
            {
                case ThoughtPart thought:
                    if (ThoughtFit.ForResponses(thought, capabilities) is not null)
                        _thoughts.Add(thought);
                    else if (thought.State is not null || !string.IsNullOrEmpty(thought.Text))
                        losses.Drop(thought.Place);
                    break;
                case TextPart { Text.IsEmpty: true }:
                    break;
                case TextPart text:
                    WriteThoughts();
                    _isEmpty = false;
                    _items.Part("assistant").WriteStartObject();
                    json.WriteString("type"u8, text.IsRefusal ? "refusal"u8 : "output_text"u8);
                    text.Text.Write(json, text.IsRefusal ? "refusal"u8 : "text"u8);
                    json.WriteEndObject();
                    break;
                case CallPart call:
                    WriteThoughts();
                    WriteCall(call);
                    break;
            }
        }

        foreach (var thought in _thoughts)
            losses.Drop(thought.Place);
        _thoughts.Clear();
        _items.EndMessage();
        foreach (var part in turn.Parts)
        {
            if (part is CallPart call)
                WriteResult(call);
        }
    }

    private void WriteThoughts()
    {
        foreach (var thought in _thoughts)
            ThoughtFit.ForResponses(thought, capabilities)!.Write(_items.Item());
        HasThoughts |= _thoughts.Count > 0;
        _thoughts.Clear();
    }

    private void WriteCall(CallPart call)
    {
        _isEmpty = false;
        call.UniqueId = _ids.Add(ToolCallId.ForResponses(call.Id));
        _items.Item().WriteStartObject();
        json.WriteString("type"u8, call.IsCustom ? "custom_tool_call"u8 : "function_call"u8);
        json.WriteString("call_id"u8, call.UniqueId);
        json.WriteString("name"u8, naming.ForProvider(call.Name, call.Namespace));
        if (call.IsCustom)
            call.Input!.Value.CopyText(json, "input");
        else
            CallInput.WriteText(json, "arguments"u8, call);
        json.WriteEndObject();
    }

    private void WriteResult(CallPart call)
    {
        var result = call.Result!;
        MarkFit.Drop(result, request, losses);
        _items.Item().WriteStartObject();
        json.WriteString("type"u8, call.IsCustom ? "custom_tool_call_output"u8 : "function_call_output"u8);
        json.WriteString("call_id"u8, call.UniqueId!);
        if (result.IsTextOnly)
        {
            if (!result.IsError && result.Content is [TextPart only])
                only.Text.Write(json, "output"u8);
            else
                json.WriteString("output"u8, result.MarkedText);
        }
        else
        {
            json.WriteStartArray("output"u8);
            if (result.IsError)
                WriteText(json, "Error:");
            foreach (var part in result.Content)
                WritePart(() => json, part);
            json.WriteEndArray();
        }

        json.WriteEndObject();
    }

    private void WritePart(Func<Utf8JsonWriter> next, Part part)
    {
        _isEmpty = false;
        switch (part)
        {
            case TextPart text:
                WriteText(next(), text.Text);
                break;
            case SearchResultPart found:
                WriteText(next(), found.AllText);
                break;
            case ImagePart image:
                WriteImage(next(), image);
                break;
            case FilePart { Content.Kind: AttachmentKind.Text } file:
                WriteText(next(), file.AllText);
                break;
            case FilePart file:
                if (file.Context is { } context)
                    WriteText(next(), new SourceText(context));
                WriteFile(next(), file);
                break;
            case AudioPart sound:
                next().WriteStartObject();
                json.WriteString("type"u8, "input_audio"u8);
                sound.Sound.CopyRaw(json, "input_audio");
                json.WriteEndObject();
                break;
        }
    }

    private static void WriteText(Utf8JsonWriter json, SourceText text)
    {
        json.WriteStartObject();
        json.WriteString("type"u8, "input_text"u8);
        text.Write(json, "text"u8);
        json.WriteEndObject();
    }

    private void WriteImage(Utf8JsonWriter json, ImagePart image)
    {
        AttachmentFit.RequireImage(image, capabilities, commonTypes: false);
        json.WriteStartObject();
        json.WriteString("type"u8, "input_image"u8);
        if (image.Content.Kind == AttachmentKind.Url)
            image.Content.Field.CopyText(json, "image_url");
        else
            image.Content.WriteDataUrl(json, "image_url"u8, image.Content.ImageType);
        if (image.Detail is { } detail)
            detail.CopyText(json, "detail");
        else
            json.WriteString("detail"u8, "auto"u8);
        json.WriteEndObject();
    }

    private void WriteFile(Utf8JsonWriter json, FilePart file)
    {
        AttachmentFit.RequireFile(file, capabilities, takesStored: request.Source == ApiFormat.ChatCompletions);
        json.WriteStartObject();
        json.WriteString("type"u8, "input_file"u8);
        switch (file.Content.Kind)
        {
            case AttachmentKind.Url:
                // OpenAI takes the name from the URL.
                if (file.Title is not null)
                    losses.Drop("messages.content.title");
                file.Content.Field.CopyText(json, "file_url");
                break;
            case AttachmentKind.Stored:
                file.Content.Field.CopyText(json, "file_id");
                break;
            default:
                if (file.Title is { } title)
                    title.CopyText(json, "filename");
                else if (request.Source == ApiFormat.Messages)
                    json.WriteString("filename"u8, "document.pdf"u8);
                file.Content.WriteDataUrl(json, "file_data"u8, file.Content.MediaType);
                break;
        }

        json.WriteEndObject();
    }
}
