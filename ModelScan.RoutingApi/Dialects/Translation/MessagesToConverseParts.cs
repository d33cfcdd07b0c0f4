using System.Text;
using System.Text.Json;
using ModelScan.RoutingApi.Dialects.AmazonConverse;
using ModelScan.RoutingApi.Dialects.Capabilities;

namespace ModelScan.RoutingApi.Dialects.Translation;

/// <summary>Turns content blocks of a Messages request (<c>text</c>, <c>image</c>, <c>document</c>, …) into Converse's.</summary>
internal sealed class MessagesToConverseParts(ModelCapabilities capabilities, DroppedFields dropped)
{
    /// <summary>For refusals.</summary>
    public const string Target = "Amazon Bedrock";

    private readonly DocumentNames _documents = new();

    /// <summary>Bytes of base64 in all parts: they say nothing of the number of tokens.</summary>
    public long EncodedBytes { get; private set; }

    /// <summary>How many images and files there are.</summary>
    public long EncodedParts { get; private set; }

    /// <summary>Adds a block of the user's, and the cache mark behind it.</summary>
    public void Add(ConverseTurn turn, RequestField block)
    {
        var type = block.GetText("type");
        switch (type)
        {
            case "text":
                NoteDropped(block, "type", "text", "cache_control");
                if (!turn.AddText(block.Get("text")))
                    return;
                break;
            case "image":
                NoteDropped(block, "type", "source", "cache_control");
                turn.Add(Image(block));
                break;
            case "document":
                AddDocument(turn, block);
                break;
            case "search_result":
                NoteDropped(block, "type", "title", "source", "content", "citations", "cache_control");
                turn.Add(SearchResult(block));
                break;
            default:
                throw block.RefuseKind(type, Target);
        }

        if (CachePoint(block) is { } point)
            turn.Add(point);
    }

    /// <summary>The mark behind a block of the conversation, if it has one that the model takes.</summary>
    public Action<Utf8JsonWriter>? CachePoint(RequestField block) => ConverseCachePoint.Of(block, capabilities.CachePoints, dropped, "messages.content.cache_control");

    /// <summary>The content of a tool result as Converse's blocks. A mark inside it ends up behind the result, where alone one can be.</summary>
    /// <param name="content">The content, if there is any.</param>
    /// <param name="mark">What to write behind the result.</param>
    public List<ConverseResultPart> Result(RequestField? content, ref Action<Utf8JsonWriter>? mark)
    {
        var blocks = new List<ConverseResultPart>();
        if (content is not { } given)
            return blocks;
        if (given.IsText)
        {
            blocks.Add(OfText(given));
            return blocks;
        }

        foreach (var block in given.Items())
        {
            var type = block.GetText("type");
            switch (type)
            {
                case "text":
                    NoteDropped(block, "type", "text", "cache_control");
                    blocks.Add(OfText(block.Get("text")));
                    break;
                case "image":
                    NoteDropped(block, "type", "source", "cache_control");
                    blocks.Add(new(Image(block)));
                    break;
                case "document":
                    blocks.Add(Document(block) is { } document ? new(document) : OfText(DocumentText(block)));
                    break;
                case "search_result":
                    NoteDropped(block, "type", "title", "source", "content", "citations", "cache_control");
                    blocks.Add(new(SearchResult(block)));
                    break;
                case "tool_reference":
                    NoteDropped(block, "type", "tool_name", "cache_control");
                    blocks.Add(OfText(block.GetText("tool_name")));
                    break;
                default:
                    throw block.RefuseKind(type, Target);
            }

            mark = CachePoint(block) ?? mark;
        }

        return blocks;
    }

    /// <summary>Notes the fields of a block that Converse does not have.</summary>
    public void NoteDropped(RequestField block, params ReadOnlySpan<string> known)
    {
        foreach (var (name, _) in block.Fields())
        {
            if (!known.Contains(name))
                dropped.Add($"messages.content.{name}");
        }
    }

    // {"source": {"type": "base64", "media_type": "image/png", "data": "…"}} → {"image": {"format": "png", "source": {"bytes": "…"}}}
    private Action<Utf8JsonWriter> Image(RequestField block)
    {
        if (!capabilities.Images)
            throw block.Refuse("the model takes no images");
        var source = block.Get("source");
        var data = Bytes(source, "images");
        var media = source.Get("media_type");
        var format = media.Text switch
        {
            "image/png" => "png",
            "image/jpeg" or "image/jpg" => "jpeg",
            "image/gif" => "gif",
            "image/webp" => "webp",
            _ => throw media.Refuse("must be image/png, image/jpeg, image/gif or image/webp"),
        };
        return json =>
        {
            json.WriteStartObject();
            json.WriteStartObject("image"u8);
            json.WriteString("format"u8, format);
            WriteBytes(json, data);
            json.WriteEndObject();
            json.WriteEndObject();
        };
    }

    private void AddDocument(ConverseTurn turn, RequestField block)
    {
        if (Document(block) is { } document)
        {
            turn.AddDocument(document);
            return;
        }

        // A document made of blocks: its texts and images, one by one, under its title.
        turn.AddText(DocumentHead(block));
        var content = block.Get("source").Get("content");
        if (content.IsText)
        {
            turn.AddText(content);
            return;
        }

        foreach (var inner in content.Items())
        {
            if (inner.GetText("type") is not ("text" or "image"))
                throw inner.Get("type").Refuse("must be text or image");
            Add(turn, inner);
        }
    }

    // {"document": {"format": "pdf", "name": "…", "source": {"bytes": "…"} | {"text": "…"}, "context": "…", "citations": {"enabled": true}}}
    private Action<Utf8JsonWriter>? Document(RequestField block)
    {
        NoteDropped(block, "type", "source", "title", "context", "citations", "cache_control");
        var source = block.Get("source");
        var isText = source.GetText("type") == "text";
        if (source.GetText("type") == "content")
            return null;
        if (!isText && !capabilities.Files)
            throw block.Refuse("the model takes no document blocks (files)");
        var data = isText ? source.Get("data") : Bytes(source, "documents");
        _ = data.Text;
        var format = isText ? "txt" : Format(source.Get("media_type"));
        var name = _documents.Add(block.FindText("title"));
        var context = block.FindText("context");
        var cites = block.Find("citations")?.Find("enabled") is { Flag: true };
        return json =>
        {
            json.WriteStartObject();
            json.WriteStartObject("document"u8);
            json.WriteString("format"u8, format);
            json.WriteString("name"u8, name);
            if (isText)
            {
                json.WriteStartObject("source"u8);
                data.CopyText(json, "text");
                json.WriteEndObject();
            }
            else
            {
                WriteBytes(json, data);
            }

            if (!string.IsNullOrEmpty(context))
                json.WriteString("context"u8, context);
            if (cites)
                WriteCitations(json);
            json.WriteEndObject();
            json.WriteEndObject();
        };
    }

    private static string DocumentHead(RequestField block) =>
        string.Join('\n', new[] { block.FindText("title"), block.FindText("context") }.Where(part => !string.IsNullOrEmpty(part)));

    private static string DocumentText(RequestField block)
    {
        var text = new StringBuilder(DocumentHead(block));
        var content = block.Get("source").Get("content");
        if (content.IsText)
            return text.Append('\n').Append(content.Text).ToString();
        foreach (var inner in content.Items())
            text.Append('\n').Append(inner.GetText("type") is "text" ? inner.GetText("text") : throw inner.Get("type").Refuse("must be text inside a tool's result"));
        return text.ToString();
    }

    // Both formats have such blocks: {"title", "source", "content": [{"text"}], "citations": {"enabled"}}.
    private static Action<Utf8JsonWriter> SearchResult(RequestField block)
    {
        var (title, source) = (block.GetText("title"), block.GetText("source"));
        var texts = new List<string>();
        var content = block.Get("content");
        if (content.IsText)
            texts.Add(content.Text);
        else
            texts.AddRange(content.Items().Select(inner => inner.GetText("text")));
        var cites = block.Find("citations")?.Find("enabled") is { Flag: true };
        return json =>
        {
            json.WriteStartObject();
            json.WriteStartObject("searchResult"u8);
            json.WriteString("source"u8, source);
            json.WriteString("title"u8, title);
            json.WriteStartArray("content"u8);
            foreach (var text in texts)
                ConverseTurn.WriteText(json, text);
            json.WriteEndArray();
            if (cites)
                WriteCitations(json);
            json.WriteEndObject();
            json.WriteEndObject();
        };
    }

    private RequestField Bytes(RequestField source, string what)
    {
        var type = source.GetText("type");
        switch (type)
        {
            case "base64":
                var data = source.Get("data");
                EncodedBytes += data.Text.Length;
                EncodedParts++;
                return data;
            case "url":
                throw source.Get("url").Refuse($"{Target} takes no addresses of {what}; send the content");
            case "file":
                throw source.Refuse($"the file is at Anthropic; send the content");
            default:
                throw source.RefuseKind(type, Target);
        }
    }

    private static string Format(RequestField media) => media.Text switch
    {
        "application/pdf" => "pdf",
        "text/csv" => "csv",
        "application/msword" => "doc",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document" => "docx",
        "application/vnd.ms-excel" => "xls",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet" => "xlsx",
        "text/html" => "html",
        "text/plain" => "txt",
        "text/markdown" => "md",
        _ => throw media.Refuse("must be PDF, Word, Excel, CSV, HTML, Markdown or plain text"),
    };

    private static ConverseResultPart OfText(RequestField text)
    {
        void Write(Utf8JsonWriter json)
        {
            json.WriteStartObject();
            text.CopyText(json, "text");
            json.WriteEndObject();
        }

        return new ConverseResultPart(Write) { IsBlank = string.IsNullOrWhiteSpace(text.Text) };
    }

    private static ConverseResultPart OfText(string text) => new(json => ConverseTurn.WriteText(json, text)) { IsBlank = string.IsNullOrWhiteSpace(text) };

    private static void WriteBytes(Utf8JsonWriter json, RequestField data)
    {
        json.WriteStartObject("source"u8);
        data.CopyText(json, "bytes");
        json.WriteEndObject();
    }

    private static void WriteCitations(Utf8JsonWriter json)
    {
        json.WriteStartObject("citations"u8);
        json.WriteBoolean("enabled"u8, true);
        json.WriteEndObject();
    }
}

/// <summary>A block of a tool result.</summary>
/// <param name="Write">Writes it whole.</param>
internal sealed record ConverseResultPart(Action<Utf8JsonWriter> Write)
{
    /// <summary>Whether it is a text without a visible character, which may stand in a result only.</summary>
    public bool IsBlank { get; init; }
}
