using System.Text.Json;
using ModelScan.RoutingApi.Dialects.AnthropicMessages;

namespace ModelScan.RoutingApi.Dialects.Translation;

/// <summary>A turn of a Converse request while it is being put together from several messages: turns alternate, and none is empty.</summary>
internal sealed class ConverseTurn(Speaker speaker)
{
    private readonly List<Action<Utf8JsonWriter>> _blocks = [];
    private int _results;
    private bool _hasDocument;
    private bool _hasText;

    public Speaker Speaker { get; } = speaker;

    public bool IsEmpty => _blocks.Count == 0;

    /// <summary>Adds a text as it stands in the request; one without a visible character is left out, as Bedrock refuses it.</summary>
    /// <returns>Whether it was added.</returns>
    public bool AddText(RequestField text)
    {
        if (string.IsNullOrWhiteSpace(text.Text))
            return false;
        _hasText = true;
        _blocks.Add(json =>
        {
            json.WriteStartObject();
            text.CopyText(json, "text");
            json.WriteEndObject();
        });
        return true;
    }

    /// <summary>Adds a text of the gateway's own.</summary>
    public void AddText(string text)
    {
        if (string.IsNullOrWhiteSpace(text))
            return;
        _hasText = true;
        _blocks.Add(json => WriteText(json, text));
    }

    /// <summary>Adds a document, beside which Bedrock wants a text.</summary>
    public void AddDocument(Action<Utf8JsonWriter> write)
    {
        _hasDocument = true;
        _blocks.Add(write);
    }

    /// <summary>Adds a tool's result, and the cache mark behind it: in front of everything else, right behind the call.</summary>
    public void AddResult(Action<Utf8JsonWriter> write, Action<Utf8JsonWriter>? mark)
    {
        _blocks.Insert(_results++, write);
        if (mark is not null)
            _blocks.Insert(_results++, mark);
    }

    /// <summary>Adds a block; <paramref name="write"/> writes it whole.</summary>
    public void Add(Action<Utf8JsonWriter> write) => _blocks.Add(write);

    /// <summary>Writes the turn.</summary>
    public void Write(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteString("role"u8, Speaker == Speaker.Assistant ? "assistant"u8 : "user"u8);
        json.WriteStartArray("content"u8);
        WriteBlocks(json);
        if (_hasDocument && !_hasText)
            WriteText(json, "(See the document.)");
        json.WriteEndArray();
        json.WriteEndObject();
    }

    /// <summary>Writes the blocks as items of an array.</summary>
    public void WriteBlocks(Utf8JsonWriter json)
    {
        foreach (var block in _blocks)
            block(json);
    }

    /// <summary>Writes a text block.</summary>
    public static void WriteText(Utf8JsonWriter json, string text)
    {
        json.WriteStartObject();
        json.WriteString("text"u8, text);
        json.WriteEndObject();
    }
}
