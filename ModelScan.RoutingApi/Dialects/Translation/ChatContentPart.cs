using System.Text.Json;
using ModelScan.RoutingApi.Dialects.Capabilities;

namespace ModelScan.RoutingApi.Dialects.Translation;

/// <summary>
/// The parts of a message's content: Chat Completions has <c>text</c>, <c>image_url</c>, <c>input_audio</c>, <c>file</c> and
/// <c>refusal</c>; Responses has <c>input_text</c>, <c>output_text</c>, <c>input_image</c>, <c>input_audio</c>, <c>input_file</c> and
/// <c>refusal</c>.
/// </summary>
internal static class ChatContentPart
{
    /// <summary>Writes a part of a Responses request for a chat request.</summary>
    /// <exception cref="InvalidRequestException">The part is malformed, or the provider cannot take it.</exception>
    public static void WriteFromResponses(Utf8JsonWriter writer, RequestField part, string role, ModelCapabilities capabilities, DroppedFields dropped, string path)
    {
        NoteLeftOut(part, dropped, path);
        var type = part.GetText("type");
        if (type is not ("input_text" or "output_text" or "text" or "refusal") && role != "user")
            throw part.Get("type").RefuseKind(type, $"a Chat Completions provider in a message of role {role}");
        switch (type)
        {
            case "input_text" or "output_text" or "text":
                Begin(writer, "text"u8);
                part.Get("text").CopyText(writer, "text");
                break;
            case "refusal":
                Begin(writer, "text"u8);
                part.Get("refusal").CopyText(writer, "text");
                break;
            case "input_image":
                WriteImage(writer, part, capabilities);
                break;
            case "input_file":
                WriteFile(writer, part, capabilities);
                break;
            case "input_audio":
                Begin(writer, "input_audio"u8);
                var audio = part.Get("input_audio");
                if (!audio.IsObject)
                    throw audio.Refuse("must be an object");
                audio.CopyRaw(writer, "input_audio");
                break;
            default:
                throw part.Get("type").RefuseKind(type, "a Chat Completions provider");
        }

        writer.WriteEndObject();
    }

    /// <summary>Notes what a part says beyond what is carried.</summary>
    public static void NoteLeftOut(RequestField part, DroppedFields dropped, string path)
    {
        foreach (var (name, field) in part.Fields())
        {
            var isKnown = name is "type" or "text" or "refusal" or "image_url" or "detail" or "file_id" or "file_url" or "file_data" or "filename" or "input_audio";
            if (!isKnown && !(field.IsArray && field.Value.GetArrayLength() == 0))
                dropped.Add($"{path}.{name}");
        }
    }

    /// <summary>Writes a part of a chat request for a Responses request.</summary>
    /// <exception cref="InvalidRequestException">The part is malformed, or the provider cannot take it.</exception>
    public static void WriteForResponses(Utf8JsonWriter writer, RequestField part, string role, ModelCapabilities capabilities, DroppedFields dropped)
    {
        var type = part.GetText("type");
        if (type is not ("text" or "refusal") && role != "user")
            throw part.Get("type").RefuseKind(type, $"a Responses provider in a message of role {role}");
        switch (type)
        {
            case "text":
                Begin(writer, role == "assistant" ? "output_text"u8 : "input_text"u8);
                part.Get("text").CopyText(writer, "text");
                break;
            case "refusal" when role == "assistant":
                Begin(writer, "refusal"u8);
                part.Get("refusal").CopyText(writer, "refusal");
                break;
            case "image_url":
                RequireImages(part, capabilities);
                Begin(writer, "input_image"u8);
                var image = part.Get("image_url");
                image.Get("url").CopyText(writer, "image_url");
                if (image.Find("detail") is { } detail)
                    detail.CopyText(writer, "detail");
                else
                    writer.WriteString("detail"u8, "auto"u8);
                break;
            case "file":
                RequireFiles(part, capabilities);
                Begin(writer, "input_file"u8);
                foreach (var (name, field) in part.Get("file").Fields())
                {
                    if (name is "file_id" or "file_data" or "filename")
                        field.CopyText(writer, name);
                    else
                        dropped.Add($"messages.content.file.{name}");
                }

                break;
            case "input_audio":
                Begin(writer, "input_audio"u8);
                var audio = part.Get("input_audio");
                if (!audio.IsObject)
                    throw audio.Refuse("must be an object");
                audio.CopyRaw(writer, "input_audio");
                break;
            default:
                throw part.Get("type").RefuseKind(type, "a Responses provider");
        }

        writer.WriteEndObject();
        foreach (var (name, _) in part.Fields())
        {
            if (name is not ("type" or "text" or "refusal" or "image_url" or "file" or "input_audio"))
                dropped.Add($"messages.content.{name}");
        }
    }

    private static void WriteImage(Utf8JsonWriter writer, RequestField part, ModelCapabilities capabilities)
    {
        RequireImages(part, capabilities);
        if (part.Find("image_url") is null && part.Find("file_id") is { } id)
            throw id.Refuse("an image stored at another provider cannot be sent; use image_url");
        Begin(writer, "image_url"u8);
        writer.WriteStartObject("image_url"u8);
        part.Get("image_url").CopyText(writer, "url");
        if (part.Find("detail") is { } detail)
            detail.CopyText(writer, "detail");
        writer.WriteEndObject();
    }

    private static void WriteFile(Utf8JsonWriter writer, RequestField part, ModelCapabilities capabilities)
    {
        RequireFiles(part, capabilities);
        if (part.Find("file_url") is { } url)
            throw url.Refuse("Chat Completions takes no address of a file; use file_data");
        Begin(writer, "file"u8);
        writer.WriteStartObject("file"u8);
        if (part.Find("file_id") is { } id)
            id.CopyText(writer, "file_id");
        else
            part.Get("file_data").CopyText(writer, "file_data");
        if (part.Find("filename") is { } name)
            name.CopyText(writer, "filename");
        writer.WriteEndObject();
    }

    private static void RequireImages(RequestField part, ModelCapabilities capabilities)
    {
        if (!capabilities.Images)
            throw part.Refuse("the model takes no images");
    }

    private static void RequireFiles(RequestField part, ModelCapabilities capabilities)
    {
        if (!capabilities.Files)
            throw part.Refuse("the model takes no files");
    }

    private static void Begin(Utf8JsonWriter writer, ReadOnlySpan<byte> type)
    {
        writer.WriteStartObject();
        writer.WriteString("type"u8, type);
    }
}
