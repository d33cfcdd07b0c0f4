using System.Collections.Frozen;
using ModelScan.RoutingApi.Dialects.Canonical;
using ModelScan.RoutingApi.Dialects.Translation;

namespace ModelScan.RoutingApi.Dialects.AnthropicMessages;

/// <summary>Reads content blocks of Messages turns.</summary>
internal sealed class MessagesBlocks(Losses losses)
{
    private const string Place = "messages.content";
    private const string Target = "a model of another vendor";

    private HashSet<string>? _references;

    /// <summary>Whether what is read now has been answered before: what nobody knows of it is reported there, and refused where it is asked now.</summary>
    public bool IsHistory { get; set; }

    /// <summary>Names of tools that a search found, or that were called: they are loaded, if their definitions were deferred.</summary>
    public IReadOnlySet<string> References => _references ?? (IReadOnlySet<string>)FrozenSet<string>.Empty;

    /// <summary>Reads what a user says.</summary>
    public void ReadUser(RequestField content, Conversation conversation, Turn turn)
    {
        if (TextPart.TryRead(content, turn.Parts))
            return;
        foreach (var block in content.Items())
        {
            if (block.GetText("type") == "tool_result")
                conversation.AddResult(turn, ReadResult(block));
            else
                ReadBlock(block, turn.Parts);
        }
    }

    /// <summary>Reads what the assistant said.</summary>
    public void ReadAssistant(RequestField content, Conversation conversation, Turn turn)
    {
        if (TextPart.TryRead(content, turn.Parts))
            return;
        foreach (var block in content.Items())
        {
            var type = block.GetText("type");
            switch (type)
            {
                case "text":
                    ReadBlock(block, turn.Parts);
                    break;
                case "tool_use":
                    conversation.AddCall(turn, ReadCall(block));
                    break;
                case "thinking":
                    NoteDropped(block, "type", "thinking", "signature");
                    turn.Parts.Add(new ThoughtPart("messages.content.thinking", block)
                    {
                        Text = block.GetText("thinking"),
                        State = block.FindText("signature"),
                        Family = SealedReasoning.Anthropic,
                    });
                    break;
                case "redacted_thinking":
                    NoteDropped(block, "type", "data");
                    turn.Parts.Add(new ThoughtPart("messages.content.redacted_thinking", block) { State = block.FindText("data"), IsRedacted = true, Family = SealedReasoning.Anthropic });
                    break;
                case "server_tool_use" or "mcp_tool_use":
                case var _ when type.EndsWith("_tool_result", StringComparison.Ordinal):
                    // Ran at Anthropic; the texts around it say what came of it.
                    losses.Drop($"{Place}.{type}");
                    break;
                default:
                    ReadRecord(block, type, turn.Parts);
                    break;
            }
        }
    }

    private CallPart ReadCall(RequestField block)
    {
        NoteDropped(block, "type", "id", "name", "input", "caller", "cache_control");
        var name = block.GetText("name");
        AddReference(name);
        return new CallPart(block.GetText("id"), name, block)
        {
            Input = block.Find("input") is { } input ? input.AsObject() : null,
            Cache = CacheOf(block),
        };
    }

    // {"type": "tool_result", "tool_use_id": "…", "content": "…" | [blocks], "is_error": true}
    private ResultPart ReadResult(RequestField block)
    {
        NoteDropped(block, "type", "tool_use_id", "content", "is_error", "cache_control");
        var parts = new List<Part>();
        var content = block.Find("content");
        if (content is { IsText: true } text)
        {
            parts.Add(new TextPart(new SourceText(text), text));
        }
        else if (content is { } list)
        {
            foreach (var inner in list.Items())
                ReadBlock(inner, parts);
        }

        return new ResultPart(block.GetText("tool_use_id"), parts, block)
        {
            IsError = block.Find("is_error") is { Flag: true },
            IsPlain = content is not { IsArray: true },
            Cache = CacheOf(block),
        };
    }

    private void ReadBlock(RequestField block, List<Part> parts)
    {
        var type = block.GetText("type");
        switch (type)
        {
            case "text":
                NoteDropped(block, "type", "text", "cache_control");
                parts.Add(new TextPart(new SourceText(block.Get("text")), block) { Cache = CacheOf(block) });
                break;
            case "image":
                NoteDropped(block, "type", "source", "cache_control");
                parts.Add(new ImagePart(ReadSource(block.Get("source")), block) { Cache = CacheOf(block) });
                break;
            case "document":
                ReadDocument(block, parts);
                break;
            case "search_result":
                NoteDropped(block, "type", "title", "source", "content", "citations", "cache_control");
                parts.Add(new SearchResultPart(block)
                {
                    Title = new SourceText(block.Get("title")),
                    Source = new SourceText(block.Get("source")),
                    Texts = TextsOf(block.Get("content")),
                    IsCited = IsCited(block),
                    Cache = CacheOf(block),
                });
                break;
            case "tool_reference":
                NoteDropped(block, "type", "tool_name", "cache_control");
                AddReference(block.GetText("tool_name"));
                parts.Add(new TextPart(new SourceText(block.Get("tool_name")), block) { Cache = CacheOf(block) });
                break;
            case "compaction" or "fallback" or "tool_addition" or "tool_removal":
            case var _ when IsHistory:
                ReadRecord(block, type, parts);
                break;
            default:
                throw block.RefuseKind(type, Target);
        }
    }

    /// <summary>
    /// Reads what stands in a conversation for the record: that it was summarised (<c>{"type": "compaction", "content": "…"}</c>, in whose place the
    /// summary is), that another model took over, which tools came and went; or something that is not known yet.
    /// </summary>
    public void ReadRecord(RequestField block, string type, List<Part> parts)
    {
        losses.Drop($"{Place}.{type}");
        if (type == "compaction" && block.Find("content") is { IsText: true, IsEmptyText: false } summary)
            parts.Add(new TextPart(new SourceText(summary), block));
    }

    // {"type": "document", "title": "d.pdf", "context": "…", "source": {"type": "base64" | "url" | "text" | "content" | "file", …}}
    private void ReadDocument(RequestField block, List<Part> parts)
    {
        NoteDropped(block, "type", "source", "title", "context", "citations", "cache_control");
        var source = block.Get("source");
        if (source.GetText("type") == "content")
        {
            ReadInner(block, source.Get("content"), parts);
            return;
        }

        var content = ReadSource(source);
        parts.Add(new FilePart(content, block)
        {
            Title = block.Find("title")?.AsText(),
            Context = block.Find("context")?.AsText(),
            Text = content.Kind == AttachmentKind.Text ? content.Field : null,
            IsCited = IsCited(block),
            Cache = CacheOf(block),
        });
    }

    // A document made of blocks: its texts and images, one by one, under its title.
    private void ReadInner(RequestField block, RequestField content, List<Part> parts)
    {
        var head = string.Join('\n', new[] { block.FindText("title"), block.FindText("context"), content.IsText ? content.Text : null }.Where(part => part is not null));
        if (head.Length > 0)
            parts.Add(new TextPart(head));
        if (content.IsText)
            return;
        foreach (var inner in content.Items())
        {
            if (inner.GetText("type") is not ("text" or "image"))
                throw inner.Get("type").Refuse("must be text or image");
            ReadBlock(inner, parts);
        }
    }

    private static Attachment ReadSource(RequestField source)
    {
        var type = source.GetText("type");
        return type switch
        {
            "base64" => Attachment.OfBytes(source.Get("data"), source.Get("media_type")),
            "url" => new Attachment(AttachmentKind.Url, source.Get("url").AsText()),
            "text" => new Attachment(AttachmentKind.Text, source.Get("data").AsText()),
            "file" => new Attachment(AttachmentKind.Stored, source),
            _ => throw source.RefuseKind(type, Target),
        };
    }

    private static List<SourceText> TextsOf(RequestField content)
    {
        if (content.IsText)
            return [new SourceText(content)];
        var texts = new List<SourceText>();
        foreach (var block in content.Items())
            texts.Add(new SourceText(block.Get("text")));
        return texts;
    }

    private static bool IsCited(RequestField block) => block.Find("citations")?.Find("enabled") is { Flag: true };

    private static RequestField? CacheOf(RequestField block) => block.Find("cache_control")?.AsObject();

    private void NoteDropped(RequestField block, params ReadOnlySpan<string> known) => losses.DropOthers(block, Place, known);

    private void AddReference(string name) => (_references ??= new HashSet<string>(StringComparer.Ordinal)).Add(name);
}
