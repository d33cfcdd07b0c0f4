using System.Buffers;

namespace ModelScan.RoutingApi.Dialects.OpenAiResponses;

/// <summary>
/// A thought as OpenAI sends it and wants it back:
/// <c>{"type": "reasoning", "id": "rs_…", "summary": [{"type": "summary_text", "text": "…"}], "encrypted_content": "…"}</c>.
/// </summary>
/// <param name="Id">The provider's id.</param>
/// <param name="Summary">The texts of the summary.</param>
/// <param name="EncryptedContent">The thought itself, readable for the provider only.</param>
internal sealed record ReasoningItem(string Id, IReadOnlyList<string> Summary, string EncryptedContent)
{
    /// <summary>Reads an item; <see langword="null"/> where the bytes are none that a provider could go on from.</summary>
    public static ReasoningItem? Read(ReadOnlySpan<byte> json)
    {
        try
        {
            using var document = AnswerField.Open(json);
            return Read(new AnswerField(document.RootElement));
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    /// <summary>Reads an item of an answer; <see langword="null"/> where it has no encrypted content, without which it is of no use later.</summary>
    public static ReasoningItem? Read(AnswerField item)
    {
        if (item.FindText("encrypted_content") is not { Length: > 0 } encrypted)
            return null;
        var summary = new List<string>();
        foreach (var part in item.Items("summary"))
            summary.Add(part.FindText("text") ?? "");
        return new ReasoningItem(item.FindText("id") ?? "", summary, encrypted);
    }

    /// <summary>Writes what a provider wants back of an item of its answer, as it stands there; nothing where it could not go on from that.</summary>
    /// <param name="item">The item's JSON.</param>
    /// <param name="output">Takes the same without what was only to be shown.</param>
    public static void Copy(ReadOnlySpan<byte> item, IBufferWriter<byte> output)
    {
        using var document = AnswerField.Open(item);
        var field = new AnswerField(document.RootElement);
        if (field.FindToken("encrypted_content") is not { Length: > 2 } encrypted)
            return;
        output.Write("{\"type\":\"reasoning\""u8);
        if (field.FindToken("id") is { Length: > 2 } id)
        {
            output.Write(",\"id\":"u8);
            output.Write(id);
        }

        output.Write(",\"summary\":["u8);
        var separator = ""u8;
        foreach (var part in field.Items("summary"))
        {
            output.Write(separator);
            output.Write("{\"type\":\"summary_text\",\"text\":"u8);
            output.Write(part.FindToken("text"));
            output.Write("}"u8);
            separator = ","u8;
        }

        output.Write("],\"encrypted_content\":"u8);
        output.Write(encrypted);
        output.Write("}"u8);
    }

    public void Write(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteString("type"u8, "reasoning"u8);
        if (Id.Length > 0)
            json.WriteString("id"u8, Id);
        json.WriteStartArray("summary"u8);
        foreach (var text in Summary)
        {
            json.WriteStartObject();
            json.WriteString("type"u8, "summary_text"u8);
            json.WriteString("text"u8, text);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteString("encrypted_content"u8, EncryptedContent);
        json.WriteEndObject();
    }
}
