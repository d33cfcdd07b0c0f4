using System.Buffers.Binary;
using System.IO.Hashing;
using System.Text;
using ModelScan.RoutingApi.Wire;

namespace TranslationBenchmarks;

/// <summary>A stream in each provider's format: a thought in 20 pieces, a text in 200, a call in 20, and what stands around them.</summary>
internal static class ProviderStreams
{
    /// <summary>How many events count as one stream: the pieces. What stands around them is shared out among them.</summary>
    public const int Events = 240;

    /// <summary>The bytes.</summary>
    public static byte[] Of(ApiFormat provider)
    {
        using var stream = new MemoryStream();
        foreach (var (name, data) in Parts(provider))
            stream.Write(provider == ApiFormat.Converse ? Frame(name, data) : Encoding.UTF8.GetBytes(name.Length > 0 ? $"event: {name}\ndata: {data}\n\n" : $"data: {data}\n\n"));
        return stream.ToArray();
    }

    private static IEnumerable<(string Name, string Data)> Parts(ApiFormat provider) => provider switch
    {
        ApiFormat.Messages => Messages().Select(data => (data["{\"type\":\"".Length..].Split('"')[0], data)),
        ApiFormat.Responses => Responses().Select((data, index) => (data["{\"type\":\"".Length..].Split('"')[0], data.Replace("\"sequence_number\":0", $"\"sequence_number\":{index}", StringComparison.Ordinal))),
        ApiFormat.Converse => Converse(),
        _ => Chat().Select(data => ("", data)),
    };

    private static IEnumerable<string> Chat()
    {
        const string Head = """{"id":"chatcmpl-1","object":"chat.completion.chunk","created":1800000000,"model":"p","system_fingerprint":"fp_1","choices":[{"index":0,"delta":""";
        yield return $$$$$$"""{{{{{{Head}}}}}}{"role":"assistant","content":""},"logprobs":null,"finish_reason":null}]}""";
        for (var i = 0; i < 20; i++)
            yield return $$$$$$"""{{{{{{Head}}}}}}{"reasoning_content":" thought{{{{{{i}}}}}}"},"logprobs":null,"finish_reason":null}]}""";
        for (var i = 0; i < 200; i++)
            yield return $$$$$$"""{{{{{{Head}}}}}}{"content":" word{{{{{{i}}}}}}"},"logprobs":null,"finish_reason":null}]}""";
        yield return $$$$$$"""{{{{{{Head}}}}}}{"tool_calls":[{"index":0,"id":"call_1","type":"function","function":{"name":"tool1","arguments":""}}]},"logprobs":null,"finish_reason":null}]}""";
        foreach (var piece in Arguments())
            yield return $$$$$$"""{{{{{{Head}}}}}}{"tool_calls":[{"index":0,"function":{"arguments":"{{{{{{piece}}}}}}"}}]},"logprobs":null,"finish_reason":null}]}""";
        yield return $$$$$$"""{{{{{{Head}}}}}}{},"logprobs":null,"finish_reason":"tool_calls"}]}""";
        yield return """{"id":"chatcmpl-1","object":"chat.completion.chunk","created":1800000000,"model":"p","choices":[],"usage":{"prompt_tokens":150,"completion_tokens":500,"total_tokens":650}}""";
        yield return "[DONE]";
    }

    private static IEnumerable<string> Messages()
    {
        yield return """{"type":"message_start","message":{"id":"msg_1","type":"message","role":"assistant","model":"p","content":[],"stop_reason":null,"stop_sequence":null,"usage":{"input_tokens":150,"output_tokens":1}}}""";
        yield return """{"type":"content_block_start","index":0,"content_block":{"type":"thinking","thinking":"","signature":""}}""";
        for (var i = 0; i < 20; i++)
            yield return $$$$$$"""{"type":"content_block_delta","index":0,"delta":{"type":"thinking_delta","thinking":" thought{{{{{{i}}}}}}"}}""";
        yield return """{"type":"content_block_delta","index":0,"delta":{"type":"signature_delta","signature":"c2lnbmF0dXJl"}}""";
        yield return """{"type":"content_block_stop","index":0}""";
        yield return """{"type":"content_block_start","index":1,"content_block":{"type":"text","text":""}}""";
        for (var i = 0; i < 200; i++)
            yield return $$$$$$"""{"type":"content_block_delta","index":1,"delta":{"type":"text_delta","text":" word{{{{{{i}}}}}}"}}""";
        yield return """{"type":"content_block_stop","index":1}""";
        yield return """{"type":"content_block_start","index":2,"content_block":{"type":"tool_use","id":"toolu_1","name":"tool1","input":{}}}""";
        foreach (var piece in Arguments())
            yield return $$$$$$"""{"type":"content_block_delta","index":2,"delta":{"type":"input_json_delta","partial_json":"{{{{{{piece}}}}}}"}}""";
        yield return """{"type":"content_block_stop","index":2}""";
        yield return """{"type":"message_delta","delta":{"stop_reason":"tool_use","stop_sequence":null},"usage":{"output_tokens":500}}""";
        yield return """{"type":"message_stop"}""";
    }

    private static IEnumerable<string> Responses()
    {
        const string Response = """{"id":"resp_1","object":"response","created_at":1800000000,"status":"in_progress","model":"p","output":[]""";
        yield return $$$$$$"""{"type":"response.created","sequence_number":0,"response":{{{{{{Response}}}}}}}}""";
        yield return """{"type":"response.output_item.added","sequence_number":0,"output_index":0,"item":{"type":"reasoning","id":"rs_1","summary":[]}}""";
        yield return """{"type":"response.reasoning_summary_part.added","sequence_number":0,"item_id":"rs_1","output_index":0,"summary_index":0,"part":{"type":"summary_text","text":""}}""";
        for (var i = 0; i < 20; i++)
            yield return $$$$$$"""{"type":"response.reasoning_summary_text.delta","sequence_number":0,"item_id":"rs_1","output_index":0,"summary_index":0,"delta":" thought{{{{{{i}}}}}}"}""";
        yield return """{"type":"response.output_item.done","sequence_number":0,"output_index":0,"item":{"type":"reasoning","id":"rs_1","summary":[{"type":"summary_text","text":"thought"}],"encrypted_content":"c2VhbGVk"}}""";
        yield return """{"type":"response.output_item.added","sequence_number":0,"output_index":1,"item":{"type":"message","id":"msg_1","role":"assistant","status":"in_progress","content":[]}}""";
        yield return """{"type":"response.content_part.added","sequence_number":0,"item_id":"msg_1","output_index":1,"content_index":0,"part":{"type":"output_text","text":"","annotations":[]}}""";
        for (var i = 0; i < 200; i++)
            yield return $$$$$$"""{"type":"response.output_text.delta","sequence_number":0,"item_id":"msg_1","output_index":1,"content_index":0,"delta":" word{{{{{{i}}}}}}","logprobs":[]}""";
        yield return """{"type":"response.output_item.done","sequence_number":0,"output_index":1,"item":{"type":"message","id":"msg_1","role":"assistant","status":"completed","content":[{"type":"output_text","text":"words","annotations":[]}]}}""";
        yield return """{"type":"response.output_item.added","sequence_number":0,"output_index":2,"item":{"type":"function_call","id":"fc_1","call_id":"call_1","name":"tool1","arguments":"","status":"in_progress"}}""";
        foreach (var piece in Arguments())
            yield return $$$$$$"""{"type":"response.function_call_arguments.delta","sequence_number":0,"item_id":"fc_1","output_index":2,"delta":"{{{{{{piece}}}}}}"}""";
        yield return $$$$$$"""{"type":"response.output_item.done","sequence_number":0,"output_index":2,"item":{"type":"function_call","id":"fc_1","call_id":"call_1","name":"tool1","arguments":"{{{{{{string.Concat(Arguments())}}}}}}","status":"completed"}}""";
        yield return """{"type":"response.completed","sequence_number":0,"response":{"id":"resp_1","object":"response","created_at":1800000000,"status":"completed","model":"p","output":[{"type":"message","id":"msg_1","role":"assistant","status":"completed","content":[{"type":"output_text","text":"words","annotations":[]}]}],"usage":{"input_tokens":150,"output_tokens":500,"total_tokens":650}}}""";
    }

    private static IEnumerable<(string Name, string Data)> Converse()
    {
        yield return ("messageStart", """{"role":"assistant","p":"abcd"}""");
        for (var i = 0; i < 20; i++)
            yield return ("contentBlockDelta", $$$"""{"contentBlockIndex":0,"delta":{"reasoningContent":{"text":" thought{{{i}}}"}},"p":"abcdefgh"}""");
        yield return ("contentBlockDelta", """{"contentBlockIndex":0,"delta":{"reasoningContent":{"signature":"c2lnbmF0dXJl"}},"p":"abcd"}""");
        yield return ("contentBlockStop", """{"contentBlockIndex":0,"p":"abcd"}""");
        for (var i = 0; i < 200; i++)
            yield return ("contentBlockDelta", $$$$$$"""{"contentBlockIndex":1,"delta":{"text":" word{{{{{{i}}}}}}"},"p":"abcdefgh"}""");
        yield return ("contentBlockStop", """{"contentBlockIndex":1,"p":"abcd"}""");
        yield return ("contentBlockStart", """{"contentBlockIndex":2,"start":{"toolUse":{"toolUseId":"tooluse_1","name":"tool1"}},"p":"abcd"}""");
        foreach (var piece in Arguments())
            yield return ("contentBlockDelta", $$$"""{"contentBlockIndex":2,"delta":{"toolUse":{"input":"{{{piece}}}"}},"p":"abcdefgh"}""");
        yield return ("contentBlockStop", """{"contentBlockIndex":2,"p":"abcd"}""");
        yield return ("messageStop", """{"stopReason":"tool_use","p":"abcd"}""");
        yield return ("metadata", """{"usage":{"inputTokens":150,"outputTokens":500,"totalTokens":650},"metrics":{"latencyMs":1},"p":"abcd"}""");
    }

    // {"path":"…","lines":[0,1,…,16],"end":true}
    private static IEnumerable<string> Arguments()
    {
        yield return """{\"path\":""";
        yield return """\"/src/File.cs\",\"lines\":[0""";
        for (var i = 1; i <= 17; i++)
            yield return $",{i}";
        yield return """],\"end\":true}""";
    }

    // https://docs.aws.amazon.com/transcribe/latest/dg/streaming-setting-up.html#streaming-event-stream
    private static byte[] Frame(string type, string payload)
    {
        using var headers = new MemoryStream();
        foreach (var (name, value) in new[] { (":event-type", type), (":content-type", "application/json"), (":message-type", "event") })
        {
            headers.WriteByte((byte)name.Length);
            headers.Write(Encoding.ASCII.GetBytes(name));
            headers.Write([7, (byte)(value.Length >> 8), (byte)value.Length]);
            headers.Write(Encoding.ASCII.GetBytes(value));
        }

        var body = Encoding.UTF8.GetBytes(payload);
        var frame = new byte[12 + headers.Length + body.Length + 4];
        BinaryPrimitives.WriteInt32BigEndian(frame, frame.Length);
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(4), (int)headers.Length);
        BinaryPrimitives.WriteUInt32BigEndian(frame.AsSpan(8), Crc32.HashToUInt32(frame.AsSpan(0, 8)));
        headers.ToArray().CopyTo(frame, 12);
        body.CopyTo(frame, 12 + (int)headers.Length);
        BinaryPrimitives.WriteUInt32BigEndian(frame.AsSpan(frame.Length - 4), Crc32.HashToUInt32(frame.AsSpan(0, frame.Length - 4)));
        return frame;
    }
}
