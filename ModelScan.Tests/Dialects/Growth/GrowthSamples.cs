using System.Text;
using System.Text.Json.Nodes;
using ModelScan.Tests.Support;

namespace ModelScan.Tests.Dialects.Growth;

/// <summary>A request, an answer and a stream of each format with the fields that its reference documents.</summary>
internal static class GrowthSamples
{
    private const string Schema = """{"type":"object","properties":{"a":{"type":"string","enum":["x","y"]},"b":{"$ref":"#/$defs/B"}},"required":["a","b"],"additionalProperties":false,"$defs":{"B":{"type":"object","properties":{"c":{"type":"array","items":{"type":"integer"}}},"anyOf":[{"required":["c"]}]}}}""";

    /// <summary>A request of a client's format.</summary>
    public static JsonNode Request(ApiFormat client) => JsonNode.Parse(client switch
    {
        ApiFormat.Messages => Messages,
        ApiFormat.Responses => Responses,
        _ => Chat,
    })!;

    /// <summary>A whole answer of a provider's format.</summary>
    public static JsonNode Answer(ApiFormat provider) => JsonNode.Parse(provider switch
    {
        ApiFormat.Messages => """{"id":"msg_1","type":"message","role":"assistant","model":"m","content":[{"type":"thinking","thinking":"hm hm","signature":"sig"},{"type":"text","text":"Hello you","citations":[{"type":"web_search_result_location","url":"https://a.example","title":"A","cited_text":"hello","encrypted_index":"e"}]},{"type":"tool_use","id":"toolu_1","name":"f","input":{"a":"x"}},{"type":"server_tool_use","id":"s","name":"web_search","input":{}}],"stop_reason":"tool_use","usage":{"input_tokens":1,"output_tokens":2}}""",
        ApiFormat.Responses => """{"id":"resp_1","object":"response","status":"completed","output":[{"type":"reasoning","id":"rs_1","summary":[{"type":"summary_text","text":"hm hm"}],"encrypted_content":"e e"},{"type":"message","id":"msg_1","role":"assistant","content":[{"type":"output_text","text":"Hello you 😀","annotations":[{"type":"url_citation","url":"https://a.example","title":"A","start_index":0,"end_index":5}],"logprobs":[{"token":"He","logprob":-0.1,"top_logprobs":[]}]},{"type":"refusal","refusal":"no no"}]},{"type":"function_call","id":"fc_1","call_id":"call_1","name":"f","arguments":"{\"a\":1}"},{"type":"web_search_call","id":"ws_1"}],"usage":{"input_tokens":1,"output_tokens":2}}""",
        ApiFormat.Converse => """{"output":{"message":{"role":"assistant","content":[{"reasoningContent":{"reasoningText":{"text":"hm hm","signature":"sig"}}},{"text":"Hello you"},{"citationsContent":{"content":[{"text":"Hello"}],"citations":[{"title":"A","sourceContent":[{"text":"s"}],"location":{"documentChar":{"documentIndex":0,"start":0,"end":2}}}]}},{"toolUse":{"toolUseId":"t1","name":"f","input":{"a":"x"}}}]}},"stopReason":"tool_use","usage":{"inputTokens":1,"outputTokens":2}}""",
        _ => """{"id":"chatcmpl-1","choices":[{"index":0,"message":{"role":"assistant","content":[{"type":"text","text":"Hello you 😀"}],"reasoning_content":"hm hm","reasoning_details":[{"type":"reasoning.text","text":"hm","signature":"s s"},{"type":"reasoning.encrypted","data":"d d"}],"annotations":[{"type":"url_citation","url_citation":{"url":"https://a.example","title":"A","start_index":0,"end_index":5}}],"tool_calls":[{"index":0,"id":"call_1","type":"function","function":{"name":"f","arguments":"{\"a\":1}"}}]},"logprobs":{"content":[{"token":"He","logprob":-0.1,"top_logprobs":[]}]},"finish_reason":"tool_calls"}],"usage":{"prompt_tokens":1,"completion_tokens":2}}""",
    })!;

    /// <summary>The events of a stream of a provider's format.</summary>
    public static IReadOnlyList<JsonNode> Stream(ApiFormat provider) => [.. JsonNode.Parse(provider switch
    {
        ApiFormat.Messages => """[{"type":"message_start","message":{"id":"msg_1","usage":{"input_tokens":1}}},{"type":"content_block_start","index":0,"content_block":{"type":"thinking","thinking":""}},{"type":"content_block_delta","index":0,"delta":{"type":"thinking_delta","thinking":"hm"}},{"type":"content_block_delta","index":0,"delta":{"type":"signature_delta","signature":"sig"}},{"type":"content_block_stop","index":0},{"type":"content_block_start","index":1,"content_block":{"type":"text","text":""}},{"type":"content_block_delta","index":1,"delta":{"type":"text_delta","text":"Hello"}},{"type":"content_block_delta","index":1,"delta":{"type":"citations_delta","citation":{"type":"web_search_result_location","url":"https://a.example","title":"A","cited_text":"h"}}},{"type":"content_block_stop","index":1},{"type":"content_block_start","index":2,"content_block":{"type":"tool_use","id":"toolu_1","name":"f","input":{}}},{"type":"content_block_delta","index":2,"delta":{"type":"input_json_delta","partial_json":"{\"a\":["}},{"type":"content_block_delta","index":2,"delta":{"type":"input_json_delta","partial_json":"[],"}},{"type":"content_block_delta","index":2,"delta":{"type":"input_json_delta","partial_json":"1]}"}},{"type":"content_block_stop","index":2},{"type":"message_delta","delta":{"stop_reason":"tool_use"},"usage":{"output_tokens":2}},{"type":"message_stop"}]""",
        ApiFormat.Responses => """[{"type":"response.created","response":{"id":"resp_1","status":"in_progress","output":[]}},{"type":"response.output_item.added","output_index":0,"item":{"type":"reasoning","id":"rs_1","summary":[]}},{"type":"response.reasoning_summary_text.delta","output_index":0,"summary_index":0,"delta":"hm"},{"type":"response.output_item.done","output_index":0,"item":{"type":"reasoning","id":"rs_1","summary":[{"type":"summary_text","text":"hm"}],"encrypted_content":"e"}},{"type":"response.output_item.added","output_index":1,"item":{"type":"message","id":"msg_1","content":[]}},{"type":"response.output_text.delta","output_index":1,"content_index":0,"delta":"Hello"},{"type":"response.refusal.delta","output_index":1,"content_index":1,"delta":"no"},{"type":"response.output_text.done","output_index":1,"content_index":2,"text":"Hello"},{"type":"response.output_text.annotation.added","output_index":1,"content_index":0,"annotation":{"type":"url_citation","url":"https://a.example","title":"A","start_index":0,"end_index":5}},{"type":"response.output_item.done","output_index":1,"item":{"type":"message","id":"msg_1","content":[{"type":"output_text","text":"Hello"}]}},{"type":"response.output_item.added","output_index":2,"item":{"type":"function_call","id":"fc_1","call_id":"call_1","name":"f","arguments":""}},{"type":"response.function_call_arguments.delta","output_index":2,"delta":"{\"a\":["},{"type":"response.function_call_arguments.delta","output_index":2,"delta":"[],"},{"type":"response.function_call_arguments.delta","output_index":2,"delta":"1]}"},{"type":"response.output_item.done","output_index":2,"item":{"type":"function_call","id":"fc_1","call_id":"call_1","name":"f","arguments":"{\"a\":[[],1]}"}},{"type":"response.completed","response":{"id":"resp_1","status":"completed","output":[{"type":"message","id":"msg_1","content":[{"type":"output_text","text":"Hello"}]}],"usage":{"input_tokens":1,"output_tokens":2}}}]""",
        ApiFormat.Converse => """[{"messageStart":{"role":"assistant"}},{"contentBlockDelta":{"contentBlockIndex":0,"delta":{"reasoningContent":{"text":"hm"}}}},{"contentBlockDelta":{"contentBlockIndex":0,"delta":{"reasoningContent":{"signature":"sig"}}}},{"contentBlockStop":{"contentBlockIndex":0}},{"contentBlockDelta":{"contentBlockIndex":1,"delta":{"text":"Hello"}}},{"contentBlockDelta":{"contentBlockIndex":1,"delta":{"citation":{"title":"A","location":{"web":{"url":"https://a.example"}}}}}},{"contentBlockStop":{"contentBlockIndex":1}},{"contentBlockStart":{"contentBlockIndex":2,"start":{"toolUse":{"toolUseId":"t1","name":"f"}}}},{"contentBlockDelta":{"contentBlockIndex":2,"delta":{"toolUse":{"input":"{\"a\":["}}}},{"contentBlockDelta":{"contentBlockIndex":2,"delta":{"toolUse":{"input":"[],"}}}},{"contentBlockDelta":{"contentBlockIndex":2,"delta":{"toolUse":{"input":"1]}"}}}},{"contentBlockStop":{"contentBlockIndex":2}},{"messageStop":{"stopReason":"tool_use"}},{"metadata":{"usage":{"inputTokens":1,"outputTokens":2}}}]""",
        _ => """[{"id":"c","choices":[{"index":0,"delta":{"role":"assistant","content":""}}]},{"id":"c","choices":[{"index":0,"delta":{"reasoning_content":"hm"}}]},{"id":"c","choices":[{"index":0,"delta":{"reasoning_details":[{"type":"reasoning.text","text":"hm","signature":"s"}]}}]},{"id":"c","choices":[{"index":0,"delta":{"content":"   "}}]},{"id":"c","choices":[{"index":0,"delta":{"content":"Hello"}}]},{"id":"c","choices":[{"index":0,"delta":{"annotations":[{"type":"url_citation","url_citation":{"url":"https://a.example","title":"A","start_index":0,"end_index":5}}]}}]},{"id":"c","choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"id":"call_1","type":"function","function":{"name":"f","arguments":""}}]}}]},{"id":"c","choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"function":{"name":"f","arguments":"{\"a\":["}}]}}]},{"id":"c","choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"function":{"arguments":"[],"}}]}}]},{"id":"c","choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"function":{"arguments":"1]}"}}]}}]},{"id":"c","choices":[{"index":0,"delta":{},"finish_reason":"tool_calls"}]}]""",
    })!.AsArray().Select(item => item!)];

    /// <summary>Events as a provider sends them.</summary>
    public static byte[] Bytes(ApiFormat provider, IEnumerable<JsonNode> events)
    {
        if (provider == ApiFormat.Converse)
            return [.. events.SelectMany(item => ConverseFrames.Of(item.AsObject()))];
        var text = new StringBuilder();
        foreach (var item in events)
            text.Append(provider == ApiFormat.ChatCompletions ? "" : $"event: {item["type"]}\n").Append("data: ").Append(item.ToJsonString()).Append("\n\n");
        if (provider == ApiFormat.ChatCompletions)
            text.Append("data: [DONE]\n\n");
        return Encoding.UTF8.GetBytes(text.ToString());
    }

    private const string Chat = $$$$"""
        {"model":"m","messages":[{"role":"system","content":[{"type":"text","text":"Be kind"}]},{"role":"user","content":[{"type":"text","text":"Hello you"},{"type":"image_url","image_url":{"url":"data:image/png;base64,iVBORw0KGgo="}},{"type":"file","file":{"filename":"a.pdf","file_data":"data:application/pdf;base64,JVBERi0="}}]},
        {"role":"assistant","content":[{"type":"text","text":"On it"}],"reasoning_content":"hm hm","reasoning_details":[{"type":"reasoning.text","text":"hm","signature":"s s"}],"tool_calls":[{"id":"call_1","type":"function","function":{"name":"f","arguments":"{\"a\":1}"}}]},{"role":"tool","tool_call_id":"call_1","content":[{"type":"text","text":"done it"}]},{"role":"user","content":"And now"}],
        "tools":[{"type":"function","function":{"name":"f","description":"Does it","parameters":{{{{Schema}}}},"strict":true}}],"tool_choice":{"type":"allowed_tools","allowed_tools":{"mode":"auto","tools":[{"type":"function","function":{"name":"f"}}]}},
        "response_format":{"type":"json_schema","json_schema":{"name":"out","schema":{{{{Schema}}}},"strict":true}},"stop":["END"],"metadata":{"k":"v v"},"user":"u u","max_completion_tokens":100}
        """;

    private const string Messages = $$$$"""
        {"model":"m","max_tokens":100,"system":[{"type":"text","text":"Be kind"}],"messages":[{"role":"user","content":[{"type":"text","text":"Hello you"},{"type":"image","source":{"type":"base64","media_type":"image/png","data":"iVBORw0KGgo="}},{"type":"document","title":"a.pdf","source":{"type":"base64","media_type":"application/pdf","data":"JVBERi0="}}]},
        {"role":"assistant","content":[{"type":"thinking","thinking":"hm hm","signature":"s s"},{"type":"text","text":"On it"},{"type":"tool_use","id":"toolu_1","name":"f","input":{"a":"x y"}}]},{"role":"user","content":[{"type":"tool_result","tool_use_id":"toolu_1","content":[{"type":"text","text":"done it"},{"type":"tool_reference","tool_name":"f"}]},{"type":"search_result","title":"T t","source":"S s","content":[{"type":"text","text":"found it"}]},{"type":"text","text":"And now"}]}],
        "tools":[{"name":"f","description":"Does it","input_schema":{{{{Schema}}}}}],"tool_choice":{"type":"auto"},"output_config":{"format":{"type":"json_schema","schema":{{{{Schema}}}}}},"stop_sequences":["END"],"metadata":{"user_id":"u u"}}
        """;

    private const string Responses = $$$$"""
        {"model":"m","instructions":"Be kind","input":[{"role":"user","content":[{"type":"input_text","text":"Hello you"},{"type":"input_image","image_url":"data:image/png;base64,iVBORw0KGgo="},{"type":"input_file","filename":"a.pdf","file_data":"data:application/pdf;base64,JVBERi0="}]},
        {"type":"reasoning","summary":[{"type":"summary_text","text":"hm hm"}],"encrypted_content":"e e"},{"type":"function_call","call_id":"call_1","name":"f","arguments":"{\"a\":1}"},{"type":"function_call_output","call_id":"call_1","output":[{"type":"input_text","text":"done it"}]},{"role":"assistant","content":[{"type":"output_text","text":"On it","annotations":[]}]},{"role":"user","content":"And now"}],
        "tools":[{"type":"function","name":"f","description":"Does it","parameters":{{{{Schema}}}},"strict":true},{"type":"namespace","name":"n","tools":[{"type":"function","name":"g"}]}],"tool_choice":{"type":"allowed_tools","mode":"auto","tools":[{"type":"function","name":"f"}]},
        "text":{"format":{"type":"json_schema","name":"out","schema":{{{{Schema}}}},"strict":true}},"include":["reasoning.encrypted_content"],"metadata":{"k":"v v"},"user":"u u","max_output_tokens":100}
        """;
}
