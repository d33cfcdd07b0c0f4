using ModelScan.RoutingApi.Capabilities;
using ModelScan.RoutingApi.Dialects.Canonical;
using ModelScan.RoutingApi.Dialects.Fitting;
using ModelScan.RoutingApi.Dialects.Translation;

namespace ModelScan.RoutingApi.Dialects.OpenAiChat;

/// <summary>Says a request to a Chat Completions provider.</summary>
internal sealed class ChatRequestWriter
{
    // Fields of OpenAI's own that its other format has under the same name.
    private static readonly string[] OpenAiTexts = ["prompt_cache_key", "prompt_cache_retention", "safety_identifier", "service_tier"];

    private readonly Request _request;
    private readonly TranslationContext _context;
    private readonly ModelCapabilities _capabilities;
    private readonly Losses _losses = new();
    private readonly ToolFit _tools;

    private ChatRequestWriter(Request request, TranslationContext context)
    {
        (_request, _context, _capabilities) = (request, context, context.Capabilities);
        _losses.AddAll(request.Losses);
        _tools = ToolFit.Of(request, context, ToolFeatures.None, _losses);
    }

    /// <summary>Writes <paramref name="request"/>.</summary>
    /// <exception cref="InvalidRequestException">It cannot be said to this provider or to this model.</exception>
    public static WrittenRequest Write(Request request, TranslationContext context) => new ChatRequestWriter(request, context).Write();

    private WrittenRequest Write()
    {
        using var body = new PooledBuffer();
        using var json = new Utf8JsonWriter(body, WireJson.Options);
        var format = FormatFit.Of(_request.Format, _capabilities, hasJsonMode: true, _losses);
        json.WriteStartObject();
        json.WriteString("model"u8, _context.ProviderModel);
        new ChatTurnWriter(json, _request, _capabilities, _tools.Naming, _losses).Write(format.Advice);
        if (LimitFit.Of(_request, _capabilities, least: 1, _losses) is { } limit)
            json.WriteNumber(_capabilities.TokenLimitField, limit);
        var reasoning = ReasoningFit.ByEffort(_request.Reasoning, _capabilities, _losses);
        if (_request.Reasoning.Display is not null)
            _losses.Drop("thinking.display");
        if (reasoning.Effort is { } effort)
            json.WriteString("reasoning_effort"u8, effort);
        SamplingFit.WritePair(_request, json, "top_p", double.MaxValue, SamplingFit.IsTaken(_capabilities, thinks: false, reasoning.Effort), _capabilities, _losses);
        StopFit.Write(json, "stop"u8, StopFit.Of(_request.Stops, _capabilities, allowsBlank: true, _losses));
        WriteTools(json);
        WriteFormat(json, format);
        WriteIdentity(json);
        WriteOwnFields(json);
        WriteStream(json);
        json.WriteEndObject();
        json.Flush();
        _request.DropFields(_losses);
        return new WrittenRequest(body.WrittenSpan.ToArray(), _losses, _tools.Naming);
    }

    private void WriteTools(Utf8JsonWriter json)
    {
        var functions = false;
        foreach (var tool in _tools.Tools)
        {
            if (tool.Kind == ToolKind.WebSearch)
                continue;
            if (!functions)
                json.WriteStartArray("tools"u8);
            functions = true;
            WriteTool(json, tool);
        }

        if (functions)
        {
            json.WriteEndArray();
            WriteChoice(json);
            if (_tools.IsParallel is { } parallel)
                json.WriteBoolean("parallel_tool_calls"u8, parallel);
        }
        else if (_tools.Mode != ToolMode.Unset)
        {
            _losses.Drop("tool_choice");
        }

        foreach (var tool in _tools.Tools)
        {
            if (tool.Kind == ToolKind.WebSearch)
                WriteWebSearch(json, tool);
        }
    }

    private void WriteTool(Utf8JsonWriter json, Tool tool)
    {
        json.WriteStartObject();
        json.WriteString("type"u8, "function"u8);
        json.WriteStartObject("function"u8);
        json.WriteString("name"u8, tool.SentName);
        tool.Description?.CopyRaw(json, "description");
        json.WritePropertyName("parameters"u8);
        SchemaFit.WriteTool(json, tool, _capabilities.Schemas, _losses);
        if (tool.IsStrict is { } strict)
            json.WriteBoolean("strict"u8, StrictFit.Of(strict, tool.Schema, tool.StrictPlace, _capabilities, _losses));
        json.WriteEndObject();
        json.WriteEndObject();
        if (tool.Cache is not null)
            _losses.Drop("tools.cache_control");
    }

    private void WriteChoice(Utf8JsonWriter json)
    {
        switch (_tools.Mode)
        {
            case ToolMode.Unset:
                break;
            case ToolMode.One when _tools.Chosen is { Kind: not ToolKind.WebSearch } chosen:
                json.WriteStartObject("tool_choice"u8);
                json.WriteString("type"u8, "function"u8);
                json.WriteStartObject("function"u8);
                json.WriteString("name"u8, chosen.SentName);
                json.WriteEndObject();
                json.WriteEndObject();
                break;
            default:
                json.WriteString("tool_choice"u8, _tools.Mode is ToolMode.Any ? "required"u8 : _tools.Mode is ToolMode.None ? "none"u8 : "auto"u8);
                break;
        }
    }

    // {search_context_size, user_location: {type: approximate, approximate: {city, …}}}
    private void WriteWebSearch(Utf8JsonWriter json, Tool search)
    {
        json.WriteStartObject("web_search_options"u8);
        search.SearchSize?.CopyRaw(json, "search_context_size");
        if (search.UserPlace is { } place)
        {
            json.WriteStartObject("user_location"u8);
            json.WriteString("type"u8, "approximate"u8);
            json.WriteStartObject("approximate"u8);
            foreach (var (name, field) in place.Fields())
            {
                if (name != "type")
                    field.CopyText(json, name);
            }

            json.WriteEndObject();
            json.WriteEndObject();
        }

        json.WriteEndObject();
        if (search.SearchedSites is not null)
            _losses.Drop(_request.Source == ApiFormat.Responses ? "tools.filters" : "tools.allowed_domains");
        if (search.LeftOutSites is not null)
            _losses.Drop("tools.blocked_domains");
    }

    private void WriteFormat(Utf8JsonWriter json, FormatFit format)
    {
        if (format.Means is not (FormatMeans.Schema or FormatMeans.JsonMode))
            return;
        json.WriteStartObject("response_format"u8);
        if (format.Means == FormatMeans.JsonMode)
        {
            json.WriteString("type"u8, "json_object"u8);
            json.WriteEndObject();
            return;
        }

        json.WriteString("type"u8, "json_schema"u8);
        json.WriteStartObject("json_schema"u8);
        OpenAiFormat.WriteSchema(json, _request.Format!, _capabilities, _losses);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private void WriteIdentity(Utf8JsonWriter json)
    {
        if (_request.Take("user") is { } user)
            user.CopyText(json, "user");
        else if (_request.User is { Name: "metadata.user_id" } id)
            json.WriteString("user"u8, UserFit.ForOpenAi(id.Field.Text));
        if (_request.Source == ApiFormat.Messages)
            OpenAiTier.Write(json, _request, _losses);
        if (_request.Take("mcp_servers") is not null)
            _losses.Drop("mcp_servers");
    }

    // What OpenAI's other format has under the same name, or nearly.
    private void WriteOwnFields(Utf8JsonWriter json)
    {
        if (_request.Take("top_logprobs") is { } count)
        {
            json.WriteBoolean("logprobs"u8, true);
            json.WriteNumber("top_logprobs"u8, count.Count(0));
        }
        else if (_request.WantsProbabilities is not null)
        {
            json.WriteBoolean("logprobs"u8, true);
        }

        if (_capabilities.OpenAiFields)
        {
            foreach (var name in OpenAiTexts)
                _request.Take(name)?.CopyText(json, name);
            _request.Take("text.verbosity")?.CopyText(json, "verbosity");
            _request.Take("metadata")?.AsObject().CopyRaw(json, "metadata");
            if (_request.Take("store") is { } store)
                json.WriteBoolean("store"u8, store.Flag);
        }
        else if (_request.Take("store") is { Flag: true })
        {
            _losses.Drop("store");
        }
    }

    private void WriteStream(Utf8JsonWriter json)
    {
        if (!_request.IsStream)
            return;
        json.WriteBoolean("stream"u8, true);
        if (_capabilities.StreamOptions)
            json.WriteRaw("stream_options"u8, """{"include_usage":true}"""u8);
    }
}

/// <summary>Writes the turns of a request as Chat messages.</summary>
/// <remarks>
/// The results of calls are <c>tool</c> messages right behind them. These hold text alone, so what else a tool brought is shown in the user's
/// name, in front of what the user says next.
/// </remarks>
internal sealed class ChatTurnWriter(Utf8JsonWriter json, Request request, ModelCapabilities capabilities, ToolNaming naming, Losses losses)
{
    // Says no more than that there was none.
    private const string NoThought = "(no reasoning was recorded)";

    private readonly List<(CallPart Call, Part Part)> _pictures = [];
    private bool _isEmpty = true;

    /// <summary>Writes <c>messages</c>.</summary>
    /// <param name="advice">A line for the system prompt; empty for none.</param>
    public void Write(string advice)
    {
        json.WriteStartArray("messages"u8);
        WriteSystem(advice);
        foreach (var turn in request.Turns)
            WriteTurn(turn);
        WritePictures();
        if (_isEmpty)
            throw new InvalidRequestException(request.Source == ApiFormat.Responses ? "input" : "messages", "has nothing for the model to answer");
        json.WriteEndArray();
    }

    private void WriteSystem(string advice)
    {
        if (capabilities.OneSystemMessage)
        {
            var text = string.Join("\n\n", new[] { SystemTexts.Join(request), advice }.Where(part => part.Length > 0));
            if (text.Length > 0)
                WriteMessage("system"u8, text);
            foreach (var (texts, _) in request.SystemMessages)
                MarkFit.Drop(texts, request, isSystem: true, losses);
        }
        else
        {
            foreach (var (texts, isDeveloper) in request.SystemMessages)
            {
                MarkFit.Drop(texts, request, isSystem: true, losses);
                WriteSystemMessage(texts, isDeveloper);
            }

            if (advice.Length > 0)
                WriteMessage("system"u8, advice);
        }
    }

    private void WriteSystemMessage(IReadOnlyList<Part> texts, bool isDeveloper)
    {
        var role = isDeveloper && capabilities.DeveloperRole ? "developer"u8 : "system"u8;
        if (texts is [TextPart only])
        {
            Begin(role);
            only.Text.Write(json, "content"u8);
            json.WriteEndObject();
        }
        else if (SystemTexts.Join(request, texts) is { Length: > 0 } text)
        {
            WriteMessage(role, text);
        }
    }

    private void WriteMessage(ReadOnlySpan<byte> role, string text)
    {
        Begin(role);
        json.WriteString("content"u8, text);
        json.WriteEndObject();
    }

    private void Begin(ReadOnlySpan<byte> role)
    {
        _isEmpty = false;
        json.WriteStartObject();
        json.WriteString("role"u8, role);
    }

    private void WriteTurn(Turn turn)
    {
        MarkFit.Drop(turn.Parts, request, isSystem: false, losses);
        switch (turn.Role)
        {
            case Role.Assistant:
                WritePictures();
                WriteAssistant(turn);
                break;
            case Role.System when !capabilities.OneSystemMessage:
                WriteSystemMessage(turn.Parts, turn.IsDeveloper);
                break;
            default:
                WriteUser(turn.Parts);
                break;
        }
    }

    // Plain text where there is nothing but text, one line for each part: every provider takes that, not every one takes parts.
    private void WriteUser(List<Part> parts)
    {
        if (_pictures.Count == 0 && parts is [TextPart only])
        {
            Begin("user"u8);
            only.Text.Write(json, "content"u8);
            json.WriteEndObject();
            return;
        }

        var spoken = parts.TrueForAll(part => part is TextPart or SearchResultPart or FilePart { Content.Kind: AttachmentKind.Text });
        if (_pictures.Count == 0 && spoken)
        {
            WriteMessage("user"u8, string.Join('\n', parts.Select(TextOf)));
            return;
        }

        Begin("user"u8);
        json.WriteStartArray("content"u8);
        WritePictureParts();
        foreach (var part in parts)
            WritePart(part);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static string TextOf(Part part) => part switch
    {
        TextPart text => text.Text.ToString(),
        SearchResultPart found => found.AllText,
        FilePart file => file.AllText,
        _ => "",
    };

    private void WritePart(Part part)
    {
        json.WriteStartObject();
        switch (part)
        {
            case ImagePart image:
                AttachmentFit.RequireImage(image, capabilities, commonTypes: false, takesStored: false);
                json.WriteString("type"u8, "image_url"u8);
                json.WriteStartObject("image_url"u8);
                if (image.Content.Kind == AttachmentKind.Url)
                    image.Content.Field.CopyText(json, "url");
                else
                    image.Content.WriteDataUrl(json, "url"u8, image.Content.ImageType);
                image.Detail?.CopyText(json, "detail");
                json.WriteEndObject();
                break;
            case FilePart { Content.Kind: not AttachmentKind.Text } file:
                WriteFile(file);
                break;
            case AudioPart sound:
                json.WriteString("type"u8, "input_audio"u8);
                sound.Sound.CopyRaw(json, "input_audio");
                break;
            default:
                json.WriteString("type"u8, "text"u8);
                if (part is TextPart text)
                    text.Text.Write(json, "text"u8);
                else
                    json.WriteString("text"u8, TextOf(part));
                break;
        }

        json.WriteEndObject();
    }

    private void WriteFile(FilePart file)
    {
        AttachmentFit.RequireFile(file, capabilities, takesStored: request.Source == ApiFormat.Responses);
        if (file.Content.Kind == AttachmentKind.Url)
            throw InvalidRequestException.Unfit(file.Content.Field.Path, "the provider takes no address of a file; send the content");
        if (file.Context is { } context)
        {
            json.WriteString("type"u8, "text"u8);
            context.CopyText(json, "text");
            json.WriteEndObject();
            json.WriteStartObject();
        }

        json.WriteString("type"u8, "file"u8);
        json.WriteStartObject("file"u8);
        if (file.Content.Kind == AttachmentKind.Stored)
            file.Content.Field.CopyText(json, "file_id");
        else
            file.Content.WriteDataUrl(json, "file_data"u8, file.Content.MediaType);
        if (file.Title is { } title)
            title.CopyText(json, "filename");
        else if (request.Source == ApiFormat.Messages)
            json.WriteString("filename"u8, "document.pdf"u8);
        json.WriteEndObject();
    }

    private void WriteAssistant(Turn turn)
    {
        var texts = turn.Parts.FindAll(part => part is TextPart { Text.IsEmpty: false });
        if (texts.Count == 0 && !turn.HasCalls)
        {
            // Nothing that the provider could be told.
            DropThoughts(turn, isWritten: false);
            return;
        }

        Begin("assistant"u8);
        if (texts.Count == 0)
            json.WriteNull("content"u8);
        else if (texts is [TextPart only])
            only.Text.Write(json, "content"u8);
        else
            json.WriteString("content"u8, string.Concat(texts.Select(TextOf)));
        WriteThoughts(turn);
        if (turn.HasCalls)
            WriteCalls(turn);
        json.WriteEndObject();
        foreach (var part in turn.Parts)
        {
            if (part is CallPart call)
                WriteResult(call);
        }
    }

    // Providers that write reasoning_content want it back beside tool calls, and some refuse it elsewhere; details come back everywhere.
    private void WriteThoughts(Turn turn)
    {
        var words = new System.Text.StringBuilder();
        List<byte[]>? details = null;
        var member = ThoughtMembers.ReasoningContent;
        foreach (var part in turn.Parts)
        {
            if (part is not ThoughtPart thought)
                continue;
            var read = ThoughtFit.ForChat(thought, capabilities);
            words.Append(read.Text);
            if (read.Details.Length > 0)
                (details ??= []).Add(read.Details);
            if (read.Text is not null)
                member = read.Member;
        }

        var comesBack = words.Length > 0 && turn.HasCalls && capabilities.ReasoningContent;
        if (comesBack)
            json.WriteString(member is ThoughtMembers.Reasoning ? member : ThoughtMembers.ReasoningContent, words.ToString());
        else if (turn.HasCalls && capabilities.Reasoning.RequiresThoughtOfCalls)
            json.WriteString(ThoughtMembers.ReasoningContent, NoThought);
        if (details is not null)
        {
            json.WriteStartArray("reasoning_details"u8);
            foreach (var list in details)
                json.WriteRawValue(list.AsSpan()[1..^1], skipInputValidation: true);
            json.WriteEndArray();
        }

        DropThoughts(turn, comesBack || details is not null);
    }

    private void DropThoughts(Turn turn, bool isWritten)
    {
        foreach (var part in turn.Parts)
        {
            if (part is ThoughtPart thought && !(isWritten && IsWritten(thought)) && (thought.IsRedacted || !string.IsNullOrEmpty(thought.Text) || thought.State is not null || request.Source == ApiFormat.Responses))
                losses.Drop(thought.Place);
        }
    }

    private bool IsWritten(ThoughtPart thought)
    {
        var read = ThoughtFit.ForChat(thought, capabilities);
        return read.Details.Length > 0 || !string.IsNullOrEmpty(read.Text);
    }

    private void WriteCalls(Turn turn)
    {
        json.WriteStartArray("tool_calls"u8);
        foreach (var part in turn.Parts)
        {
            if (part is not CallPart call)
                continue;
            json.WriteStartObject();
            json.WriteString("id"u8, Id(call, out var extra));
            json.WriteString("type"u8, "function"u8);
            json.WriteStartObject("function"u8);
            json.WriteString("name"u8, naming.ForProvider(call.Name, call.Namespace));
            CallInput.WriteText(json, "arguments"u8, call);
            json.WriteEndObject();
            if (extra.Length > 0)
                json.WriteRaw("extra_content"u8, extra);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private void WriteResult(CallPart call)
    {
        var result = call.Result!;
        Begin("tool"u8);
        json.WriteString("tool_call_id"u8, Id(call, out _));
        if (!result.IsError && result.Content is [TextPart only])
            only.Text.Write(json, "content"u8);
        else
            json.WriteString("content"u8, result.MarkedText);
        json.WriteEndObject();
        MarkFit.Drop(result, request, losses);
        foreach (var part in result.Content)
        {
            if (part is not (TextPart or SearchResultPart))
                _pictures.Add((call, part));
        }
    }

    private string Id(CallPart call, out byte[] extra) => capabilities.ToolIds == ToolIdRule.AsGiven
        ? ToolCallId.Reveal(call.Id, out extra)
        : ChatToolCallId.ForProvider(call.Id, capabilities.ShortToolIds, out extra);

    // What tools brought, where the user says nothing next.
    private void WritePictures()
    {
        if (_pictures.Count == 0)
            return;
        Begin("user"u8);
        json.WriteStartArray("content"u8);
        WritePictureParts();
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private void WritePictureParts()
    {
        CallPart? last = null;
        foreach (var (call, part) in _pictures)
        {
            if (call != last)
                WritePart(new TextPart($"Image from tool result {call.Id}:"));
            last = call;
            WritePart(part);
        }

        _pictures.Clear();
    }
}
