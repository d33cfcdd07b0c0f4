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

    /// <summary>Reads a call, an object.</summary>
    public static ChatToolDelta Read(ReadOnlySpan<byte> call)
    {
        var delta = new ChatToolDelta { Index = -1 };
        var members = new BodyMembers(call);
        while (members.Read())
        {
            var value = members.Value;
            if (members.NameIs("index"u8))
                delta.Index = EventJson.Index(value, -1);
            else if (members.NameIs("id"u8))
                delta.Id = EventJson.Text(value);
            else if (members.NameIs("function"u8))
                delta.ReadFunction(value);
            else if (members.NameIs("custom"u8))
                delta.IsCustom = delta.ReadFunction(value);
            else if (members.NameIs("extra_content"u8))
                delta.Extra = EventJson.Value(value);
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
        if (function[0] != '{')
            return false;
        var members = new BodyMembers(function);
        while (members.Read())
        {
            if (members.NameIs("name"u8))
                Name = EventJson.Text(members.Value);
            else if (members.NameIs("arguments"u8) || members.NameIs("input"u8))
                ReadArguments(members.Value);
        }

        return true;
    }

    // Some servers send the object instead of its text.
    private void ReadArguments(ReadOnlySpan<byte> value)
    {
        if (value[0] == '"')
            Arguments = EventJson.Text(value);
        else if (value[0] == '{')
            Arguments = EscapedText.TokenOf(System.Text.Encoding.UTF8.GetString(CompactJson.Of(EventJson.Object(value))));
    }
}
