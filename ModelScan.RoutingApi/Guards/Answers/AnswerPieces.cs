using ModelScan.RoutingApi.Guards.Texts;

namespace ModelScan.RoutingApi.Guards.Answers;

/// <summary>A piece of a text that an event of a stream brings.</summary>
/// <param name="Group">Whose it is: of which choice, block or item.</param>
/// <param name="Name">Which text of it: <c>content</c>, <c>arguments</c>, <c>thinking</c>.</param>
/// <param name="Start">Where its string begins in the event's JSON, with its quote.</param>
/// <param name="Length">How long that is, with both quotes.</param>
/// <param name="Text">The text.</param>
internal readonly record struct AnswerPiece(string Group, string Name, int Start, int Length, string Text);

/// <summary>
/// Finds the pieces of texts in the events of a stream, for all formats at once: what stands in a member called <c>delta</c>, or is one,
/// is a piece of the text of that name; the numbers around it say of which.
/// </summary>
/// <remarks>
/// <code>
/// {"choices":[{"index":0,"delta":{"content":"Hel"}}]}                                        choice 0: content
/// {"choices":[{"index":0,"delta":{"tool_calls":[{"index":1,"function":{"arguments":"{"}}]}}]} choice 0, call 1: arguments
/// {"type":"content_block_delta","index":2,"delta":{"type":"text_delta","text":"Hel"}}        block 2: text
/// {"type":"response.output_text.delta","output_index":0,"content_index":0,"delta":"Hel"}      item 0, part 0: delta
/// </code>
/// </remarks>
internal static class AnswerPieces
{
    private static readonly HashSet<string> Numbers = new(["index", "output_index", "content_index", "summary_index", "item_id"], StringComparer.Ordinal);

    /// <summary>Reads the pieces of an event.</summary>
    /// <param name="json">Its data, an object.</param>
    /// <param name="pieces">Filled.</param>
    /// <returns>Its <c>type</c>, where it has one.</returns>
    /// <exception cref="JsonException">It is not JSON.</exception>
    public static string? Read(ReadOnlySpan<byte> json, List<AnswerPiece> pieces)
    {
        // Numbers may stand behind what they belong to; so they are read first.
        var (type, group) = ReadHead(json);
        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = WireJson.Reading.MaxDepth });
        var within = 0;
        var path = new Stack<(string Name, string Group)>();
        var name = "";
        while (reader.Read())
        {
            switch (reader.TokenType)
            {
                case JsonTokenType.PropertyName:
                    name = JsonText.Read(ref reader);
                    break;
                case JsonTokenType.StartObject:
                    if (within == 0 && name == "delta" && path.Count > 0)
                        within = reader.CurrentDepth + 1;
                    group = path.Count == 0 ? group : path.Peek().Group + NumbersOf(reader);
                    path.Push((name, group));
                    break;
                case JsonTokenType.StartArray:
                    path.Push((name, group));
                    break;
                case JsonTokenType.EndObject or JsonTokenType.EndArray:
                    path.Pop();
                    if (reader.CurrentDepth < within)
                        within = 0;
                    (name, group) = path.Count > 0 ? path.Peek() : ("", "");
                    break;
                case JsonTokenType.String when within > 0 || (name == "delta" && path.Count == 1):
                    // Sounds come in pieces, too.
                    if (name != "data" && type != "response.audio.delta" && TextPlaces.Of(TextPlace.Conversation, name, JsonTokenType.String) != TextPlace.Opaque)
                        pieces.Add(new AnswerPiece(group, name == "delta" ? type ?? name : name, (int)reader.TokenStartIndex, reader.ValueSpan.Length + 2, JsonText.Read(ref reader)));
                    break;
            }
        }

        return type;
    }

    /// <summary>Whether the pieces of a text are JSON, so that what is put into it has to be escaped once more.</summary>
    public static bool IsJson(string name) => name is "arguments" or "partial_json" || name.Contains("arguments", StringComparison.Ordinal);

    private static (string? Type, string Group) ReadHead(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = WireJson.Reading.MaxDepth });
        string? type = null;
        reader.Read();
        var numbers = NumbersOf(reader);
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isType = reader.ValueTextEquals("type"u8);
            reader.Read();
            if (isType && reader.TokenType == JsonTokenType.String)
                type = JsonText.Read(ref reader);
            reader.Skip();
        }

        return (type, numbers);
    }

    // Those of the object that a reader is at the start of: a copy of the reader looks ahead.
    private static string NumbersOf(Utf8JsonReader reader)
    {
        var numbers = "";
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isNumber = reader.ValueSpan.Length <= 16 && Numbers.Contains(JsonText.Read(ref reader));
            reader.Read();
            if (isNumber && reader.TokenType is JsonTokenType.Number or JsonTokenType.String)
                numbers += $"/{System.Text.Encoding.UTF8.GetString(reader.ValueSpan)}";
            reader.Skip();
        }

        return numbers;
    }
}
