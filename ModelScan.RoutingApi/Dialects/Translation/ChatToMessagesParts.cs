using System.Text;
using System.Text.Json;
using ModelScan.RoutingApi.Dialects.AnthropicMessages;
using ModelScan.RoutingApi.Dialects.Capabilities;

namespace ModelScan.RoutingApi.Dialects.Translation;

/// <summary>Turns the content of Chat messages (<c>text</c>, <c>image_url</c>, <c>file</c>, …) into blocks of a Messages request.</summary>
internal sealed class ChatToMessagesParts(ModelCapabilities capabilities, DroppedFields dropped)
{
    private const string Target = "a Messages provider";

    /// <summary>Adds content, a text or parts, to a turn.</summary>
    public void Add(MessagesTurn turn, RequestField content)
    {
        if (content.IsText)
        {
            turn.AddText(content);
            return;
        }

        foreach (var part in content.Items())
        {
            NoteDropped(part);
            if (TextOf(part) is { } text)
                turn.AddText(text, Cache(part));
            else
                turn.Add(Block(part));
        }
    }

    /// <summary>The text of content that may be nothing else; parts are joined by line feeds.</summary>
    public string Text(RequestField content)
    {
        if (content.IsText)
            return content.Text;
        var text = new StringBuilder();
        foreach (var part in content.Items())
        {
            NoteDropped(part);
            if (text.Length > 0)
                text.Append('\n');
            text.Append((TextOf(part) ?? throw part.RefuseKind(part.GetText("type"), $"{Target} here; only text can")).Text);
        }

        return text.ToString();
    }

    /// <summary>Prepares the <c>content</c> member of a tool result.</summary>
    public Action<Utf8JsonWriter> Result(RequestField content)
    {
        if (content.IsText)
            return json => content.CopyText(json, "content");
        var blocks = new List<Action<Utf8JsonWriter>>();
        foreach (var part in content.Items())
        {
            NoteDropped(part);
            if (TextOf(part) is not { } text)
                blocks.Add(Block(part));
            else if (text.IsText && !text.IsEmptyText)
                blocks.Add(json => MessagesTurn.WriteText(json, text, null));
        }

        return json =>
        {
            json.WriteStartArray("content"u8);
            foreach (var block in blocks)
                block(json);
            json.WriteEndArray();
        };
    }

    /// <summary>The part's cache marker, which OpenRouter's clients send; both formats write it alike.</summary>
    public static RequestField? Cache(RequestField part)
    {
        var cache = part.Find("cache_control");
        return cache is null or { IsObject: true } ? cache : throw cache.Value.Refuse("must be an object");
    }

    // {"type": "text", "text": "…"} | {"type": "refusal", "refusal": "…"}
    private static RequestField? TextOf(RequestField part)
    {
        var text = part.GetText("type") switch
        {
            "text" => part.Get("text"),
            "refusal" => part.Get("refusal"),
            _ => (RequestField?)null,
        };
        return text is null or { IsText: true } ? text : throw text.Value.Refuse("must be a string");
    }

    private Action<Utf8JsonWriter> Block(RequestField part)
    {
        var type = part.GetText("type");
        return type switch
        {
            "image_url" => Image(part),
            "file" => File(part),
            _ => throw part.RefuseKind(type, Target),
        };
    }

    private void NoteDropped(RequestField part)
    {
        foreach (var (name, _) in part.Fields())
        {
            if (name is not ("type" or "text" or "refusal" or "image_url" or "file" or "cache_control"))
                dropped.Add($"messages.content.{name}");
        }
    }

    // {"type": "image_url", "image_url": {"url": "https://…" | "data:image/png;base64,…", "detail": "auto"}}
    private Action<Utf8JsonWriter> Image(RequestField part)
    {
        if (!capabilities.Images)
            throw part.Refuse("the model takes no images");
        var image = part.Get("image_url");
        var url = image.IsText ? image : image.Get("url");
        if (image.IsObject)
        {
            foreach (var (name, field) in image.Fields())
            {
                if (name != "url" && !(name == "detail" && field.IsText && field.Text == "auto"))
                    dropped.Add($"messages.content.image_url.{name}");
            }
        }

        var cache = Cache(part);
        var text = url.Text;
        if (!DataUrl.IsOne(text) && !capabilities.ImageUrls)
            throw url.Refuse("the provider takes no addresses of images; send a data URL");
        if (!DataUrl.IsOne(text))
            return json => WriteSource(json, "image"u8, null, cache, "url", null, "url", text);
        var data = DataUrl.Read(text) ?? throw url.Refuse("must be a base64 data URL with a media type");
        return json => WriteSource(json, "image"u8, null, cache, "base64", data.MediaType, "data", data.Base64);
    }

    // {"type": "file", "file": {"filename": "a.pdf", "file_data": "data:application/pdf;base64,…"}}
    private Action<Utf8JsonWriter> File(RequestField part)
    {
        if (!capabilities.Files)
            throw part.Refuse("the model takes no files");
        var file = part.Get("file");
        if (file.Find("file_id") is { } id)
            throw id.Refuse("a Messages provider does not have the file; use file_data");
        foreach (var (name, _) in file.Fields())
        {
            if (name is not ("filename" or "file_data"))
                dropped.Add($"messages.content.file.{name}");
        }

        var title = file.FindText("filename");
        var cache = Cache(part);
        var content = file.Get("file_data");
        var data = DataUrl.Read(content.Text) ?? throw content.Refuse("must be a base64 data URL with a media type");
        if (data.MediaType == "application/pdf" || (capabilities.OfficeFiles && !data.MediaType.StartsWith("text/", StringComparison.Ordinal)))
            return json => WriteSource(json, "document"u8, title, cache, "base64", data.MediaType, "data", data.Base64);
        if (!data.MediaType.StartsWith("text/", StringComparison.Ordinal))
            throw content.Refuse($"a Messages provider takes PDF and text, not {data.MediaType}");
        var text = DecodeText(content, data.Base64);
        return json => WriteSource(json, "document"u8, title, cache, "text", "text/plain", "data", text);
    }

    private static string DecodeText(RequestField field, string base64)
    {
        try
        {
            return Encoding.UTF8.GetString(Convert.FromBase64String(base64));
        }
        catch (FormatException exception)
        {
            throw new InvalidRequestException($"{field.Path}: is not base64", exception);
        }
    }

    private static void WriteSource(Utf8JsonWriter json, ReadOnlySpan<byte> block, string? title, RequestField? cache, string type, string? mediaType, string member, string value)
    {
        json.WriteStartObject();
        json.WriteString("type"u8, block);
        json.WriteStartObject("source"u8);
        json.WriteString("type"u8, type);
        if (mediaType is not null)
            json.WriteString("media_type"u8, mediaType);
        json.WriteString(member, value);
        json.WriteEndObject();
        if (title is not null)
            json.WriteString("title"u8, title);
        cache?.CopyRaw(json, "cache_control");
        json.WriteEndObject();
    }
}
