using System.Buffers;
using System.Text.Encodings.Web;

namespace ModelScan.RoutingApi.Decisions.RouterModels;

/// <summary>Writes <c>{"model": …, "messages": [{"role": "user", "content": PROMPT}], "temperature": 0.01}</c>: this and nothing else.</summary>
internal static class RouterModelRequest
{
    // The body is read by a JSON parser and never put into a page.
    private static readonly JsonWriterOptions Unescaped = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Writes the body as UTF-8.</summary>
    /// <param name="model">Model id as the endpoint knows it.</param>
    /// <param name="prompt">The one message, valid UTF-16.</param>
    public static ReadOnlyMemory<byte> Write(string model, string prompt)
    {
        var buffer = new ArrayBufferWriter<byte>(prompt.Length + 256);
        using (var json = new Utf8JsonWriter(buffer, Unescaped))
        {
            json.WriteStartObject();
            json.WriteString("model", model);
            json.WriteStartArray("messages");
            json.WriteStartObject();
            json.WriteString("role", "user");
            json.WriteString("content", prompt);
            json.WriteEndObject();
            json.WriteEndArray();
            json.WriteNumber("temperature", 0.01m);
            json.WriteEndObject();
        }

        return buffer.WrittenMemory;
    }
}
