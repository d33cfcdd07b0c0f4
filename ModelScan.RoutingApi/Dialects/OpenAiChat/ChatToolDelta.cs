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
        while (json.NextMember())
        {
            if (json.ValueTextEquals("index"u8))
                delta.Index = json.Index(-1);
            else if (json.ValueTextEquals("id"u8))
                delta.Id = json.Text(data);
            else if (json.ValueTextEquals("function"u8))
                delta.ReadFunction(json.Object(data));
            else if (json.ValueTextEquals("custom"u8))
                delta.IsCustom = delta.ReadFunction(json.Object(data));
            else if (json.ValueTextEquals("extra_content"u8))
                delta.Extra = json.Value(data);
            else
                json.SkipValue();
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

    private bool ReadFunction(ReadOnlySpan<byte> function)
    {
        if (function.IsEmpty)
            return false;
        var json = EventJson.ReaderOf(function);
        json.Read();
        while (json.NextMember())
        {
            if (json.ValueTextEquals("name"u8))
                Name = json.Text(function);
            else if (json.ValueTextEquals("arguments"u8) || json.ValueTextEquals("input"u8))
                ReadArguments(ref json, function);
            else
                json.SkipValue();
        }

        return true;
    }

    // Some servers send the object instead of its text.
    private void ReadArguments(scoped ref Utf8JsonReader json, ReadOnlySpan<byte> function)
    {
        var value = json.Value(function);
        if (json.TokenType == JsonTokenType.String)
            Arguments = value;
        else if (json.TokenType == JsonTokenType.EndObject)
            Arguments = EscapedText.TokenOf(System.Text.Encoding.UTF8.GetString(CompactJson.Of(value)));
    }
}
