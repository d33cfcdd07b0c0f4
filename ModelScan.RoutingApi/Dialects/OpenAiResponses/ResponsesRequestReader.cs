using System.Text;
using ModelScan.RoutingApi.Dialects.Canonical;
using ModelScan.RoutingApi.Dialects.OpenAiChat;
using ModelScan.RoutingApi.Dialects.OpenAiResponses.Compaction;
using ModelScan.RoutingApi.Dialects.Translation;

namespace ModelScan.RoutingApi.Dialects.OpenAiResponses;

/// <summary>Reads what a Responses request wants (https://platform.openai.com/docs/api-reference/responses/create).</summary>
internal sealed class ResponsesRequestReader
{
    private readonly Request _request;

    private ResponsesRequestReader(RequestField root) => _request = new Request(ApiFormat.Responses, root) { WantsThoughtState = false };

    /// <summary>Reads <paramref name="root"/>.</summary>
    /// <exception cref="InvalidRequestException">It is not a request of this format, or asks for what only its own provider keeps.</exception>
    public static Request Read(RequestField root)
    {
        var reader = new ResponsesRequestReader(root);
        var tools = new ResponsesToolReader(reader._request);
        if (root.Find("instructions") is { } instructions && !instructions.AsText().IsEmptyText)
            reader._request.SystemMessages.Add(([new TextPart(new SourceText(instructions), instructions)], false));
        foreach (var (name, field) in root.Fields())
            reader.ReadField(name, field);
        if (root.Find("tools") is { } given)
            tools.Read(given);
        var items = new ResponsesItems(reader._request, tools);
        items.Read(root.Get("input"));
        if (root.Find("tool_choice") is { } choice)
            tools.ReadChoice(choice);
        if (items.Compacts)
            CompactionRequest.Apply(reader._request);
        return reader._request;
    }

    private void ReadField(string name, RequestField field)
    {
        switch (name)
        {
            case "model" or "input" or "instructions" or "tools" or "tool_choice":
                break;
            case "parallel_tool_calls":
                _request.Tools.IsParallel = field.Flag;
                break;
            case "max_output_tokens":
                _request.Limit = new NamedField(name, field);
                break;
            case "stream":
                _request.IsStream = field.Flag;
                break;
            case "reasoning":
                _request.Reasoning = ReadReasoning(field);
                break;
            case "text":
                ReadText(field);
                break;
            case "include":
                ReadInclude(field);
                break;
            case "safety_identifier":
                _request.User = new NamedField(name, field);
                _request.AddField(name, field);
                break;
            case "user":
                _request.User ??= new NamedField(name, field);
                _request.AddField(name, field);
                break;
            case "previous_response_id" or "conversation" or "prompt":
                throw field.Refuse("refers to what another provider keeps; send the whole conversation as input");
            case "background" when field.Flag:
                throw field.Refuse("only a Responses provider answers in the background");
            case "background":
            case "truncation" when field.Text == "disabled":
                break;
            default:
                _request.AddField(name, field);
                break;
        }
    }

    // {"effort": "none" | "minimal" | "low" | "medium" | "high" | "xhigh", "summary": "auto" | …}
    private ReasoningWish ReadReasoning(RequestField reasoning)
    {
        var effort = reasoning.Find("effort");
        var summary = (reasoning.Find("summary") ?? reasoning.Find("generate_summary"))?.Text;
        _request.Losses.DropOthers(reasoning, "reasoning", "effort", "summary", "generate_summary");

        return new ReasoningWish
        {
            Effort = effort is { } word ? ChatRequestReader.EffortOf(word) : null,
            EffortPlace = "reasoning.effort",
            Place = "reasoning",
            Thinks = effort is null && summary is not null,
            IsImplied = effort is null,
            Shows = true,
            Summarizes = !string.IsNullOrEmpty(summary),
        };
    }

    // text: {format: {type: text|json_object|json_schema, name, schema, strict, description}, verbosity}
    private void ReadText(RequestField text)
    {
        foreach (var (name, field) in text.Fields())
        {
            if (name == "format")
                _request.Format = OpenAiFormat.Read(field, field.Find("json_schema") ?? field, "text.format", "text.format", _request.Losses); // some nest it as Chat Completions does
            else
                _request.AddField($"text.{name}", field);
        }
    }

    private void ReadInclude(RequestField include)
    {
        foreach (var what in include.Items())
        {
            switch (what.Text)
            {
                case "reasoning.encrypted_content":
                    _request.WantsThoughtState = true;
                    break;
                case "message.output_text.logprobs":
                    _request.WantsProbabilities = new NamedField("include", include);
                    break;
                default:
                    _request.Losses.Drop("include");
                    break;
            }
        }
    }
}

/// <summary>Reads the items of a Responses request's <c>input</c>.</summary>
/// <remarks>
/// Responses has a flat list. Messages are turns of their own; calls belong to the assistant's turn before them, and a thought to what
/// comes behind it.
/// </remarks>
internal sealed class ResponsesItems(Request request, ResponsesToolReader tools)
{
    private const string Call = "_call";
    private const string Output = "_output";

    private readonly Conversation _conversation = new(request);
    private readonly List<ThoughtPart> _thoughts = [];
    private Turn? _turn;

    /// <summary>Whether one of them asks for a shorter conversation instead of an answer.</summary>
    public bool Compacts { get; private set; }

    /// <summary>Reads <c>input</c>.</summary>
    public void Read(RequestField input)
    {
        if (input.IsText)
        {
            TextPart.TryRead(input, _conversation.NewTurn(Role.User).Parts);
            return;
        }

        if (!input.IsArray)
            throw input.Refuse("must be a string or an array");
        foreach (var item in input.Items())
            ReadItem(item);
        DropThoughts();
        _conversation.Complete();
    }

    private void ReadItem(RequestField item)
    {
        var type = item.FindText("type") ?? "message";
        switch (type)
        {
            case "message":
                ReadMessage(item);
                break;
            case "function_call":
                ReadCall(item, item.GetText("name"), item.Get("arguments").AsText(), isCustom: false);
                break;
            case "custom_tool_call":
                ReadCall(item, item.GetText("name"), item.Get("input").AsText(), isCustom: true);
                break;
            case "function_call_output" or "custom_tool_call_output":
                ReadOutput(item, item.GetText("call_id"), item.Get("output"));
                break;
            case "reasoning":
                DropThoughts();
                ReadThought(item);
                break;
            case "additional_tools":
                tools.Read(item.Get("tools"));
                break;
            case "tool_search_output":
                tools.Read(item.Get("tools"));
                if (item.FindText("call_id") is { Length: > 0 } search)
                    ReadOutput(item, search, item.Get("tools"));
                break;
            case "mcp_approval_response":
                ReadOutput(item, item.GetText("approval_request_id"), item);
                break;
            case "mcp_approval_request":
                ReadCall(item, "mcp_approval", item, isCustom: false, "id");
                break;
            case "agent_message":
                ReadParts(item.Get("content"), _conversation.NewTurn(Role.User).Parts, isAssistant: false);
                break;
            case "item_reference":
                throw item.Refuse("refers to a stored item, and nothing is stored here: send the item itself (store: false)");
            case "compaction" or "compaction_summary":
                ReadCompaction(item, type);
                break;
            case "compaction_trigger":
                Compacts = true;
                break;
            default:
                ReadToolItem(item, type);
                break;
        }
    }

    // shell_call, apply_patch_call, computer_call, tool_search_call …: tools that the client runs. Those of the provider have no call_id:
    // the messages around them say what came of it.
    private void ReadToolItem(RequestField item, string type)
    {
        // The result of a local shell names its call as its own id, in the API's first version.
        var id = item.FindText("call_id") ?? (type == "local_shell_call_output" ? item.FindText("id") : null);
        if (id is { Length: > 0 } && type.EndsWith(Output, StringComparison.Ordinal))
            ReadOutput(item, id, item.Find("output") ?? item);
        else if (id is { Length: > 0 } && type.EndsWith(Call, StringComparison.Ordinal))
            ReadCall(item, type[..^Call.Length], item.Find("action") ?? item.Find("operation") ?? item.Find("arguments") ?? item.Find("actions") ?? item, isCustom: false);
        else if (IsRecord(item, type))
            request.Losses.Drop($"input.{type}");
        else
            throw item.Get("type").Refuse($"'{type}' is not known here, and without it the request may mean something else");
    }

    // What an answer held, and says what happened; what only a client can have written says what is to happen.
    private static bool IsRecord(RequestField item, string type) =>
        type.EndsWith(Call, StringComparison.Ordinal) || type.EndsWith(Output, StringComparison.Ordinal) || type == "mcp_list_tools" || item.Find("id") is not null || item.Find("status") is not null;

    // What the gateway summarized, any model can be told; of what somebody else did, that there was something.
    private void ReadCompaction(RequestField item, string type)
    {
        DropThoughts();
        var summary = CompactionSeal.Open(item.FindText("encrypted_content"));
        if (summary is null)
            request.Losses.Drop($"input.{type}");
        _conversation.NewTurn(Role.User).Parts.Add(new TextPart(summary ?? CompactionSeal.Foreign));
    }

    private void ReadMessage(RequestField item)
    {
        request.Losses.DropOthers(item, "input", "type", "role", "content", "id", "status");

        var role = item.Get("role");
        var content = item.Get("content");
        switch (role.Text)
        {
            case "user":
                DropThoughts();
                ReadParts(content, _conversation.NewTurn(Role.User).Parts, isAssistant: false);
                break;
            case "assistant":
                _turn = _conversation.NewTurn(Role.Assistant);
                TakeThoughts(_turn);
                ReadParts(content, _turn.Parts, isAssistant: true);
                break;
            case "system" or "developer":
                ReadSystem(content, role.Text == "developer");
                break;
            default:
                throw role.Refuse("must be user, assistant, system or developer");
        }
    }

    private void ReadSystem(RequestField content, bool isDeveloper)
    {
        var parts = new List<Part>();
        ReadParts(content, parts, isAssistant: false);
        _conversation.AddSystem(parts, isDeveloper);
    }

    private void ReadCall(RequestField item, string name, RequestField input, bool isCustom, string idName = "call_id")
    {
        if (_thoughts.Count > 0 || request.Turns is not [.., { Role: Role.Assistant } last] || last != _turn)
            _turn = _conversation.NewTurn(Role.Assistant);
        TakeThoughts(_turn);
        _conversation.AddCall(_turn, new CallPart(item.GetText(idName), name, item) { Namespace = item.FindText("namespace"), Input = input, IsCustom = isCustom });
    }

    private void ReadOutput(RequestField item, string id, RequestField output)
    {
        DropThoughts();
        var parts = new List<Part>();
        if (output.IsText)
            parts.Add(new TextPart(new SourceText(output), output));
        else if (output.IsObject && item.FindText("type") == "computer_call_output")
            parts.Add(ReadImage(output));
        else if (output.IsArray && item.FindText("type") is "function_call_output" or "custom_tool_call_output")
            ReadParts(output, parts, isAssistant: false);
        else
            parts.Add(new TextPart(Encoding.UTF8.GetString(CompactJson.Of(output.Raw)), output));
        _conversation.AddResult(_conversation.ResultTurn(), new ResultPart(id, parts, item) { IsPlain = !output.IsArray && parts is [TextPart], IsError = item.FindText("status") == "failed" });
    }

    // {"type": "reasoning", "id": "rs_…", "summary": [{"text"}], "content": [{"text"}], "encrypted_content": "…"}
    private void ReadThought(RequestField item)
    {
        var text = Texts(item.Find("content"));
        _thoughts.Add(new ThoughtPart("input.reasoning", item)
        {
            Text = text.Length > 0 ? text : Texts(item.Find("summary")),
            State = item.FindText("encrypted_content"),
            Id = item.FindText("id"),
            Family = SealedReasoning.OpenAi,
        });
    }

    private static string Texts(RequestField? parts)
    {
        var text = new StringBuilder();
        foreach (var part in parts?.Items() ?? default)
        {
            if (part.FindText("text") is { Length: > 0 } piece)
                text.Append(text.Length > 0 ? "\n\n" : "").Append(piece);
        }

        return text.ToString();
    }

    private void TakeThoughts(Turn turn)
    {
        turn.Parts.AddRange(_thoughts);
        _thoughts.Clear();
    }

    private void DropThoughts()
    {
        if (_thoughts.Count > 0)
            request.Losses.Drop("input.reasoning");
        _thoughts.Clear();
    }

    private void ReadParts(RequestField content, List<Part> parts, bool isAssistant)
    {
        if (TextPart.TryRead(content, parts))
            return;
        if (!content.IsArray)
            throw content.Refuse("must be a string or an array");
        foreach (var part in content.Items())
        {
            var fields = part.Fields();
            while (fields.MoveNext())
            {
                if (!fields.IsOneOf("type", "text", "refusal", "image_url", "detail", "file_id", "file_url", "file_data", "filename", "input_audio") && !fields.Current.Field.IsEmptyList)
                    request.Losses.Drop($"input.content.{fields.Current.Name}");
            }

            parts.Add(ReadPart(part, isAssistant));
        }
    }

    private static Part ReadPart(RequestField part, bool isAssistant)
    {
        var type = part.Get("type");
        switch (type.Text)
        {
            case "input_text" or "output_text" or "text":
                return new TextPart(new SourceText(part.Get("text")), part);
            case "refusal":
                return new TextPart(new SourceText(part.Get("refusal")), part) { IsRefusal = isAssistant };
            case "input_image" when !isAssistant:
                return ReadImage(part);
            case "input_file" when !isAssistant:
                return ReadFile(part);
            case "input_audio" when !isAssistant:
                return new AudioPart(part.Get("input_audio").AsObject(), part);
            default:
                throw type.RefuseKind(type.Text, "a model");
        }
    }

    // {"type": "input_image", "image_url": "https://…" | "data:image/png;base64,…", "detail": "auto"}
    private static ImagePart ReadImage(RequestField part)
    {
        var content = part.Find("image_url") is null && part.Find("file_id") is { } id ? new Attachment(AttachmentKind.Stored, id) : Attachment.OfUrl(part.Get("image_url"));
        var detail = part.Find("detail")?.AsText();
        return new ImagePart(content, part) { Detail = detail is { Text: "auto" } ? null : detail, DetailPlace = "input.content.detail" };
    }

    // {"type": "input_file", "filename": "d.pdf", "file_data": "data:application/pdf;base64,…" | "file_url": "https://…"}
    private static FilePart ReadFile(RequestField part)
    {
        var content = part.Find("file_id") is { } id ? new Attachment(AttachmentKind.Stored, id)
            : part.Find("file_data") is { } data ? Attachment.OfData(data, "application/pdf")
            : Attachment.OfUrl(part.Get("file_url"));
        return new FilePart(content, part) { Title = part.Find("filename") is { } name && !name.AsText().IsEmptyText ? name : null };
    }
}
