using System.Text;
using System.Text.Json;
using ModelScan.RoutingApi.Dialects.Capabilities;

namespace ModelScan.RoutingApi.Dialects.Translation;

/// <summary>Writes content blocks of a Messages user turn (<c>text</c>, <c>image</c>, <c>document</c>, …) as parts of Responses content.</summary>
internal sealed class MessagesToResponsesParts(ModelCapabilities capabilities, DroppedFields dropped)
{
    private const string Target = "a Responses provider";

    /// <summary>Bytes of base64 in all parts: they say nothing of the number of tokens.</summary>
    public long EncodedBytes { get; private set; }

    /// <summary>Whether all blocks of a tool's result are texts, which then are its output as one string.</summary>
    public static bool IsTextOnly(RequestField content)
    {
        foreach (var block in content.Items())
        {
            if (block.GetText("type") is not ("text" or "search_result" or "tool_reference"))
                return false;
        }

        return true;
    }

    /// <summary>Writes the parts of one block; <paramref name="next"/> makes room for each.</summary>
    public void Write(Func<Utf8JsonWriter> next, RequestField block)
    {
        NoteDropped(block);
        var type = block.GetText("type");
        switch (type)
        {
            case "text":
                WriteText(next(), block.Get("text"));
                break;
            case "search_result" or "tool_reference":
                WriteText(next(), TextOf(block));
                break;
            case "image":
                WriteImage(next(), block);
                break;
            case "document":
                WriteDocument(next, block);
                break;
            default:
                throw block.RefuseKind(type, Target);
        }
    }

    /// <summary>The text of content in which there is nothing else.</summary>
    public string TextOfAll(RequestField content)
    {
        if (content.IsText)
            return content.Text;
        var text = new StringBuilder();
        foreach (var block in content.Items())
        {
            NoteDropped(block);
            if (text.Length > 0)
                text.Append('\n');
            text.Append(TextOf(block));
        }

        return text.ToString();
    }

    /// <summary>Writes a text as a part.</summary>
    public static void WriteText(Utf8JsonWriter json, string text)
    {
        json.WriteStartObject();
        json.WriteString("type"u8, "input_text"u8);
        json.WriteString("text"u8, text);
        json.WriteEndObject();
    }

    /// <summary>Writes a string of the request as a part.</summary>
    public static void WriteText(Utf8JsonWriter json, RequestField text)
    {
        json.WriteStartObject();
        json.WriteString("type"u8, "input_text"u8);
        text.CopyText(json, "text");
        json.WriteEndObject();
    }

    private static string TextOf(RequestField block)
    {
        var type = block.GetText("type");
        return type switch
        {
            "text" => block.GetText("text"),
            "tool_reference" => block.GetText("tool_name"),
            "search_result" => $"{block.GetText("title")}\n{block.GetText("source")}\n{TextsOf(block.Get("content"))}",
            _ => throw block.RefuseKind(type, $"{Target} here; only text can"),
        };
    }

    private static string TextsOf(RequestField content)
    {
        if (content.IsText)
            return content.Text;
        var text = new StringBuilder();
        foreach (var block in content.Items())
            text.Append(text.Length > 0 ? "\n" : "").Append(block.GetText("text"));
        return text.ToString();
    }

    private void NoteDropped(RequestField block)
    {
        foreach (var (name, _) in block.Fields())
        {
            if (name is not ("type" or "text" or "source" or "title" or "context" or "content" or "tool_name"))
                dropped.Add($"messages.content.{name}");
        }
    }

    // {"source": {"type": "base64", "media_type": "image/png", "data": "…"} | {"type": "url", "url": "…"}}
    private void WriteImage(Utf8JsonWriter json, RequestField block)
    {
        if (!capabilities.Images)
            throw block.Refuse("the model takes no images");
        var source = block.Get("source");
        var type = source.GetText("type");
        json.WriteStartObject();
        json.WriteString("type"u8, "input_image"u8);
        switch (type)
        {
            case "base64":
                json.WriteString("image_url"u8, DataUrlOf(source));
                break;
            case "url":
                source.Get("url").CopyText(json, "image_url");
                break;
            default:
                throw source.RefuseKind(type, Target);
        }

        json.WriteString("detail"u8, "auto"u8);
        json.WriteEndObject();
    }

    // {"title": "d.pdf", "source": {"type": "base64" | "url" | "text" | "content", …}}
    private void WriteDocument(Func<Utf8JsonWriter> next, RequestField block)
    {
        var source = block.Get("source");
        var title = block.FindText("title");
        var context = block.FindText("context");
        var type = source.GetText("type");
        switch (type)
        {
            case "base64" or "url":
                if (!capabilities.Files)
                    throw block.Refuse("the model takes no document blocks (files)");
                if (context is not null)
                    WriteText(next(), context);
                WriteFile(next(), source, title, isUrl: type == "url");
                break;
            case "text":
                WriteText(next(), Titled(title, context, source.GetText("data")));
                break;
            case "content":
                if (title is not null || context is not null)
                    WriteText(next(), Titled(title, context, null));
                WriteInner(next, source.Get("content"));
                break;
            default:
                throw source.RefuseKind(type, Target);
        }
    }

    private void WriteInner(Func<Utf8JsonWriter> next, RequestField content)
    {
        if (content.IsText)
        {
            WriteText(next(), content);
            return;
        }

        foreach (var inner in content.Items())
        {
            if (inner.GetText("type") is not ("text" or "image"))
                throw inner.Get("type").Refuse("must be text or image");
            Write(next, inner);
        }
    }

    private void WriteFile(Utf8JsonWriter json, RequestField source, string? title, bool isUrl)
    {
        json.WriteStartObject();
        json.WriteString("type"u8, "input_file"u8);
        if (isUrl)
        {
            // OpenAI takes the name from the URL.
            if (title is not null)
                dropped.Add("messages.content.title");
            source.Get("url").CopyText(json, "file_url");
        }
        else
        {
            json.WriteString("filename"u8, title ?? "document.pdf");
            json.WriteString("file_data"u8, DataUrlOf(source));
        }

        json.WriteEndObject();
    }

    private string DataUrlOf(RequestField source)
    {
        var data = source.GetText("data");
        EncodedBytes += data.Length;
        return new DataUrl(source.GetText("media_type"), data).ToString();
    }

    private static string Titled(string? title, string? context, string? data)
    {
        var text = new StringBuilder();
        foreach (var part in (ReadOnlySpan<string?>)[title, context, data])
        {
            if (part is null)
                continue;
            if (text.Length > 0)
                text.Append('\n');
            text.Append(part);
        }

        return text.ToString();
    }
}
