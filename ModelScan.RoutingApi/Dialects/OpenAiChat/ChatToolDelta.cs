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

    /// <summary>Reads the call that the scan is inside of.</summary>
    public static ChatToolDelta Read(scoped ref JsonScan scan)
    {
        var delta = new ChatToolDelta { Index = -1 };
        while (scan.NextMember())
        {
            if (scan.NameIs("index"u8))
                delta.Index = scan.Index(-1);
            else if (scan.NameIs("id"u8))
                delta.Id = scan.Text();
            else if (scan.NameIs("function"u8))
                delta.ReadFunction(ref scan);
            else if (scan.NameIs("custom"u8))
                delta.IsCustom = delta.ReadFunction(ref scan);
            else if (scan.NameIs("extra_content"u8))
                delta.Extra = scan.Value();
            else
                scan.Skip();
        }

        return delta;
    }

    /// <summary>Reads the older way to call: <c>{"name": "f", "arguments": "…"}</c>.</summary>
    public static ChatToolDelta ReadLegacy(ReadOnlySpan<byte> function)
    {
        var delta = new ChatToolDelta { Index = ChatCall.LegacySlot };
        var scan = new JsonScan(function);
        delta.ReadFunction(ref scan);
        return delta;
    }

    private bool ReadFunction(scoped ref JsonScan scan)
    {
        if (!scan.EntersObject())
            return false;
        while (scan.NextMember())
        {
            if (scan.NameIs("name"u8))
                Name = scan.Text();
            else if (scan.NameIs("arguments"u8) || scan.NameIs("input"u8))
                ReadArguments(scan.Value());
            else
                scan.Skip();
        }

        return true;
    }

    // Some servers send the object instead of its text.
    private void ReadArguments(ReadOnlySpan<byte> value)
    {
        if (value is [(byte)'"', ..])
            Arguments = value;
        else if (value is [(byte)'{', ..])
            Arguments = EscapedText.TokenOf(System.Text.Encoding.UTF8.GetString(CompactJson.Of(value)));
    }
}
