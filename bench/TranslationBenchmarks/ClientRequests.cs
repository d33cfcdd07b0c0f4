using System.Text;
using ModelScan.RoutingApi.Wire;

namespace TranslationBenchmarks;

/// <summary>The request of a coding agent in the middle of its work, in each client's format: about 12 KB, eight tools, six turns.</summary>
internal static class ClientRequests
{
    private const string Schema = """{"type":"object","properties":{"path":{"type":"string","description":"Absolute path of the file to work on"},"pattern":{"type":"string"},"limit":{"type":"integer","minimum":1}},"required":["path"],"additionalProperties":false}""";
    private const string Description = "Reads a file and returns its lines with numbers. Use it before you edit anything, and never guess what a file holds.";
    private static readonly string System = string.Concat(Enumerable.Repeat("You are a careful engineer. Read before you write, test what you change, and say what you saw. ", 20));
    private static readonly string Result = string.Concat(Enumerable.Range(1, 40).Select(line => $"{line}\\tpublic int Value{line} => {line};\\n"));

    /// <summary>The body.</summary>
    public static byte[] Of(ApiFormat client) => Encoding.UTF8.GetBytes(client switch
    {
        ApiFormat.Messages => $$$$$$"""{"model":"m","max_tokens":4096,"stream":true,"system":[{"type":"text","text":"{{{{{{System}}}}}}"}],"tools":[{{{{{{Each(8, n => $$$$$$"""{"name":"tool{{{{{{n}}}}}}","description":"{{{{{{Description}}}}}}","input_schema":{{{{{{Schema}}}}}}}""")}}}}}}],"messages":[{{{{{{Each(3, n => $$$$$$"""{"role":"user","content":"Please look at file {{{{{{n}}}}}}."},{"role":"assistant","content":[{"type":"text","text":"I read it."},{"type":"tool_use","id":"toolu_{{{{{{n}}}}}}","name":"tool1","input":{"path":"/src/File{{{{{{n}}}}}}.cs","limit":200}}]},{"role":"user","content":[{"type":"tool_result","tool_use_id":"toolu_{{{{{{n}}}}}}","content":"{{{{{{Result}}}}}}"}]}""")}}}}}}]}""",
        ApiFormat.Responses => $$$$$$"""{"model":"m","max_output_tokens":4096,"stream":true,"store":false,"instructions":"{{{{{{System}}}}}}","tools":[{{{{{{Each(8, n => $$$$$$"""{"type":"function","name":"tool{{{{{{n}}}}}}","description":"{{{{{{Description}}}}}}","parameters":{{{{{{Schema}}}}}}}""")}}}}}}],"input":[{{{{{{Each(3, n => $$$$$$"""{"role":"user","content":"Please look at file {{{{{{n}}}}}}."},{"type":"message","role":"assistant","content":[{"type":"output_text","text":"I read it.","annotations":[]}]},{"type":"function_call","call_id":"call_{{{{{{n}}}}}}","name":"tool1","arguments":"{\"path\":\"/src/File{{{{{{n}}}}}}.cs\",\"limit\":200}"},{"type":"function_call_output","call_id":"call_{{{{{{n}}}}}}","output":"{{{{{{Result}}}}}}"}""")}}}}}},{"role":"user","content":"Go on."}]}""",
        _ => $$$$$$"""{"model":"m","max_completion_tokens":4096,"stream":true,"stream_options":{"include_usage":true},"messages":[{"role":"system","content":"{{{{{{System}}}}}}"},{{{{{{Each(3, n => $$$$$$"""{"role":"user","content":"Please look at file {{{{{{n}}}}}}."},{"role":"assistant","content":"I read it.","tool_calls":[{"id":"call_{{{{{{n}}}}}}","type":"function","function":{"name":"tool1","arguments":"{\"path\":\"/src/File{{{{{{n}}}}}}.cs\",\"limit\":200}"}}]},{"role":"tool","tool_call_id":"call_{{{{{{n}}}}}}","content":"{{{{{{Result}}}}}}"}""")}}}}}}],"tools":[{{{{{{Each(8, n => $$$$$$"""{"type":"function","function":{"name":"tool{{{{{{n}}}}}}","description":"{{{{{{Description}}}}}}","parameters":{{{{{{Schema}}}}}}}}""")}}}}}}]}""",
    });

    private static string Each(int count, Func<int, string> part) => string.Join(',', Enumerable.Range(1, count).Select(part));
}
