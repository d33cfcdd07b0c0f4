using System.Collections.Concurrent;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using ModelScan.Tests.Support;

namespace ModelScan.Tests.Guards;

/// <summary>Providers of every format at one address that say what they are told: the last text of the user's, whole or in pieces.</summary>
internal sealed class EchoProvider : IAsyncDisposable
{
    private readonly RawUpstream _upstream;
    private readonly ConcurrentQueue<(string Head, string Body)> _requests = new();

    public EchoProvider() => _upstream = RawUpstream.Start(AnswerAsync);

    public Uri Address => _upstream.Address;

    /// <summary>What it was asked, in order.</summary>
    public IReadOnlyList<(string Head, string Body)> Requests => [.. _requests];

    /// <summary>The body of the last request.</summary>
    public string Last => Requests[^1].Body;

    /// <summary>What it says instead of what it is told.</summary>
    public string? Says { get; set; }

    /// <summary>Letters of one piece of a stream.</summary>
    public int Piece { get; set; } = 5;

    /// <summary>Whether it calls a tool with what it would say.</summary>
    public bool Calls { get; set; }

    /// <summary>Whether streams break off after their first half.</summary>
    public bool Breaks { get; set; }

    /// <summary>The status of its answers.</summary>
    public int Status { get; set; } = 200;

    /// <summary>A configuration with models of every format here.</summary>
    public string Config(string more = "", string listener = "", string routing = "mode: direct") => TestConfig.Empty
        .Default("openai/gpt-4o", Address, "sk-provider-1", "capabilities: { formats: [chat, responses] }")
        .Model("anthropic/claude-sonnet-4-20250514", Address, "sk-provider-2")
        .Routing(routing)
        .Yaml(listener.Length > 0 ? $"listeners: [{{ type: model, name: m, port: 12000, {listener} }}]" : "")
        .Yaml(more);

    public ValueTask DisposeAsync() => _upstream.DisposeAsync();

    /// <summary>A request of a format.</summary>
    public static (string Path, string Body) Ask(string format, string text, bool stream = false, string more = "")
    {
        var said = JsonSerializer.Serialize(text);
        var streams = stream ? "true" : "false";
        return format switch
        {
            "messages" => ("/v1/messages", $$"""{"model":"claude-sonnet-4-20250514","max_tokens":100,"stream":{{streams}},{{more}}"messages":[{"role":"user","content":{{said}}}]}"""),
            "responses" => ("/v1/responses", $$"""{"model":"gpt-4o","stream":{{streams}},{{more}}"input":[{"role":"user","content":[{"type":"input_text","text":{{said}}}]}]}"""),
            _ => ("/v1/chat/completions", $$"""{"model":"gpt-4o","stream":{{streams}},{{more}}"messages":[{"role":"user","content":{{said}}}]}"""),
        };
    }

    /// <summary>All texts of an answer, whatever its format, pieces joined.</summary>
    public static string TextOf(string answer)
    {
        if (answer.StartsWith('{'))
        {
            var json = JsonNode.Parse(answer)!;
            return (json["choices"]?[0]?["message"]?["content"] ?? json["content"]?[0]?["text"] ?? json["output"]?[0]?["content"]?[0]?["text"])?.GetValue<string>() ?? "";
        }

        var text = new StringBuilder();
        foreach (var line in answer.Split('\n').Where(line => line.StartsWith("data: {", StringComparison.Ordinal)))
        {
            var json = JsonNode.Parse(line[6..])!;
            var delta = json["delta"];
            text.Append((json["choices"]?.AsArray() is [{ } choice, ..] ? choice["delta"]?["content"] : delta is JsonValue ? delta : delta?["text"])?.GetValue<string>());
        }

        return text.ToString();
    }

    private async Task AnswerAsync(RawRequest request)
    {
        var body = Encoding.UTF8.GetString(request.Body);
        _requests.Enqueue((request.Head, body));
        var json = JsonNode.Parse(body)!;
        var said = Says ?? SaidIn(json);
        var path = request.Head.Split(' ')[1];
        var format = path.Contains("/messages", StringComparison.Ordinal) ? "messages" : path.Contains("/responses", StringComparison.Ordinal) ? "responses" : "chat";
        if (Status != 200)
        {
            var error = JsonSerializer.Serialize(new { error = new { message = said, type = "invalid_request_error" } });
            await request.SendAsync($"HTTP/1.1 {Status} No\r\ncontent-type: application/json\r\ncontent-length: {Encoding.UTF8.GetByteCount(error)}\r\n\r\n{error}");
            return;
        }

        if (json["stream"]?.GetValue<bool>() != true)
        {
            var whole = Whole(format, said);
            await request.SendAsync($"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {Encoding.UTF8.GetByteCount(whole)}\r\n\r\n{whole}");
            return;
        }

        await request.BeginChunkedAsync();
        var events = Events(format, said).ToArray();
        foreach (var next in Breaks ? events[..(events.Length / 2)] : events)
            await request.SendChunkAsync(next);
        if (Breaks)
            request.Close();
        else
            await request.EndChunkedAsync();
    }

    private static string SaidIn(JsonNode request)
    {
        var last = (request["messages"] ?? request["input"]) is JsonArray and [.., JsonObject item] ? item["content"] : request["input"] ?? request["prompt"];
        return last is JsonArray parts ? string.Concat(parts.Select(part => part is JsonValue text ? text.GetValue<string>() : part!["text"]?.GetValue<string>())) : last?.GetValue<string>() ?? "";
    }

    private string Whole(string format, string said) => format switch
    {
        "messages" => """{"id":"msg_1","type":"message","role":"assistant","model":"m","content":[BLOCK],"stop_reason":"end_turn","usage":{"input_tokens":1,"output_tokens":2}}"""
            .Replace("BLOCK", Calls ? """{"type":"tool_use","id":"t1","name":"send","input":ARGUMENTS}""" : """{"type":"text","text":SAID}""", StringComparison.Ordinal)
            .Replace("ARGUMENTS", Arguments(said), StringComparison.Ordinal).Replace("SAID", Quoted(said), StringComparison.Ordinal),
        "responses" => Response(said),
        _ => """{"id":"c1","object":"chat.completion","model":"m","choices":[{"index":0,"message":{"role":"assistant",MESSAGE},"finish_reason":"stop"}],"usage":{"prompt_tokens":1,"completion_tokens":2,"total_tokens":3}}"""
            .Replace("MESSAGE", Calls ? """ "content":null,"tool_calls":[{"id":"t1","type":"function","function":{"name":"send","arguments":ARGUMENTS}}]""" : """ "content":SAID""", StringComparison.Ordinal)
            .Replace("ARGUMENTS", Quoted(Arguments(said)), StringComparison.Ordinal).Replace("SAID", Quoted(said), StringComparison.Ordinal),
    };

    private static string Arguments(string said) => "{\"to\":" + Quoted(said) + "}";

    private static string Response(string said) =>
        """{"id":"resp_1","object":"response","created_at":1764400000,"status":"completed","model":"m","output":[{"type":"message","id":"m1","status":"completed","role":"assistant","content":[{"type":"output_text","text":SAID,"annotations":[]}]}],"usage":{"input_tokens":1,"output_tokens":2,"total_tokens":3}}""".Replace("SAID", Quoted(said), StringComparison.Ordinal);

    private IEnumerable<string> Events(string format, string said)
    {
        var pieces = Enumerable.Range(0, (said.Length + Piece - 1) / Piece).Select(i => said.Substring(i * Piece, Math.Min(Piece, said.Length - (i * Piece))));
        switch (format)
        {
            case "messages":
                yield return Named("message_start", """{"type":"message_start","message":{"id":"msg_1","type":"message","role":"assistant","model":"m","content":[],"stop_reason":null,"usage":{"input_tokens":1,"output_tokens":1}}}""");
                yield return Named("content_block_start", """{"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}}""");
                yield return Named("ping", """{"type":"ping"}""");
                foreach (var piece in pieces)
                    yield return Named("content_block_delta", """{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":PIECE}}""".Replace("PIECE", Quoted(piece), StringComparison.Ordinal));
                yield return Named("content_block_stop", """{"type":"content_block_stop","index":0}""");
                yield return Named("message_delta", """{"type":"message_delta","delta":{"stop_reason":"end_turn","stop_sequence":null},"usage":{"output_tokens":2}}""");
                yield return Named("message_stop", """{"type":"message_stop"}""");
                break;
            case "responses":
                yield return Named("response.created", """{"type":"response.created","sequence_number":0,"response":{"id":"resp_1","object":"response","status":"in_progress","model":"m","output":[]}}""");
                yield return Named("response.output_item.added", """{"type":"response.output_item.added","sequence_number":1,"output_index":0,"item":{"type":"message","id":"m1","status":"in_progress","role":"assistant","content":[]}}""");
                var number = 2;
                foreach (var piece in pieces)
                    yield return Named("response.output_text.delta", $$"""{"type":"response.output_text.delta","sequence_number":{{number++}},"item_id":"m1","output_index":0,"content_index":0,"delta":{{Quoted(piece)}}}""");
                yield return Named("response.output_text.done", $$"""{"type":"response.output_text.done","sequence_number":{{number++}},"item_id":"m1","output_index":0,"content_index":0,"text":{{Quoted(said)}}}""");
                yield return Named("response.completed", $$"""{"type":"response.completed","sequence_number":{{number}},"response":{{Response(said)}}}""");
                break;
            default:
                yield return """data: {"id":"c1","object":"chat.completion.chunk","model":"m","choices":[{"index":0,"delta":{"role":"assistant","content":""},"finish_reason":null}]}""" + "\n\n";
                foreach (var piece in pieces)
                    yield return $$"""data: {"id":"c1","object":"chat.completion.chunk","model":"m","choices":[{"index":0,"delta":{"content":{{Quoted(piece)}}},"finish_reason":null}]}""" + "\n\n";
                yield return """data: {"id":"c1","object":"chat.completion.chunk","model":"m","choices":[{"index":0,"delta":{},"finish_reason":"stop"}],"usage":{"prompt_tokens":1,"completion_tokens":2,"total_tokens":3}}""" + "\n\n";
                yield return "data: [DONE]\n\n";
                break;
        }
    }

    private static string Named(string name, string data) => $"event: {name}\ndata: {data}\n\n";

    private static string Quoted(string text) => JsonSerializer.Serialize(text);
}
