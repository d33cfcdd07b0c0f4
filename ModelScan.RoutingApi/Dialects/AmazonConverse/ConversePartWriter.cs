using ModelScan.RoutingApi.Capabilities;
using ModelScan.RoutingApi.Dialects.Canonical;
using ModelScan.RoutingApi.Dialects.Fitting;
using ModelScan.RoutingApi.Dialects.Translation;

namespace ModelScan.RoutingApi.Dialects.AmazonConverse;

/// <summary>Writes parts of turns as Converse's content blocks.</summary>
internal sealed class ConversePartWriter(Utf8JsonWriter json, ModelCapabilities capabilities, ToolNaming naming, Losses losses)
{
    private readonly DocumentNames _documents = new();
    private readonly UniqueNames _ids = new();
    private readonly OrderedDictionary<string, bool> _calledTools = new(StringComparer.Ordinal);

    /// <summary>Names of the tools that were called, each once.</summary>
    public IReadOnlyList<string> CalledTools => _calledTools.Keys;

    /// <summary>Writes a text block.</summary>
    public static void WriteText(Utf8JsonWriter json, SourceText text)
    {
        json.WriteStartObject();
        text.Write(json, "text"u8);
        json.WriteEndObject();
    }

    /// <summary>
    /// Writes a mark that says up to where to cache: Anthropic's <c>cache_control: {"type": "ephemeral", "ttl": "1h"}</c> inside a block, Converse's
    /// <c>{"cachePoint": {"type": "default", "ttl": "1h"}}</c> behind it.
    /// </summary>
    public static void WriteCachePoint(Utf8JsonWriter json, RequestField? mark, bool isTaken, string place, Losses losses)
    {
        if (mark is not { } given)
            return;
        if (given.GetText("type") is not "ephemeral")
            throw given.Get("type").Refuse("must be ephemeral");
        if (!isTaken)
        {
            losses.Drop(place);
            return;
        }

        json.WriteStartObject();
        json.WriteStartObject("cachePoint"u8);
        json.WriteString("type"u8, "default"u8);
        given.Find("ttl")?.CopyText(json, "ttl");
        json.WriteEndObject();
        json.WriteEndObject();
    }

    /// <summary>Writes a part, and its mark for the cache behind it.</summary>
    /// <exception cref="InvalidRequestException">The model cannot take it.</exception>
    public void Write(Part part, bool isSystem = false)
    {
        WriteBlock(part);
        WriteMark(part.Cache, isSystem);
    }

    /// <summary>Writes the result of a call. A mark inside it ends up behind it, where alone one can be.</summary>
    public void WriteResult(CallPart call)
    {
        var result = call.Result!;
        var mark = result.Cache;
        json.WriteStartObject();
        json.WriteStartObject("toolResult"u8);
        json.WriteString("toolUseId"u8, call.UniqueId!);
        json.WriteStartArray("content"u8);
        foreach (var part in result.Content)
        {
            // The text of an error must not be missing.
            if (!(result.IsError && part is TextPart { Text.IsBlank: true }))
                WriteBlock(part);
            mark = part.Cache ?? mark;
        }

        if (result.IsError && result.Content.All(part => part is TextPart { Text.IsBlank: true }))
            WriteText(json, "Error");
        json.WriteEndArray();
        if (result.IsError)
            json.WriteString("status"u8, "error"u8);
        json.WriteEndObject();
        json.WriteEndObject();
        WriteMark(mark, isSystem: false);
    }

    private void WriteMark(RequestField? mark, bool isSystem) =>
        WriteCachePoint(json, mark, capabilities.CachePoints, isSystem ? "system.cache_control" : "messages.content.cache_control", losses);

    private void WriteBlock(Part part)
    {
        json.WriteStartObject();
        switch (part)
        {
            case TextPart text:
                text.Text.Write(json, "text"u8);
                break;
            case ImagePart image:
                WriteImage(image);
                break;
            case FilePart file:
                WriteDocument(file);
                break;
            case SearchResultPart found:
                WriteSearchResult(found);
                break;
            case CallPart call:
                WriteCall(call);
                break;
            case ThoughtPart thought:
                WriteThought(thought);
                break;
            default:
                throw AttachmentFit.Unfit(part, $"'{part.Opaque?.FindText("type")}' cannot be said to {ConverseRequestWriter.Target}");
        }

        json.WriteEndObject();
    }

    // {"image": {"format": "png", "source": {"bytes": "…"}}}
    private void WriteImage(ImagePart image)
    {
        AttachmentFit.RequireImage(image, capabilities with { ImageUrls = false }, commonTypes: true);
        if (image.Detail is not null)
            losses.Drop(image.DetailPlace);
        json.WriteStartObject("image"u8);
        json.WriteString("format"u8, image.Content.ImageType["image/".Length..]);
        WriteBytes(image.Content);
        json.WriteEndObject();
    }

    // {"document": {"format": "pdf", "name": "…", "source": {"bytes": "…"} | {"text": "…"}, "context": "…", "citations": {"enabled": true}}}
    private void WriteDocument(FilePart file)
    {
        AttachmentFit.RequireFile(file, capabilities with { ImageUrls = false });
        json.WriteStartObject("document"u8);
        json.WriteString("format"u8, file.Content.Kind == AttachmentKind.Text ? "txt" : Format(file.Content));
        json.WriteString("name"u8, _documents.Add(file.Title?.Text));
        if (file.Text is { } text)
        {
            json.WriteStartObject("source"u8);
            text.CopyText(json, "text");
            json.WriteEndObject();
        }
        else
        {
            WriteBytes(file.Content);
        }

        if (file.Context is { IsEmptyText: false } context)
            context.CopyText(json, "context");
        if (file.IsCited)
            json.WriteRaw("citations"u8, """{"enabled":true}"""u8);
        json.WriteEndObject();
    }

    private static string Format(Attachment content) => content.MediaType switch
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
        _ => throw InvalidRequestException.Unfit((content.TypeField ?? content.Field).Path, "must be PDF, Word, Excel, CSV, HTML, Markdown or plain text"),
    };

    private void WriteBytes(Attachment content)
    {
        json.WriteStartObject("source"u8);
        json.WriteString("bytes"u8, content.Base64.Span);
        json.WriteEndObject();
    }

    private void WriteSearchResult(SearchResultPart found)
    {
        json.WriteStartObject("searchResult"u8);
        found.Source.Write(json, "source"u8);
        found.Title.Write(json, "title"u8);
        json.WriteStartArray("content"u8);
        foreach (var text in found.Texts)
            WriteText(json, text);
        json.WriteEndArray();
        if (found.IsCited)
            json.WriteRaw("citations"u8, """{"enabled":true}"""u8);
        json.WriteEndObject();
    }

    // Ids are letters, digits, _ and -, at most 64 of them.
    private void WriteCall(CallPart call)
    {
        call.UniqueId = _ids.Add(ToolCallId.ForConverse(call.Id));
        var name = naming.ForProvider(call.Name, call.Namespace);
        _calledTools.TryAdd(name, true);
        json.WriteStartObject("toolUse"u8);
        json.WriteString("toolUseId"u8, call.UniqueId);
        json.WriteString("name"u8, name);
        json.WritePropertyName("input"u8);
        CallInput.WriteObject(json, call);
        json.WriteEndObject();
    }

    private void WriteThought(ThoughtPart thought)
    {
        var (text, opaque) = ThoughtFit.ForConverse(thought, capabilities)!.Value;
        json.WriteStartObject("reasoningContent"u8);
        if (text is null)
        {
            json.WriteString("redactedContent"u8, opaque);
        }
        else
        {
            json.WriteStartObject("reasoningText"u8);
            json.WriteString("text"u8, text);
            json.WriteString("signature"u8, opaque);
            json.WriteEndObject();
        }

        json.WriteEndObject();
    }
}
