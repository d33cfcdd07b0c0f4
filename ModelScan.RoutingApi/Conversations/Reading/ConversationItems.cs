namespace ModelScan.RoutingApi.Conversations.Reading;

/// <summary>Walks the array of a conversation's messages or items, which every format has.</summary>
internal static class ConversationItems
{
    /// <summary>Reads one item, whose start the reader is at, to its end.</summary>
    public delegate void ItemReader(ref Utf8JsonReader reader, int index, RequestDraft draft);

    /// <summary>Reads the items of the array that the reader is at the start of.</summary>
    /// <param name="reader">At the array's start.</param>
    /// <param name="name">The array's name, for saying what is wrong.</param>
    /// <param name="draft">Filled.</param>
    /// <param name="read">Reads one.</param>
    /// <exception cref="InvalidRequestException">An item is no object.</exception>
    public static void Read(ref Utf8JsonReader reader, string name, RequestDraft draft, ItemReader read)
    {
        for (var index = 0; reader.Read() && reader.TokenType != JsonTokenType.EndArray; index++)
        {
            if (reader.TokenType != JsonTokenType.StartObject)
                JsonValues.RequireObject(ref reader, $"{name}[{index}]");
            read(ref reader, index, draft);
        }
    }
}
