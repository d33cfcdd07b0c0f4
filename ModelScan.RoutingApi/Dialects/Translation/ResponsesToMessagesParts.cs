using System.Text;
using System.Text.Json;
using ModelScan.RoutingApi.Dialects.Capabilities;

namespace ModelScan.RoutingApi.Dialects.Translation;

/// <summary>Writes parts of Responses content (<c>input_text</c>, <c>input_image</c>, <c>input_file</c>, …) as blocks of a Messages request.</summary>
internal sealed class ResponsesToMessagesParts(ModelCapabilities capabilities, DroppedFields dropped)
{
    private const string Target = "a Messages provider";

    /// <summary>Whether the part is a text without a character, which Anthropic refuses.</summary>
    public static bool IsEmpty(RequestField part) => part.GetText("type") switch
    {
        "input_text" or "output_text" or "text" => part.Get("text").IsEmptyText,
        "refusal" => part.Get("refusal").IsEmptyText,
        _ => false,
    };

    /// <summary>Writes one part as one block.</summary>
    public void Write(Utf8JsonWriter json, RequestField part)
    {
        var type = part.GetText("type");
        switch (type)
        {
            case "input_text" or "output_text" or "text":
                if (part.Find("annotations") is { IsArray: true } annotations && annotations.Value.GetArrayLength() > 0)
                    dropped.Add("input.content.annotations");
                WriteText(json, part.Get("text"));
                break;
            case "refusal":
                WriteText(json, part.Get("refusal"));
                break;
            case "input_image":
                WriteImage(json, part);
                break;
            case "input_file":
                WriteFile(json, part);
                break;
            default:
                throw part.RefuseKind(type, Target);
        }
    }

    /// <summary>Writes a tool's output as the <c>content</c> of a tool result.</summary>
    public void WriteResult(Utf8JsonWriter json, RequestField output)
    {
        if (output.IsText)
        {
            output.CopyText(json, "content");
            return;
        }

        json.WriteStartArray("content");
        if (output.IsObject)
        {
            // Not in OpenAI's reference, yet sent: the output as JSON instead of text.
            json.WriteStartObject();
            json.WriteString("type"u8, "text"u8);
            json.WriteString("text"u8, output.Raw);
            json.WriteEndObject();
        }
        else
        {
            foreach (var part in output.Items())
            {
                if (!IsEmpty(part))
                    Write(json, part);
            }
        }

        json.WriteEndArray();
    }

    /// <summary>The text of content that may be nothing else.</summary>
    public static string TextOf(RequestField content)
    {
        if (content.IsText)
            return content.Text;
        if (content.IsObject)
            return Encoding.UTF8.GetString(content.Raw);
        var text = new StringBuilder();
        foreach (var part in content.Items())
        {
            var type = part.GetText("type");
            if (type is not ("input_text" or "output_text" or "text"))
                throw part.RefuseKind(type, $"{Target} here; only text can");
            if (text.Length > 0)
                text.Append('\n');
            text.Append(part.GetText("text"));
        }

        return text.ToString();
    }

    private static void WriteText(Utf8JsonWriter json, RequestField text)
    {
        json.WriteStartObject();
        json.WriteString("type"u8, "text"u8);
        text.CopyText(json, "text");
        json.WriteEndObject();
    }

    // {"type": "input_image", "image_url": "https://…" | "data:image/png;base64,…", "detail": "auto"}
    private void WriteImage(Utf8JsonWriter json, RequestField part)
    {
        if (!capabilities.Images)
            throw part.Refuse("the model takes no images");
        if (part.Find("file_id") is { } file)
            throw file.Refuse("a Messages provider does not have the file");
        if (part.FindText("detail") is not (null or "auto"))
            dropped.Add("input.content.detail");
        var url = part.Get("image_url");
        json.WriteStartObject();
        json.WriteString("type"u8, "image"u8);
        WriteSource(json, url, url.Text);
        json.WriteEndObject();
    }

    // {"type": "input_file", "filename": "d.pdf", "file_data": "data:application/pdf;base64,…" | "file_url": "https://…"}
    private void WriteFile(Utf8JsonWriter json, RequestField part)
    {
        if (!capabilities.Files)
            throw part.Refuse("the model takes no files");
        if (part.Find("file_id") is { } file)
            throw file.Refuse("a Messages provider does not have the file");
        if (part.FindText("detail") is not (null or "auto"))
            dropped.Add("input.content.detail");
        json.WriteStartObject();
        json.WriteString("type"u8, "document"u8);
        if (part.Find("file_data") is { } content)
            WriteFileSource(json, content);
        else
            WriteSource(json, part.Get("file_url"), part.GetText("file_url"));
        if (part.Find("filename") is { IsEmptyText: false } name)
            name.CopyText(json, "title");
        json.WriteEndObject();
    }

    private void WriteFileSource(Utf8JsonWriter json, RequestField content)
    {
        var text = content.Text;
        var file = DataUrl.IsOne(text)
            ? DataUrl.Read(text) ?? throw content.Refuse("must be a base64 data URL with a media type")
            : new DataUrl("application/pdf", text);
        if (file.MediaType == "application/pdf" || (capabilities.OfficeFiles && !file.MediaType.StartsWith("text/", StringComparison.Ordinal)))
        {
            WriteSource(json, file);
            return;
        }

        if (!file.MediaType.StartsWith("text/", StringComparison.Ordinal))
            throw content.Refuse($"a Messages provider takes PDF and text, not {file.MediaType}");
        json.WriteStartObject("source");
        json.WriteString("type"u8, "text"u8);
        json.WriteString("media_type"u8, "text/plain"u8);
        json.WriteString("data", DecodeText(content, file.Base64));
        json.WriteEndObject();
    }

    private void WriteSource(Utf8JsonWriter json, RequestField field, string url)
    {
        if (DataUrl.IsOne(url))
        {
            WriteSource(json, DataUrl.Read(url) ?? throw field.Refuse("must be a base64 data URL with a media type"));
            return;
        }

        if (!capabilities.ImageUrls)
            throw field.Refuse("the provider takes no addresses of images and files; send a data URL");
        json.WriteStartObject("source");
        json.WriteString("type"u8, "url"u8);
        json.WriteString("url", url);
        json.WriteEndObject();
    }

    private static void WriteSource(Utf8JsonWriter json, DataUrl content)
    {
        json.WriteStartObject("source");
        json.WriteString("type"u8, "base64"u8);
        json.WriteString("media_type", content.MediaType);
        json.WriteString("data", content.Base64);
        json.WriteEndObject();
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
}
