using System.Text;
using ModelScan.RoutingApi.Dialects.Capabilities;
using ModelScan.RoutingApi.Dialects.OpenAiChat;

namespace ModelScan.RoutingApi.Dialects.Translation;

/// <summary>Turns content blocks of a Messages user turn (<c>text</c>, <c>image</c>, <c>document</c>, …) into parts of a Chat message.</summary>
internal sealed class MessagesToChatParts(ModelCapabilities capabilities, DroppedFields dropped)
{
    private const string Target = "a Chat Completions provider";

    /// <summary>Bytes of base64 in all parts: they say nothing of the number of tokens.</summary>
    public long EncodedBytes { get; private set; }

    /// <summary>How many images and files there are.</summary>
    public long EncodedParts { get; private set; }

    /// <summary>Adds the block's parts.</summary>
    public void Add(List<ChatPart> parts, RequestField block)
    {
        NoteDropped(block, "messages.content");
        var type = block.GetText("type");
        switch (type)
        {
            case "text":
                parts.Add(ChatPart.OfText(block.GetText("text")));
                break;
            case "image":
                parts.Add(Image(block));
                break;
            case "document":
                AddDocument(parts, block);
                break;
            case "search_result":
                parts.Add(ChatPart.OfText($"{block.GetText("title")}\n{block.GetText("source")}\n{TextOf(block.Get("content"))}"));
                break;
            default:
                throw block.RefuseKind(type, Target);
        }
    }

    /// <summary>The text of a tool result; its images and files are added to <paramref name="others"/>, as tool messages hold text only.</summary>
    public string ResultText(RequestField? content, List<ChatPart> others)
    {
        if (content is not { } given)
            return "";
        if (given.IsText)
            return given.Text;
        var text = new StringBuilder();
        foreach (var block in given.Items())
        {
            NoteDropped(block, "messages.content.content");
            switch (block.GetText("type"))
            {
                case "text":
                    Append(text, block.GetText("text"));
                    break;
                case "tool_reference":
                    Append(text, block.GetText("tool_name"));
                    break;
                case "search_result":
                    Append(text, $"{block.GetText("title")}\n{block.GetText("source")}\n{TextOf(block.Get("content"))}");
                    break;
                default:
                    Add(others, block);
                    break;
            }
        }

        return text.ToString();
    }

    /// <summary>Notes the fields of a block that the Chat format does not have.</summary>
    public void NoteDropped(RequestField block, string path)
    {
        foreach (var (name, _) in block.Fields())
        {
            if (name is not ("type" or "text" or "source" or "title" or "context" or "content" or "tool_name"))
                dropped.Add($"{path}.{name}");
        }
    }

    // {"source": {"type": "base64", "media_type": "image/png", "data": "…"} | {"type": "url", "url": "…"}}
    private ChatPart Image(RequestField block)
    {
        if (!capabilities.Images)
            throw block.Refuse("the model takes no images");
        var source = block.Get("source");
        var type = source.GetText("type");
        switch (type)
        {
            case "base64":
                return ChatPart.OfImage(DataUrlOf(source));
            case "url":
                EncodedParts++;
                return ChatPart.OfImage(source.GetText("url"));
            default:
                throw source.RefuseKind(type, Target);
        }
    }

    private void AddDocument(List<ChatPart> parts, RequestField block)
    {
        var source = block.Get("source");
        var title = block.FindText("title");
        var context = block.FindText("context");
        var type = source.GetText("type");
        switch (type)
        {
            case "base64":
                if (!capabilities.Files)
                    throw block.Refuse("the model takes no document blocks (files)");
                if (context is not null)
                    parts.Add(ChatPart.OfText(context));
                parts.Add(ChatPart.OfFile(title ?? "document.pdf", DataUrlOf(source)));
                break;
            case "text":
                parts.Add(ChatPart.OfText(Titled(title, context, source.GetText("data"))));
                break;
            case "content":
                var content = source.Get("content");
                if (content.IsText)
                {
                    parts.Add(ChatPart.OfText(Titled(title, context, content.Text)));
                    break;
                }

                if (title is not null || context is not null)
                    parts.Add(ChatPart.OfText(Titled(title, context, null)));
                foreach (var inner in content.Items())
                {
                    NoteDropped(inner, "messages.content.source.content");
                    parts.Add(inner.GetText("type") switch
                    {
                        "text" => ChatPart.OfText(inner.GetText("text")),
                        "image" => Image(inner),
                        _ => throw inner.Get("type").Refuse("must be text or image"),
                    });
                }

                break;
            default:
                throw source.RefuseKind(type, Target);
        }
    }

    private string DataUrlOf(RequestField source)
    {
        var data = source.GetText("data");
        EncodedBytes += data.Length;
        EncodedParts++;
        return new DataUrl(source.GetText("media_type"), data).ToString();
    }

    private static string Titled(string? title, string? context, string? data)
    {
        var text = new StringBuilder();
        foreach (var part in (ReadOnlySpan<string?>)[title, context, data])
        {
            if (part is not null)
                Append(text, part);
        }

        return text.ToString();
    }

    private static string TextOf(RequestField content)
    {
        if (content.IsText)
            return content.Text;
        var text = new StringBuilder();
        foreach (var block in content.Items())
            Append(text, block.GetText("text"));
        return text.ToString();
    }

    private static void Append(StringBuilder text, string part)
    {
        if (text.Length > 0)
            text.Append('\n');
        text.Append(part);
    }
}
