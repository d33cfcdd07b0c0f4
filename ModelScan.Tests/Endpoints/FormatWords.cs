using System.Net.ServerSentEvents;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace ModelScan.Tests.Endpoints;

/// <summary>The least that one says in a format: a client's question, a provider's answer whole and in events, and how to read it.</summary>
internal sealed class FormatWords
{
    public static readonly FormatWords Chat = new("chat")
    {
        Path = "/v1/chat/completions",
        Begin = "",
        End = """
            data: {"id":"c1","choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}

            data: [DONE]


            """,
        LastOfAll = "data: [DONE]\n\n",
    };

    public static readonly FormatWords Messages = new("messages")
    {
        Path = "/v1/messages",
        Begin = """
            event: message_start
            data: {"type":"message_start","message":{"id":"msg_1","type":"message","role":"assistant","model":"x","content":[],"stop_reason":null,"stop_sequence":null,"usage":{"input_tokens":1,"output_tokens":1}}}

            event: content_block_start
            data: {"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}}


            """,
        End = """
            event: content_block_stop
            data: {"type":"content_block_stop","index":0}

            event: message_delta
            data: {"type":"message_delta","delta":{"stop_reason":"end_turn","stop_sequence":null},"usage":{"output_tokens":2}}

            event: message_stop
            data: {"type":"message_stop"}


            """,
        LastOfAll = "event: message_stop",
    };

    public static readonly FormatWords Responses = new("responses")
    {
        Path = "/v1/responses",
        Begin = """
            event: response.created
            data: {"type":"response.created","sequence_number":0,"response":{"id":"resp_1","object":"response","status":"in_progress","output":[]}}

            event: response.output_item.added
            data: {"type":"response.output_item.added","sequence_number":1,"output_index":0,"item":{"type":"message","id":"msg_1","status":"in_progress","role":"assistant","content":[]}}


            """,
        End = """
            event: response.output_item.done
            data: {"type":"response.output_item.done","sequence_number":8,"output_index":0,"item":{"type":"message","id":"msg_1","status":"completed","role":"assistant","content":[{"type":"output_text","text":"","annotations":[]}]}}

            event: response.completed
            data: {"type":"response.completed","sequence_number":9,"response":{"id":"resp_1","object":"response","status":"completed","output":[],"usage":{"input_tokens":1,"output_tokens":2,"total_tokens":3}}}


            """,
        LastOfAll = "event: response.completed",
    };

    private readonly string _name;

    private FormatWords(string name) => _name = name;

    /// <summary>Where clients ask.</summary>
    public required string Path { get; init; }

    /// <summary>What a provider's stream begins with, before any text.</summary>
    public required string Begin { get; init; }

    /// <summary>How it ends well.</summary>
    public required string End { get; init; }

    /// <summary>By what one knows that it ended well.</summary>
    public required string LastOfAll { get; init; }

    public static FormatWords Of(string name) => name switch { "messages" => Messages, "responses" => Responses, _ => Chat };

    /// <summary>A client's question.</summary>
    public string Ask(string model, bool stream) => _name switch
    {
        "responses" => $$"""{"model":"{{model}}","stream":{{(stream ? "true" : "false")}},"input":"hi"}""",
        _ => $$"""{"model":"{{model}}","stream":{{(stream ? "true" : "false")}},"max_tokens":99,"messages":[{"role":"user","content":"hi"}]}""",
    };

    /// <summary>A provider's event with a piece of text.</summary>
    public string Text(string text) => _name switch
    {
        "messages" => $$$"""
            event: content_block_delta
            data: {"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"{{{text}}}"}}


            """,
        "responses" => $$"""
            event: response.output_text.delta
            data: {"type":"response.output_text.delta","sequence_number":2,"item_id":"msg_1","output_index":0,"content_index":0,"delta":"{{text}}"}


            """,
        _ => $$$"""
            data: {"id":"c1","choices":[{"index":0,"delta":{"content":"{{{text}}}"},"finish_reason":null}]}


            """,
    };

    /// <summary>A provider's event that says that it has too much to do.</summary>
    public string Overloaded() => _name switch
    {
        "messages" => "event: error\ndata: {\"type\":\"error\",\"error\":{\"type\":\"overloaded_error\",\"message\":\"Overloaded\"}}\n\n",
        "responses" => "event: error\ndata: {\"type\":\"error\",\"code\":\"server_is_overloaded\",\"message\":\"Overloaded\",\"param\":null}\n\n",
        _ => "data: {\"error\":{\"message\":\"Overloaded\",\"type\":\"overloaded_error\",\"code\":\"overloaded_error\"}}\n\n",
    };

    /// <summary>A provider's whole answer.</summary>
    public string Whole(string text) => _name switch
    {
        "messages" => $$$"""{"id":"msg_1","type":"message","role":"assistant","model":"x","content":[{"type":"text","text":"{{{text}}}"}],"stop_reason":"end_turn","stop_sequence":null,"usage":{"input_tokens":1,"output_tokens":2}}""",
        "responses" => $$$"""{"id":"resp_1","object":"response","status":"completed","output":[{"type":"message","id":"msg_1","status":"completed","role":"assistant","content":[{"type":"output_text","text":"{{{text}}}","annotations":[]}]}],"usage":{"input_tokens":1,"output_tokens":2,"total_tokens":3}}""",
        _ => $$$"""{"id":"c1","object":"chat.completion","choices":[{"index":0,"message":{"role":"assistant","content":"{{{text}}}"},"finish_reason":"stop"}]}""",
    };

    /// <summary>The text of a whole answer, as a client reads it.</summary>
    public string TextOf(JsonElement answer) => _name switch
    {
        "messages" => answer.GetProperty("content")[0].GetProperty("text").GetString()!,
        "responses" => answer.GetProperty("output")[0].GetProperty("content")[0].GetProperty("text").GetString()!,
        _ => answer.GetProperty("choices")[0].GetProperty("message").GetProperty("content").GetString()!,
    };

    /// <summary>The text of a stream, as a client reads it.</summary>
    public string TextOf(string stream)
    {
        var text = new StringBuilder();
        foreach (var item in SseParser.Create(new MemoryStream(Encoding.UTF8.GetBytes(stream))).Enumerate())
        {
            if (item.Data == "[DONE]")
                continue;
            var data = JsonNode.Parse(item.Data)!;
            text.Append((string?)(_name switch
            {
                "messages" => data["delta"]?["text"],
                "responses" => (string?)data["type"] == "response.output_text.delta" ? data["delta"] : null,
                _ => data["choices"] is JsonArray { Count: > 0 } choices ? choices[0]!["delta"]?["content"] : null,
            }));
        }

        return text.ToString();
    }

    /// <summary>The message of the error that a stream ends with; <see langword="null"/> where its last event is none.</summary>
    public string? ErrorOf(string stream)
    {
        var last = SseParser.Create(new MemoryStream(Encoding.UTF8.GetBytes(stream))).Enumerate().LastOrDefault();
        if (last.Data is null or "[DONE]")
            return null;
        var data = JsonNode.Parse(last.Data)!;
        return (string?)(_name == "responses" && (string?)data["type"] == "response.failed" ? data["response"]!["error"]!["message"] : data["error"]?["message"]);
    }
}
