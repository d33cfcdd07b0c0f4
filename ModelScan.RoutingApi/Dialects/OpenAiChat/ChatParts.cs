using ModelScan.RoutingApi.Dialects.Canonical;

namespace ModelScan.RoutingApi.Dialects.OpenAiChat;

/// <summary>Reads the content of Chat messages: a text, or parts.</summary>
/// <remarks>
/// <code>
/// {"type": "text", "text": "…"} | {"type": "refusal", "refusal": "…"} | {"type": "image_url", "image_url": {"url": "https://…" | "data:…", "detail": "auto"}}
/// {"type": "file", "file": {"filename": "a.pdf", "file_data": "data:application/pdf;base64,…"}} | {"type": "input_audio", "input_audio": {"data", "format"}}
/// </code>
/// </remarks>
internal static class ChatParts
{
    /// <summary>Adds what <paramref name="content"/> holds to <paramref name="parts"/>.</summary>
    public static void Read(RequestField content, List<Part> parts, Losses losses, bool isAssistant)
    {
        if (TextPart.TryRead(content, parts))
            return;
        if (!content.IsArray)
            throw content.Refuse("must be a string or an array");
        foreach (var part in content.Items())
        {
            losses.DropOthers(part, "messages.content", "type", "text", "refusal", "image_url", "file", "input_audio", "cache_control");

            parts.Add(Read(part, losses, isAssistant));
        }
    }

    private static Part Read(RequestField part, Losses losses, bool isAssistant)
    {
        var type = part.GetText("type");
        var cache = part.Find("cache_control")?.AsObject();
        switch (type)
        {
            case "text":
                return new TextPart(new SourceText(part.Get("text")), part) { Cache = cache };
            case "refusal":
                return new TextPart(new SourceText(part.Get("refusal")), part) { Cache = cache, IsRefusal = isAssistant };
            case "image_url" when !isAssistant:
                return ReadImage(part, cache, losses);
            case "file" when !isAssistant:
                return ReadFile(part, cache, losses);
            case "input_audio" when !isAssistant:
                return new AudioPart(part.Get("input_audio").AsObject(), part);
            default:
                throw part.RefuseKind(type, "a model");
        }
    }

    private static ImagePart ReadImage(RequestField part, RequestField? cache, Losses losses)
    {
        var image = part.Get("image_url");
        if (image.IsText)
            return new ImagePart(Attachment.OfUrl(image), part) { Cache = cache };
        var detail = image.Find("detail")?.AsText();
        losses.DropOthers(image, "messages.content.image_url", "url", "detail");

        return new ImagePart(Attachment.OfUrl(image.Get("url")), part)
        {
            Cache = cache,
            Detail = detail is { Text: "auto" } ? null : detail,
            DetailPlace = "messages.content.image_url.detail",
        };
    }

    private static FilePart ReadFile(RequestField part, RequestField? cache, Losses losses)
    {
        var file = part.Get("file");
        losses.DropOthers(file, "messages.content.file", "filename", "file_data", "file_id");

        var content = file.Find("file_id") is { } id ? new Attachment(AttachmentKind.Stored, id.AsText()) : Attachment.OfData(file.Get("file_data"), "application/pdf");
        return new FilePart(content, part) { Cache = cache, Title = file.Find("filename")?.AsText() };
    }
}
