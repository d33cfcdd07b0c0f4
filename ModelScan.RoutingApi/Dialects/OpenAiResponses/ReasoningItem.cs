using System.Buffers;
using System.Text.Json;
using ModelScan.RoutingApi.Dialects.Translation;

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
    public static ReasoningItem? Read(ReadOnlyMemory<byte> json)
    {
        try
        {
            ReasoningItem? item = null;
            AnswerField.Read(json, field => item = Read(field));
            return item;
        }
        catch (ProviderAnswerException)
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

    /// <summary>The item as JSON.</summary>
    public byte[] ToJson()
    {
        var output = new ArrayBufferWriter<byte>(EncryptedContent.Length + 256);
        using (var json = new Utf8JsonWriter(output, WireJson.Options))
            Write(json);
        return output.WrittenSpan.ToArray();
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
