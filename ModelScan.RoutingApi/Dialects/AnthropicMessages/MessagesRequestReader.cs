using ModelScan.RoutingApi.Dialects.Canonical;

namespace ModelScan.RoutingApi.Dialects.AnthropicMessages;

/// <summary>Reads what a Messages request wants (https://docs.anthropic.com/en/api/messages).</summary>
internal sealed class MessagesRequestReader
{
    // Claude Code's first system block tells Anthropic's billing which client it is; no model needs it.
    private const string BillingHeader = "x-anthropic-billing-header";

    private readonly Request _request;
    private readonly Conversation _conversation;
    private readonly MessagesBlocks _blocks;

    private MessagesRequestReader(RequestField root)
    {
        _request = new Request(ApiFormat.Messages, root);
        _conversation = new Conversation(_request);
        _blocks = new MessagesBlocks(_request.Losses);
    }

    /// <summary>Reads <paramref name="root"/>.</summary>
    /// <exception cref="InvalidRequestException">It is not a request of this format, or asks for what only Anthropic has.</exception>
    public static Request Read(RequestField root)
    {
        var reader = new MessagesRequestReader(root);
        foreach (var (name, field) in root.Fields())
            reader.ReadField(name, field);
        reader.ReadMessages(root.Get("messages"));
        reader._request.Reasoning = reader.ReadReasoning(root);
        reader._request.Format = reader.ReadFormat(root);
        MessagesTools.Read(root, reader._request, reader._blocks.References);
        return reader._request;
    }

    private void ReadField(string name, RequestField field)
    {
        switch (name)
        {
            case "model" or "messages" or "tools" or "tool_choice" or "thinking" or "output_config" or "output_format":
                break;
            case "system":
                if (ReadSystem(field, "system") is { Count: > 0 } texts)
                    _request.SystemMessages.Add((texts, false));
                break;
            case "max_tokens":
                _request.Limit = new NamedField(name, field);
                break;
            case "stop_sequences":
                _request.Stops = new NamedField(name, field);
                break;
            case "stream":
                _request.IsStream = field.Flag;
                break;
            case "metadata":
                foreach (var (member, value) in field.Fields())
                {
                    if (member == "user_id")
                        _request.User = new NamedField("metadata.user_id", value);
                    else
                        _request.Losses.Drop($"metadata.{member}");
                }

                break;
            case "mcp_servers" when field.IsEmptyList:
                break;
            case "container":
                throw field.Refuse("only Anthropic has its containers");
            default:
                _request.AddField(name, field);
                break;
        }
    }

    private List<TextPart> ReadSystem(RequestField system, string place)
    {
        if (system.IsText)
            return system.IsEmptyText ? [] : [new TextPart(new SourceText(system), system)];
        var texts = new List<TextPart>();
        foreach (var block in system.Items())
        {
            if (block.GetText("type") is not "text" and var type)
            {
                // The system prompt is what is asked now; a system message may record something.
                if (place == "system")
                    throw block.Get("type").Refuse("must be text");
                _blocks.ReadRecord(block, type, []);
                continue;
            }

            _request.Losses.DropOthers(block, place, "type", "text", "cache_control");

            var text = block.Get("text").AsText();
            if (text.Raw.Length > BillingHeader.Length && text.Text.StartsWith(BillingHeader, StringComparison.OrdinalIgnoreCase))
                _request.Losses.Drop($"{place}.{BillingHeader}");
            else if (!text.IsEmptyText)
                texts.Add(new TextPart(new SourceText(text), block) { Cache = block.Find("cache_control")?.AsObject() });
        }

        return texts;
    }

    private void ReadMessages(RequestField messages)
    {
        var left = messages.IsArray ? messages.Value.GetArrayLength() : 0;
        foreach (var message in messages.Items())
        {
            _blocks.IsHistory = --left > 0;
            _request.Losses.DropOthers(message, "messages", "role", "content");

            var role = message.Get("role");
            var content = message.Get("content");
            switch (role.Text)
            {
                case "user":
                    _blocks.ReadUser(content, _conversation, _conversation.NewTurn(Role.User));
                    break;
                case "assistant":
                    // Turns of one speaker may come in pieces.
                    _blocks.ReadAssistant(content, _conversation, _conversation.Turn(Role.Assistant));
                    break;
                case "system":
                    _conversation.NewTurn(Role.System).Parts.AddRange(ReadSystem(content, "messages.content"));
                    break;
                default:
                    throw role.Refuse("must be user, assistant or system");
            }
        }

        _conversation.Complete();
    }

    // thinking: {"type": "enabled", "budget_tokens": 4096} | {"type": "adaptive", "display": "omitted"} | {"type": "disabled"} |
    // {"type": "between_tools"}; output_config: {"effort": "max"}
    private ReasoningWish ReadReasoning(RequestField root)
    {
        var wish = ReasoningWish.None;
        if (root.Find("thinking") is { } thinking)
            wish = ReadThinking(thinking);
        if (root.Find("output_config")?.Find("effort") is not { } effort)
            return wish;
        if (effort.Text is not ("low" or "medium" or "high" or "xhigh" or "max"))
            throw effort.Refuse("must be low, medium, high, xhigh or max");
        return wish with { Effort = effort.Text, EffortPlace = "output_config.effort" };
    }

    private ReasoningWish ReadThinking(RequestField thinking)
    {
        var shows = thinking.FindText("display") != "omitted";
        _request.Losses.DropOthers(thinking, "thinking", "type", "budget_tokens", "display");

        var wish = new ReasoningWish { Place = "thinking", Display = thinking.Find("display") };
        switch (thinking.GetText("type"))
        {
            case "enabled":
                return wish with { Thinks = true, Shows = shows, Budget = thinking.Get("budget_tokens").Count(1) };
            case "adaptive":
                return wish with { Thinks = true, Shows = shows };
            case "disabled":
                return wish with { IsOff = true };
            default:
                // between_tools (no thought in front of the answer), or something newer: the model's own habit.
                _request.Losses.Change("thinking.type");
                return wish with { IsOff = thinking.GetText("type") == "between_tools" };
        }
    }

    // output_config: {"format": {"type": "json_schema", "schema": {…}}}; before that output_format: {"type", "schema"}
    private FormatWish? ReadFormat(RequestField root)
    {
        var config = root.Find("output_config");
        _request.Losses.DropOthers(config, "output_config", "format", "effort");

        var place = config?.Find("format") is null ? "output_format" : "output_config.format";
        if ((config?.Find("format") ?? root.Find("output_format")) is not { } format)
            return null;
        if (format.GetText("type") is not "json_schema")
            throw format.Get("type").Refuse("must be json_schema");
        return new FormatWish(place) { Schema = format.Get("schema").AsObject(), SchemaPlace = $"{place}.schema", IsStrict = true };
    }
}
