using System.Text.Json;

namespace ModelScan.RoutingApi.Dialects.OpenAiChat;

/// <summary>A piece of a tool call in a chunk: slices of its data.</summary>
internal ref struct ChatToolDelta
{
    /// <summary>The slot; -1 where the provider does not number its calls.</summary>
    public int Index;

    /// <summary>JSON strings; empty where absent.</summary>
    public ReadOnlySpan<byte> Id;
    public ReadOnlySpan<byte> Name;

    /// <summary>Arguments of a function, input of a custom tool.</summary>
    public ReadOnlySpan<byte> Arguments;

    /// <summary>What Gemini wants back with the call.</summary>
    public ReadOnlySpan<byte> Extra;

    /// <summary>Whether the tool takes free text.</summary>
    public bool IsCustom;

    /// <summary>Reads a call at the reader's position, an object.</summary>
    public static ChatToolDelta Read(scoped ref Utf8JsonReader json, ReadOnlySpan<byte> data)
    {
        var delta = new ChatToolDelta { Index = -1 };
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            if (json.ValueTextEquals("index"u8))
            {
                json.Read();
                delta.Index = json.TokenType == JsonTokenType.Number && json.TryGetInt32(out var index) ? index : -1;
                json.Skip();
            }
            else if (json.ValueTextEquals("id"u8))
            {
                delta.Id = EventJson.Text(ref json, data);
            }
            else if (json.ValueTextEquals("function"u8))
            {
                delta.ReadFunction(EventJson.Value(ref json, data));
            }
            else if (json.ValueTextEquals("custom"u8))
            {
                var custom = EventJson.Value(ref json, data);
                delta.IsCustom = !custom.IsEmpty && custom[0] == '{';
                delta.ReadFunction(custom);
            }
            else if (json.ValueTextEquals("extra_content"u8))
            {
                delta.Extra = EventJson.Value(ref json, data);
            }
            else
            {
                TokenCount.SkipValue(ref json);
            }
        }

        return delta;
    }

    /// <summary>Reads the older way to call: <c>{"name": "f", "arguments": "…"}</c>.</summary>
    public static ChatToolDelta ReadLegacy(ReadOnlySpan<byte> function)
    {
        var delta = new ChatToolDelta { Index = ChatCall.LegacySlot };
        delta.ReadFunction(function);
        return delta;
    }

    private void ReadFunction(ReadOnlySpan<byte> function)
    {
        if (function.IsEmpty || function[0] != '{')
            return;
        var json = EventJson.ReaderOf(function);
        json.Read();
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            if (json.ValueTextEquals("name"u8))
                Name = EventJson.Text(ref json, function);
            else if (json.ValueTextEquals("arguments"u8) || json.ValueTextEquals("input"u8))
                ReadArguments(ref json, function);
            else
                TokenCount.SkipValue(ref json);
        }
    }

    // Some servers send the object instead of its text.
    private void ReadArguments(scoped ref Utf8JsonReader json, ReadOnlySpan<byte> function)
    {
        var value = EventJson.Value(ref json, function);
        if (json.TokenType == JsonTokenType.String)
            Arguments = value;
        else if (json.TokenType == JsonTokenType.EndObject)
            Arguments = EscapedText.TokenOf(System.Text.Encoding.UTF8.GetString(CompactJson.Of(value)));
    }
}
