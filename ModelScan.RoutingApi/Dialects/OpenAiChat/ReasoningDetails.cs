using System.Buffers;
using System.Diagnostics.CodeAnalysis;

namespace ModelScan.RoutingApi.Dialects.OpenAiChat;

/// <summary>
/// Collects the <c>reasoning_details</c> of a stream (OpenRouter's form, which others follow): encrypted items as they are, the pieces of a
/// signed text joined into one.
/// </summary>
/// <remarks>
/// <code>
/// [{"type": "reasoning.text", "text": "2+", "signature": null, "format": "…", "index": 0}]   … [{…, "signature": "…"}]
/// [{"type": "reasoning.encrypted", "data": "…", "id": "…", "format": "…", "index": 1}]
/// </code>
/// </remarks>
[SuppressMessage("Design", "CA1001", Justification = "Taking gives the text's memory back; what a stream that broke off has left, the collector takes.")]
internal sealed class ReasoningDetails
{
    private readonly List<byte[]> _items = [];
    private readonly EscapedText _text = new();
    private byte[] _signature = [];
    private byte[] _format = [];

    /// <summary>Whether there is anything to give back.</summary>
    public bool HasState => _signature.Length > 0 || _items.Count > 0;

    /// <summary>Takes in the array of one chunk.</summary>
    public void Add(ReadOnlySpan<byte> details)
    {
        if (details.IsEmpty || details[0] != '[')
            return;
        var json = EventJson.ReaderOf(details);
        json.Read();
        while (json.Read() && json.TokenType != JsonTokenType.EndArray)
        {
            var start = (int)json.TokenStartIndex;
            var isObject = json.TokenType == JsonTokenType.StartObject;
            json.Skip();
            if (isObject)
                AddItem(details[start..(int)json.BytesConsumed]);
        }
    }

    /// <summary>Everything so far as a JSON array; empty where there is nothing to give back. Starts afresh.</summary>
    public byte[] Take()
    {
        var output = new ArrayBufferWriter<byte>();
        using var json = new Utf8JsonWriter(output, WireJson.Options);
        json.WriteStartArray();
        if (_signature.Length > 0)
        {
            json.WriteStartObject();
            json.WriteString("type"u8, "reasoning.text"u8);
            json.WriteRaw("text"u8, _text.Token);
            json.WriteRaw("signature"u8, _signature);
            if (_format.Length > 0)
                json.WriteRaw("format"u8, _format);
            json.WriteEndObject();
        }

        foreach (var item in _items)
            json.WriteRawValue(item, skipInputValidation: true);
        json.WriteEndArray();
        json.Flush();
        var isEmpty = !HasState;
        _items.Clear();
        _text.Dispose();
        (_signature, _format) = ([], []);
        return isEmpty ? [] : output.WrittenSpan.ToArray();
    }

    private void AddItem(ReadOnlySpan<byte> item)
    {
        var json = EventJson.ReaderOf(item);
        json.Read();
        ReadOnlySpan<byte> text = default;
        ReadOnlySpan<byte> signature = default;
        ReadOnlySpan<byte> format = default;
        var isText = false;
        while (json.NextMember())
        {
            if (json.ValueTextEquals("type"u8))
                isText = json.IsText("reasoning.text"u8);
            else if (json.ValueTextEquals("text"u8))
                text = json.Text(item);
            else if (json.ValueTextEquals("signature"u8))
                signature = json.Text(item);
            else if (json.ValueTextEquals("format"u8))
                format = json.Text(item);
            else
                json.SkipValue();
        }

        if (!isText)
        {
            _items.Add(CompactJson.Of(item));
            return;
        }

        if (text.Length > 2)
            _text.Append(text);
        if (signature.Length > 2)
            _signature = signature.ToArray();
        if (format.Length > 2)
            _format = format.ToArray();
    }
}
