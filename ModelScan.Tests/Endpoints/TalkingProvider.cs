using System.Text;
using System.Text.Json.Nodes;
using ModelScan.Tests.Support;

namespace ModelScan.Tests.Endpoints;

/// <summary>
/// Providers of every format at one address: to their first request they answer with a call of the tool <c>look</c> where one is offered, to the second
/// with a text, and so on in turn. Responses are kept, as OpenAI does, and asked about by their ids.
/// </summary>
internal sealed class TalkingProvider : IAsyncDisposable
{
    private readonly RawUpstream _upstream;
    private readonly Lock _lock = new();
    private string _last = "";
    private int _count;

    public TalkingProvider() => _upstream = RawUpstream.Start(AnswerAsync);

    public Uri Address => _upstream.Address;

    /// <summary>How many turns it has answered.</summary>
    public int Count => Volatile.Read(ref _count);

    /// <summary>The body of the last one.</summary>
    public string Last
    {
        get
        {
            lock (_lock)
                return _last;
        }
    }

    /// <summary>The tool that is called, where one is offered.</summary>
    public string Tool { get; init; } = "look";

    /// <summary>Whether it is called at all.</summary>
    public bool Calls { get; init; } = true;

    /// <summary>What it is given in a turn: a JSON object.</summary>
    public Func<int, string> Arguments { get; init; } = static turn => $$"""{"at":"place {{turn}}"}""";

    /// <summary>Whether the Messages provider thinks before it answers.</summary>
    public bool Thinks { get; init; }

    /// <summary>Whether the Responses provider makes conversations shorter.</summary>
    public bool HasCompaction { get; init; } = true;

    public ValueTask DisposeAsync() => _upstream.DisposeAsync();

    private Task AnswerAsync(RawRequest request)
    {
        var (method, path) = (request.Head.Split(' ')[0], request.Head.Split(' ')[1]);
        if (path.StartsWith("/v1/responses/resp_", StringComparison.Ordinal))
            return SendAsync(request, "application/json", new JsonObject { ["seen"] = $"{method} {path}" }.ToJsonString());
        if (path.EndsWith("/compact", StringComparison.Ordinal))
            return CompactAsync(request, path);
        int turn;
        lock (_lock)
        {
            _last = Encoding.UTF8.GetString(request.Body);
            turn = _count++;
        }

        var body = JsonNode.Parse(request.Body)!;
        var calls = Calls && turn % 2 == 0 && body["tool_choice"]?.ToJsonString().Contains("none", StringComparison.Ordinal) != true && (body["tools"] ?? body["toolConfig"]) is not null;
        var stream = body["stream"]?.GetValue<bool>() == true;
        return path switch
        {
            _ when path.EndsWith("/chat/completions", StringComparison.Ordinal) => stream ? SendAsync(request, "text/event-stream", ChatStream(turn, calls)) : SendAsync(request, "application/json", ChatWhole(turn, calls)),
            _ when path.EndsWith("/messages", StringComparison.Ordinal) => stream ? SendAsync(request, "text/event-stream", MessagesStream(turn, calls)) : SendAsync(request, "application/json", MessagesWhole(turn, calls)),
            _ when path.EndsWith("/converse", StringComparison.Ordinal) => SendAsync(request, "application/json", Converse(turn, calls)),
            _ => stream ? SendAsync(request, "text/event-stream", ResponsesStream(turn, calls)) : SendAsync(request, "application/json", Response(turn, calls)),
        };
    }

    private Task CompactAsync(RawRequest request, string path)
    {
        lock (_lock)
            _last = Encoding.UTF8.GetString(request.Body);
        return HasCompaction
            ? SendAsync(request, "application/json", new JsonObject { ["object"] = "response.compaction", ["path"] = path }.ToJsonString())
            : request.SendAsync("HTTP/1.1 404 Not Found\r\ncontent-type: application/json\r\ncontent-length: 33\r\n\r\n{\"error\":{\"message\":\"not found\"}}");
    }

    private static Task SendAsync(RawRequest request, string type, string text) =>
        request.SendAsync($"HTTP/1.1 200 OK\r\ncontent-type: {type}\r\ncontent-length: {Encoding.UTF8.GetByteCount(text)}\r\n\r\n{text}");

    private string ChatWhole(int turn, bool calls) => Fill(turn, calls
        ? """{"id":"cTURN","choices":[{"index":0,"message":{"role":"assistant","content":null,"tool_calls":[{"id":"call_TURN","type":"function","function":{"name":"TOOL","arguments":TEXT}}]},"finish_reason":"tool_calls"}]}"""
        : """{"id":"cTURN","choices":[{"index":0,"message":{"role":"assistant","content":"answer TURN"},"finish_reason":"stop"}]}""");

    private string ChatStream(int turn, bool calls) => Fill(turn, calls
        ? """
            data: {"id":"cTURN","choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"id":"call_TURN","type":"function","function":{"name":"TOOL","arguments":TEXT}}]},"finish_reason":null}]}

            data: {"id":"cTURN","choices":[{"index":0,"delta":{},"finish_reason":"tool_calls"}]}

            data: [DONE]


            """
        : """
            data: {"id":"cTURN","choices":[{"index":0,"delta":{"content":"answer TURN"},"finish_reason":null}]}

            data: {"id":"cTURN","choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}

            data: [DONE]


            """);

    private string MessagesWhole(int turn, bool calls)
    {
        var thought = Thinks ? """{"type":"thinking","thinking":"hm","signature":"the author's signature"},""" : "";
        return Fill(turn, """{"id":"msg_TURN","type":"message","role":"assistant","content":[THOUGHTBLOCK],"stop_reason":"REASON","usage":{"input_tokens":1,"output_tokens":2}}"""
            .Replace("THOUGHT", thought, StringComparison.Ordinal)
            .Replace("BLOCK", calls ? """{"type":"tool_use","id":"call_TURN","name":"TOOL","input":ARGUMENTS}""" : """{"type":"text","text":"answer TURN"}""", StringComparison.Ordinal)
            .Replace("REASON", calls ? "tool_use" : "end_turn", StringComparison.Ordinal));
    }

    private string MessagesStream(int turn, bool calls) => Fill(turn, """
        event: message_start
        data: {"type":"message_start","message":{"id":"msg_TURN","type":"message","role":"assistant","model":"x","content":[],"stop_reason":null,"usage":{"input_tokens":1,"output_tokens":1}}}

        event: content_block_start
        data: {"type":"content_block_start","index":0,"content_block":BLOCK}

        event: content_block_delta
        data: {"type":"content_block_delta","index":0,"delta":DELTA}

        event: content_block_stop
        data: {"type":"content_block_stop","index":0}

        event: message_delta
        data: {"type":"message_delta","delta":{"stop_reason":"REASON"},"usage":{"output_tokens":2}}

        event: message_stop
        data: {"type":"message_stop"}


        """
        .Replace("BLOCK", calls ? """{"type":"tool_use","id":"call_TURN","name":"TOOL","input":{}}""" : """{"type":"text","text":""}""", StringComparison.Ordinal)
        .Replace("DELTA", calls ? """{"type":"input_json_delta","partial_json":TEXT}""" : """{"type":"text_delta","text":"answer TURN"}""", StringComparison.Ordinal)
        .Replace("REASON", calls ? "tool_use" : "end_turn", StringComparison.Ordinal));

    private string Converse(int turn, bool calls) => Fill(turn, calls
        ? """{"output":{"message":{"role":"assistant","content":[{"toolUse":{"toolUseId":"call_TURN","name":"TOOL","input":ARGUMENTS}}]}},"stopReason":"tool_use","usage":{"inputTokens":1,"outputTokens":2,"totalTokens":3}}"""
        : """{"output":{"message":{"role":"assistant","content":[{"text":"answer TURN"}]}},"stopReason":"end_turn","usage":{"inputTokens":1,"outputTokens":2,"totalTokens":3}}""");

    private static string Item(bool calls) => calls
        ? """{"type":"function_call","id":"fc_TURN","call_id":"call_TURN","name":"TOOL","arguments":TEXT,"status":"completed"}"""
        : """{"type":"message","id":"msg_TURN","status":"completed","role":"assistant","content":[{"type":"output_text","text":"answer TURN","annotations":[]}]}""";

    private static string Whole(bool calls) =>
        """{"id":"resp_TURN","object":"response","created_at":1764400000,"status":"completed","store":true,"output":[ITEM],"usage":{"input_tokens":1,"output_tokens":2,"total_tokens":3}}"""
            .Replace("ITEM", Item(calls), StringComparison.Ordinal);

    private string Response(int turn, bool calls) => Fill(turn, Whole(calls));

    private string ResponsesStream(int turn, bool calls) => Fill(turn, """
        event: response.created
        data: {"type":"response.created","sequence_number":0,"response":{"id":"resp_TURN","object":"response","status":"in_progress","output":[]}}

        event: response.output_item.done
        data: {"type":"response.output_item.done","sequence_number":1,"output_index":0,"item":ITEM}

        event: response.completed
        data: {"type":"response.completed","sequence_number":2,"response":WHOLE}


        """.Replace("ITEM", Item(calls), StringComparison.Ordinal).Replace("WHOLE", Whole(calls), StringComparison.Ordinal));

    private string Fill(int turn, string text) => text
        .Replace("ARGUMENTS", Arguments(turn), StringComparison.Ordinal)
        .Replace("TEXT", System.Text.Json.JsonSerializer.Serialize(Arguments(turn)), StringComparison.Ordinal)
        .Replace("TOOL", Tool, StringComparison.Ordinal)
        .Replace("TURN", turn.ToString(System.Globalization.CultureInfo.InvariantCulture), StringComparison.Ordinal);
}
