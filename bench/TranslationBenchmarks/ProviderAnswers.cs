using System.Text;
using ModelScan.RoutingApi.Wire;

namespace TranslationBenchmarks;

/// <summary>A whole answer in each provider's format: a thought, about 2 KB of text, two calls, the usage.</summary>
internal static class ProviderAnswers
{
    private static readonly string Thought = string.Concat(Enumerable.Repeat("The file has to be read first. ", 12));
    private static readonly string Text = string.Concat(Enumerable.Repeat("Here is what I found in the file, line by line.\\n", 40));
    private const string Input = """{"path":"/src/File.cs","limit":200}""";
    private const string InputText = """{\"path\":\"/src/File.cs\",\"limit\":200}""";

    /// <summary>The body.</summary>
    public static byte[] Of(ApiFormat provider) => Encoding.UTF8.GetBytes(provider switch
    {
        ApiFormat.Messages => $$$$$$"""{"id":"msg_1","type":"message","role":"assistant","model":"p","content":[{"type":"thinking","thinking":"{{{{{{Thought}}}}}}","signature":"c2lnbmF0dXJl"},{"type":"text","text":"{{{{{{Text}}}}}}"},{"type":"tool_use","id":"toolu_1","name":"tool1","input":{{{{{{Input}}}}}}},{"type":"tool_use","id":"toolu_2","name":"tool2","input":{{{{{{Input}}}}}}}],"stop_reason":"tool_use","stop_sequence":null,"usage":{"input_tokens":100,"cache_read_input_tokens":50,"cache_creation_input_tokens":0,"output_tokens":500}}""",
        ApiFormat.Responses => $$$$$$"""{"id":"resp_1","object":"response","created_at":1800000000,"status":"completed","model":"p","output":[{"type":"reasoning","id":"rs_1","summary":[{"type":"summary_text","text":"{{{{{{Thought}}}}}}"}],"encrypted_content":"c2VhbGVk"},{"type":"message","id":"msg_1","role":"assistant","status":"completed","content":[{"type":"output_text","text":"{{{{{{Text}}}}}}","annotations":[]}]},{"type":"function_call","id":"fc_1","call_id":"call_1","name":"tool1","arguments":"{{{{{{InputText}}}}}}","status":"completed"},{"type":"function_call","id":"fc_2","call_id":"call_2","name":"tool2","arguments":"{{{{{{InputText}}}}}}","status":"completed"}],"usage":{"input_tokens":150,"input_tokens_details":{"cached_tokens":50},"output_tokens":500,"output_tokens_details":{"reasoning_tokens":100},"total_tokens":650}}""",
        ApiFormat.Converse => $$$$$$"""{"output":{"message":{"role":"assistant","content":[{"reasoningContent":{"reasoningText":{"text":"{{{{{{Thought}}}}}}","signature":"c2lnbmF0dXJl"}}},{"text":"{{{{{{Text}}}}}}"},{"toolUse":{"toolUseId":"tooluse_1","name":"tool1","input":{{{{{{Input}}}}}}}},{"toolUse":{"toolUseId":"tooluse_2","name":"tool2","input":{{{{{{Input}}}}}}}}]}},"stopReason":"tool_use","usage":{"inputTokens":100,"outputTokens":500,"totalTokens":600,"cacheReadInputTokens":50}}""",
        _ => $$$$$$"""{"id":"chatcmpl-1","object":"chat.completion","created":1800000000,"model":"p","choices":[{"index":0,"message":{"role":"assistant","content":"{{{{{{Text}}}}}}","reasoning_content":"{{{{{{Thought}}}}}}","tool_calls":[{"id":"call_1","type":"function","function":{"name":"tool1","arguments":"{{{{{{InputText}}}}}}"}},{"id":"call_2","type":"function","function":{"name":"tool2","arguments":"{{{{{{InputText}}}}}}"}}]},"finish_reason":"tool_calls"}],"usage":{"prompt_tokens":150,"completion_tokens":500,"total_tokens":650,"prompt_tokens_details":{"cached_tokens":50},"completion_tokens_details":{"reasoning_tokens":100}}}""",
    });
}
