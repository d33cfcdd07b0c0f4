using ModelScan.RoutingApi.Dialects.Translation;

namespace ModelScan.RoutingApi.Pipeline.Replay;

/// <summary>The items of one earlier turn, as they stand in the input of a later one.</summary>
internal static class TurnItems
{
    private const int LongestOwnId = 48;

    /// <summary>What was new in a request: its <c>input</c> as an array of items; a text becomes a message of the user's.</summary>
    public static byte[] OfInput(ReadOnlySpan<byte> input)
    {
        if (input.IsEmpty)
            return [.. "[]"u8];
        return input[0] == '"' ? [.. "[{\"type\":\"message\",\"role\":\"user\",\"content\":"u8, .. input, .. "}]"u8] : input.ToArray();
    }

    /// <summary>The items of a response.</summary>
    /// <exception cref="JsonException">It is not JSON.</exception>
    public static List<ReadOnlyMemory<byte>> OfResponse(ReadOnlyMemory<byte> response) => SlicedJson.Elements(SlicedJson.Member(response, "output"u8));

    /// <summary>Whether a response holds thoughts that only whoever wrote them can read.</summary>
    /// <param name="response">The response.</param>
    /// <param name="isHeld">Whether its author keeps it, thoughts included.</param>
    /// <exception cref="JsonException">It is not JSON.</exception>
    public static bool HasSealedThoughts(ReadOnlyMemory<byte> response, bool isHeld)
    {
        foreach (var item in OfResponse(response))
        {
            if (IsSealedThought(item, isHeld))
                return true;
        }

        return false;
    }

    /// <summary>Whether an item is a thought that only whoever wrote it can read.</summary>
    /// <param name="item">The item.</param>
    /// <param name="isHeld">Whether its author keeps it.</param>
    /// <exception cref="JsonException">It is not JSON.</exception>
    public static bool IsSealedThought(ReadOnlyMemory<byte> item, bool isHeld) =>
        SlicedJson.Text(item, "type"u8) is "reasoning" or "compaction" && (isHeld || SlicedJson.Text(item, "encrypted_content"u8) is not null);

    /// <summary>
    /// An item of an answer, for another Responses provider than the one that wrote it: without its id, which means something to its author
    /// alone.
    /// </summary>
    /// <param name="item">The item.</param>
    /// <param name="lost">What it is called, where it cannot be told: a thought of the other's, a record of what the other ran.</param>
    /// <returns><see langword="null"/> where it cannot be told.</returns>
    /// <exception cref="JsonException">It is not JSON.</exception>
    public static ReadOnlyMemory<byte>? ForAnother(ReadOnlyMemory<byte> item, out string? lost)
    {
        lost = null;
        var type = SlicedJson.Text(item, "type"u8) ?? "message";
        switch (type)
        {
            case "message":
                return SlicedJson.Without(item, "id"u8);

            // What the gateway sealed it also takes out again, where it is not for this provider.
            case "reasoning" or "compaction" when SlicedJson.Text(item, "encrypted_content"u8) is { } state && SealedReasoning.IsOne(state):
                return item;
            case var _ when type != "reasoning" && type != "compaction" && SlicedJson.Text(item, "call_id"u8) is not null:
                return SlicedJson.Without(item, "id"u8);
            default:
                lost = $"input.{type}";
                return null;
        }
    }

    /// <summary>An item of an answer for whoever wrote it, who does not keep it: a thought that was not encrypted is of no use.</summary>
    /// <exception cref="JsonException">It is not JSON.</exception>
    public static bool IsOfUseToItsAuthor(ReadOnlyMemory<byte> item) =>
        SlicedJson.Text(item, "type"u8) != "reasoning" || SlicedJson.Text(item, "encrypted_content"u8) is not null;

    /// <summary>
    /// The items of an input as <c>GET /v1/responses/{id}/input_items</c> lists them: each with an id, messages with their content as parts.
    /// </summary>
    /// <param name="input">A JSON array.</param>
    /// <param name="responseId">The response whose input it is: ids are made of it where items have none.</param>
    /// <returns>Id and JSON of each.</returns>
    /// <exception cref="JsonException">It is not JSON.</exception>
    public static List<(string Id, byte[] Json)> Listed(ReadOnlyMemory<byte> input, string responseId)
    {
        var listed = new List<(string, byte[])>();
        var stem = responseId.StartsWith("resp_", StringComparison.Ordinal) ? responseId[5..] : responseId;
        stem = stem.Length > LongestOwnId ? stem[..LongestOwnId] : stem;
        foreach (var item in SlicedJson.Elements(input))
        {
            var type = SlicedJson.Text(item, "type"u8) ?? "message";
            var id = SlicedJson.Text(item, "id"u8) ?? $"{Prefix(type)}{stem}_{listed.Count}";
            listed.Add((id, Listed(item, type, id)));
        }

        return listed;
    }

    private static string Prefix(string type) => type switch
    {
        "message" => "msg_",
        "function_call" => "fc_",
        "reasoning" => "rs_",
        _ => "item_",
    };

    private static byte[] Listed(ReadOnlyMemory<byte> item, string type, string id)
    {
        using var output = new PooledBuffer();
        using (var writer = new Utf8JsonWriter(output, WireJson.Options))
        {
            using var document = JsonDocument.Parse(item, WireJson.Reading);
            writer.WriteStartObject();
            writer.WriteString("id"u8, id);
            writer.WriteString("type"u8, type);
            foreach (var member in document.RootElement.ValueKind == JsonValueKind.Object ? document.RootElement.EnumerateObject() : default)
            {
                if (member.Name is "id" or "type")
                    continue;
                writer.WritePropertyName(member.Name);
                if (type == "message" && member.Name == "content" && member.Value.ValueKind == JsonValueKind.String)
                    WriteContent(writer, member.Value, isAssistant: document.RootElement.TryGetProperty("role", out var role) && role.ValueEquals("assistant"u8));
                else
                    member.Value.WriteTo(writer);
            }

            writer.WriteEndObject();
        }

        return output.WrittenSpan.ToArray();
    }

    private static void WriteContent(Utf8JsonWriter writer, JsonElement text, bool isAssistant)
    {
        writer.WriteStartArray();
        writer.WriteStartObject();
        writer.WriteString("type"u8, isAssistant ? "output_text"u8 : "input_text"u8);
        writer.WritePropertyName("text"u8);
        text.WriteTo(writer);
        if (isAssistant)
        {
            writer.WriteRaw("annotations"u8, "[]"u8);
        }

        writer.WriteEndObject();
        writer.WriteEndArray();
    }
}
