using System.Text.Json;
using ModelScan.RoutingApi.Dialects.Translation;

namespace ModelScan.RoutingApi.Dialects.AnthropicMessages;

/// <summary>
/// A turn of a Messages request while it is being put together from several messages: turns alternate, as Anthropic asks. One that is
/// nothing but a text is written as one, not as an array of blocks.
/// </summary>
internal sealed class MessagesTurn(Speaker speaker)
{
    private readonly List<(RequestField? Text, RequestField? Cache, Action<Utf8JsonWriter>? Write)> _blocks = [];

    public Speaker Speaker { get; } = speaker;

    public bool IsEmpty => _blocks.Count == 0;

    /// <summary>Adds a text as it stands in the request; an empty one is left out, as Anthropic refuses it.</summary>
    /// <param name="text">A string.</param>
    /// <param name="cache">Its <c>cache_control</c>, if it has one.</param>
    public void AddText(RequestField text, RequestField? cache = null)
    {
        if (!text.IsText)
            throw text.Refuse("must be a string");
        if (!text.IsEmptyText)
            _blocks.Add((text, cache, null));
    }

    /// <summary>Adds a text of the gateway's own.</summary>
    public void AddText(string text)
    {
        if (text.Length > 0)
            _blocks.Add((null, null, json => WriteText(json, text)));
    }

    /// <summary>Adds a block; <paramref name="write"/> writes it whole.</summary>
    public void Add(Action<Utf8JsonWriter> write) => _blocks.Add((null, null, write));

    /// <summary>Writes the turn.</summary>
    public void Write(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteString("role"u8, Speaker == Speaker.Assistant ? "assistant"u8 : "user"u8);
        if (_blocks is [{ Text: { } only, Cache: null }])
        {
            only.CopyText(json, "content");
        }
        else
        {
            json.WriteStartArray("content"u8);
            WriteBlocks(json);
            json.WriteEndArray();
        }

        json.WriteEndObject();
    }

    /// <summary>Writes the blocks as items of an array.</summary>
    public void WriteBlocks(Utf8JsonWriter json)
    {
        foreach (var (text, cache, write) in _blocks)
        {
            if (text is { } given)
                WriteText(json, given, cache);
            else
                write?.Invoke(json);
        }
    }

    /// <summary>Writes a text block.</summary>
    public static void WriteText(Utf8JsonWriter json, RequestField text, RequestField? cache)
    {
        json.WriteStartObject();
        json.WriteString("type"u8, "text"u8);
        text.CopyText(json, "text");
        cache?.CopyRaw(json, "cache_control");
        json.WriteEndObject();
    }

    private static void WriteText(Utf8JsonWriter json, string text)
    {
        json.WriteStartObject();
        json.WriteString("type"u8, "text"u8);
        json.WriteString("text"u8, text);
        json.WriteEndObject();
    }
}
