namespace Hostile;

/// <summary>Requests, answers and streams of the three formats.</summary>
internal static class Words
{
    public static readonly string[] Paths = ["/v1/chat/completions", "/v1/messages", "/v1/responses"];

    public static string Request(string path, string model, bool stream, string text = "hi") => path switch
    {
        "/v1/messages" => $$"""{"model":"{{model}}","stream":{{Flag(stream)}},"max_tokens":100,"messages":[{"role":"user","content":"{{text}}"}]}""",
        "/v1/responses" => $$"""{"model":"{{model}}","stream":{{Flag(stream)}},"store":false,"input":"{{text}}"}""",
        _ => $$"""{"model":"{{model}}","stream":{{Flag(stream)}},"messages":[{"role":"user","content":"{{text}}"}]}""",
    };

    public static string Answer(string path, string text)
    {
        if (path.Contains("/messages", StringComparison.Ordinal))
            return $$$"""{"id":"msg_1","type":"message","role":"assistant","model":"m","content":[{"type":"text","text":"{{{text}}}"}],"stop_reason":"end_turn","stop_sequence":null,"usage":{"input_tokens":10,"output_tokens":4}}""";
        return path.Contains("/responses", StringComparison.Ordinal)
            ? $$$"""{"id":"resp_1","object":"response","created_at":1,"status":"completed","model":"m","output":[{"type":"message","id":"msg_1","status":"completed","role":"assistant","content":[{"type":"output_text","text":"{{{text}}}","annotations":[]}]}],"usage":{"input_tokens":10,"output_tokens":4,"total_tokens":14}}"""
            : $$$"""{"id":"c","object":"chat.completion","created":1,"model":"m","choices":[{"index":0,"message":{"role":"assistant","content":"{{{text}}}"},"finish_reason":"stop"}],"usage":{"prompt_tokens":10,"completion_tokens":4,"total_tokens":14}}""";
    }

    public static string Error(string path) => path.Contains("/messages", StringComparison.Ordinal)
        ? """{"type":"error","error":{"type":"api_error","message":"no luck"}}"""
        : """{"error":{"message":"no luck","type":"server_error","param":null,"code":null}}""";

    public static string[] Events(string path)
    {
        if (path.Contains("/messages", StringComparison.Ordinal))
        {
            return
            [
                "event: message_start\ndata: {\"type\":\"message_start\",\"message\":{\"id\":\"msg_1\",\"type\":\"message\",\"role\":\"assistant\",\"model\":\"m\",\"content\":[],\"usage\":{\"input_tokens\":10,\"output_tokens\":1}}}\n\n",
                "event: content_block_start\ndata: {\"type\":\"content_block_start\",\"index\":0,\"content_block\":{\"type\":\"text\",\"text\":\"\"}}\n\n",
                .. Enumerable.Repeat("event: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":\"text_delta\",\"text\":\"word \"}}\n\n", 8),
                "event: content_block_stop\ndata: {\"type\":\"content_block_stop\",\"index\":0}\n\n",
                "event: message_delta\ndata: {\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"end_turn\"},\"usage\":{\"output_tokens\":8}}\n\n",
                "event: message_stop\ndata: {\"type\":\"message_stop\"}\n\n",
            ];
        }

        if (path.Contains("/responses", StringComparison.Ordinal))
        {
            const string Item = "{\"type\":\"message\",\"id\":\"msg_1\",\"status\":\"completed\",\"role\":\"assistant\",\"content\":[{\"type\":\"output_text\",\"text\":\"word word \",\"annotations\":[]}]}";
            return
            [
                "event: response.created\ndata: {\"type\":\"response.created\",\"response\":{\"id\":\"resp_1\",\"object\":\"response\",\"status\":\"in_progress\",\"output\":[]}}\n\n",
                "event: response.output_item.added\ndata: {\"type\":\"response.output_item.added\",\"output_index\":0,\"item\":{\"type\":\"message\",\"id\":\"msg_1\",\"role\":\"assistant\",\"content\":[]}}\n\n",
                .. Enumerable.Repeat("event: response.output_text.delta\ndata: {\"type\":\"response.output_text.delta\",\"item_id\":\"msg_1\",\"output_index\":0,\"content_index\":0,\"delta\":\"word \"}\n\n", 8),
                $"event: response.output_item.done\ndata: {{\"type\":\"response.output_item.done\",\"output_index\":0,\"item\":{Item}}}\n\n",
                $"event: response.completed\ndata: {{\"type\":\"response.completed\",\"response\":{{\"id\":\"resp_1\",\"object\":\"response\",\"status\":\"completed\",\"output\":[{Item}],\"usage\":{{\"input_tokens\":10,\"output_tokens\":8,\"total_tokens\":18}}}}}}\n\n",
            ];
        }

        return
        [
            "data: {\"id\":\"c\",\"object\":\"chat.completion.chunk\",\"created\":1,\"model\":\"m\",\"choices\":[{\"index\":0,\"delta\":{\"role\":\"assistant\",\"content\":\"\"},\"finish_reason\":null}]}\n\n",
            .. Enumerable.Repeat("data: {\"id\":\"c\",\"object\":\"chat.completion.chunk\",\"created\":1,\"model\":\"m\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\"word \"},\"finish_reason\":null}]}\n\n", 8),
            "data: {\"id\":\"c\",\"object\":\"chat.completion.chunk\",\"created\":1,\"model\":\"m\",\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}\n\n",
            "data: [DONE]\n\n",
        ];
    }

    private static string Flag(bool value) => value ? "true" : "false";
}
