using System.Text;
using System.Text.Json;

namespace ModelScan.RoutingApi.Dialects.OpenAiChat;

/// <summary>A part of a user message: text, an image or a file.</summary>
internal sealed class ChatPart
{
    private readonly string? _text;
    private readonly string? _image;
    private readonly (string Name, string Content)? _file;

    private ChatPart(string? text, string? image, (string Name, string Content)? file) => (_text, _image, _file) = (text, image, file);

    public static ChatPart OfText(string text) => new(text, null, null);

    /// <summary>An image.</summary>
    /// <param name="url">Where it is, or a data URL.</param>
    public static ChatPart OfImage(string url) => new(null, url, null);

    /// <summary>A file, such as a PDF.</summary>
    /// <param name="name">The file's name.</param>
    /// <param name="content">A data URL.</param>
    public static ChatPart OfFile(string name, string content) => new(null, null, (name, content));

    /// <summary>Writes the <c>content</c> member: plain text where there is nothing but text (one line for each part), else the parts.</summary>
    public static void WriteContent(Utf8JsonWriter json, List<ChatPart> parts)
    {
        if (parts.TrueForAll(part => part._text is not null))
        {
            json.WriteString("content"u8, parts.Count == 1 ? parts[0]._text : Join(parts));
            return;
        }

        json.WriteStartArray("content"u8);
        foreach (var part in parts)
            part.Write(json);
        json.WriteEndArray();
    }

    private void Write(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        if (_text is not null)
        {
            json.WriteString("type"u8, "text"u8);
            json.WriteString("text"u8, _text);
        }
        else if (_image is not null)
        {
            json.WriteString("type"u8, "image_url"u8);
            json.WriteStartObject("image_url"u8);
            json.WriteString("url"u8, _image);
            json.WriteEndObject();
        }
        else if (_file is { } file)
        {
            json.WriteString("type"u8, "file"u8);
            json.WriteStartObject("file"u8);
            json.WriteString("filename"u8, file.Name);
            json.WriteString("file_data"u8, file.Content);
            json.WriteEndObject();
        }

        json.WriteEndObject();
    }

    private static string Join(List<ChatPart> parts)
    {
        var text = new StringBuilder();
        foreach (var part in parts)
        {
            if (text.Length > 0)
                text.Append('\n');
            text.Append(part._text);
        }

        return text.ToString();
    }
}
