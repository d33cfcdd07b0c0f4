using System.Globalization;
using System.Text;

namespace DisconnectProbe;

/// <summary>What a client is doing when it leaves.</summary>
/// <param name="Name">For the table.</param>
/// <param name="Path">The API that it calls.</param>
/// <param name="Body">Its request.</param>
/// <param name="Streams">Whether it leaves within a stream; else before the answer has begun.</param>
internal sealed record Scenario(string Name, string Path, string Body, bool Streams)
{
    /// <summary>Every scenario: the same format on both sides, and a translation.</summary>
    public static IReadOnlyList<Scenario> All { get; } =
    [
        new("whole answer, same format", "/v1/chat/completions", """{"model":"openai/gpt-4o","messages":[{"role":"user","content":"hi"}]}""", false),
        new("stream, same format", "/v1/chat/completions", """{"model":"openai/gpt-4o","stream":true,"messages":[{"role":"user","content":"hi"}]}""", true),
        new("whole answer, translated", "/v1/messages", """{"model":"groq/llama","max_tokens":9,"messages":[{"role":"user","content":"hi"}]}""", false),
        new("stream, translated", "/v1/messages", """{"model":"groq/llama","max_tokens":9,"stream":true,"messages":[{"role":"user","content":"hi"}]}""", true),
    ];

    /// <summary>The request as it goes over the wire.</summary>
    public byte[] ToRequest() => Encoding.ASCII.GetBytes(string.Create(
        CultureInfo.InvariantCulture,
        $"POST {Path} HTTP/1.1\r\nhost: gateway\r\ncontent-type: application/json\r\ncontent-length: {Body.Length}\r\n\r\n{Body}"));
}
