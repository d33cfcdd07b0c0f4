using System.Text.Json;
using ModelScan.RoutingApi.Dialects.AnthropicMessages;

namespace ModelScan.RoutingApi.Dialects.Translation;

/// <summary>
/// What a stream's translation needs of one Messages event: slices of its data, found in one pass before anything is written, so that an
/// event that is not JSON leaves no trace.
/// </summary>
/// <remarks>
/// <code>
/// {"type": "message_start", "message": {"id": "…", "usage": {…}}}
/// {"type": "content_block_start", "index": 0, "content_block": {"type": "tool_use", "id": "…", "name": "…", "input": {}}}
/// {"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": "…"}}
/// {"type": "message_delta", "delta": {"stop_reason": "end_turn"}, "usage": {…}}
/// </code>
/// </remarks>
internal ref struct MessagesEvent
{
    /// <summary>JSON strings; empty where absent.</summary>
    public ReadOnlySpan<byte> Type;
    public ReadOnlySpan<byte> Kind;
    public ReadOnlySpan<byte> Id;
    public ReadOnlySpan<byte> Name;
    public ReadOnlySpan<byte> Text;
    public ReadOnlySpan<byte> Signature;
    public ReadOnlySpan<byte> StopReason;

    /// <summary>JSON objects; empty where absent.</summary>
    public ReadOnlySpan<byte> Input;
    public ReadOnlySpan<byte> Citation;

    public int Index;

    /// <summary>Whether there is an <c>error</c> object.</summary>
    public bool HasError;

    /// <summary>Reads an event's data; the counts in it are taken into <paramref name="counts"/>.</summary>
    /// <exception cref="JsonException">It is not JSON.</exception>
    public static MessagesEvent Read(ReadOnlySpan<byte> data, ref MessagesCounts counts)
    {
        var result = default(MessagesEvent);
        var json = EventJson.ReaderOf(data);
        json.Read();
        if (json.TokenType != JsonTokenType.StartObject)
            return result;
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            if (json.ValueTextEquals("type"u8))
            {
                result.Type = EventJson.Text(ref json, data);
            }
            else if (json.ValueTextEquals("index"u8))
            {
                json.Read();
                result.Index = json.TokenType == JsonTokenType.Number && json.TryGetInt32(out var index) ? index : -1;
                json.Skip();
            }
            else if (json.ValueTextEquals("usage"u8))
            {
                json.Read();
                MessagesUsage.Read(ref json, ref counts);
            }
            else if (json.ValueTextEquals("message"u8) || json.ValueTextEquals("content_block"u8) || json.ValueTextEquals("delta"u8))
            {
                result.ReadInner(EventJson.Value(ref json, data), ref counts);
            }
            else if (json.ValueTextEquals("error"u8))
            {
                json.Read();
                result.HasError = json.TokenType == JsonTokenType.StartObject;
                json.Skip();
            }
            else
            {
                TokenCount.SkipValue(ref json);
            }
        }

        json.Read();
        return result;
    }

    private void ReadInner(ReadOnlySpan<byte> inner, ref MessagesCounts counts)
    {
        if (inner.IsEmpty || inner[0] != '{')
            return;
        var json = EventJson.ReaderOf(inner);
        json.Read();
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            if (json.ValueTextEquals("type"u8))
                Kind = EventJson.Text(ref json, inner);
            else if (json.ValueTextEquals("text"u8) || json.ValueTextEquals("thinking"u8) || json.ValueTextEquals("partial_json"u8) || json.ValueTextEquals("data"u8))
                Text = EventJson.Text(ref json, inner);
            else if (json.ValueTextEquals("signature"u8))
                Signature = EventJson.Text(ref json, inner);
            else if (json.ValueTextEquals("id"u8))
                Id = EventJson.Text(ref json, inner);
            else if (json.ValueTextEquals("name"u8))
                Name = EventJson.Text(ref json, inner);
            else if (json.ValueTextEquals("stop_reason"u8))
                StopReason = EventJson.Text(ref json, inner);
            else if (json.ValueTextEquals("input"u8))
                Input = EventJson.Value(ref json, inner);
            else if (json.ValueTextEquals("citation"u8))
                Citation = EventJson.Value(ref json, inner);
            else if (json.ValueTextEquals("usage"u8))
                ReadUsage(ref json, ref counts);
            else
                TokenCount.SkipValue(ref json);
        }
    }

    private static void ReadUsage(ref Utf8JsonReader json, ref MessagesCounts counts)
    {
        json.Read();
        MessagesUsage.Read(ref json, ref counts);
    }
}
