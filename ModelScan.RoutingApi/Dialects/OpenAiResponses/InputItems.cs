namespace ModelScan.RoutingApi.Dialects.OpenAiResponses;

/// <summary>
/// Writes the <c>input</c> of a Responses request item by item. Parts of one speaker that follow each other become one message.
/// </summary>
internal sealed class InputItems(Utf8JsonWriter json)
{
    private string? _speaker;

    /// <summary>Makes the next part one of a message of <paramref name="role"/>; write exactly one part with the returned writer.</summary>
    public Utf8JsonWriter Part(string role)
    {
        if (_speaker == role)
            return json;
        EndMessage();
        _speaker = role;
        json.WriteStartObject();
        json.WriteString("type"u8, "message"u8);
        json.WriteString("role", role);
        json.WriteStartArray("content"u8);
        return json;
    }

    /// <summary>Ends the open message; write exactly one item with the returned writer.</summary>
    public Utf8JsonWriter Item()
    {
        EndMessage();
        return json;
    }

    /// <summary>Ends the open message, if there is one: the next part begins another.</summary>
    public void EndMessage()
    {
        if (_speaker is null)
            return;
        _speaker = null;
        json.WriteEndArray();
        json.WriteEndObject();
    }
}
