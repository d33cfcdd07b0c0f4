using System.Text;
using System.Text.Json.Nodes;
using ModelScan.RoutingApi.Capabilities;

namespace ModelScan.Tests.Dialects.Translation;

/// <summary>What coding agents send beyond what the APIs' references show reaches every provider.</summary>
public sealed class AgentRequestTests
{
    private static readonly Dictionary<string, Pair> OfResponses = new(StringComparer.Ordinal)
    {
        ["chat"] = new Pair(ApiFormat.Responses, ApiFormat.ChatCompletions),
        ["messages"] = new Pair(ApiFormat.Responses, ApiFormat.Messages),
        ["converse"] = new Pair(ApiFormat.Responses, ApiFormat.Converse),
    };

    private static readonly Dictionary<string, Pair> OfMessages = new(StringComparer.Ordinal)
    {
        ["chat"] = new Pair(ApiFormat.Messages, ApiFormat.ChatCompletions),
        ["responses"] = new Pair(ApiFormat.Messages, ApiFormat.Responses),
        ["converse"] = new Pair(ApiFormat.Messages, ApiFormat.Converse),
    };

    public static TheoryData<string> ProvidersOfResponses => [.. OfResponses.Keys];

    public static TheoryData<string> ProvidersOfMessages => [.. OfMessages.Keys];

    // Codex: no top-level tools; they stand in items, here in two of them.
    [Theory]
    [MemberData(nameof(ProvidersOfResponses))]
    public void Translate_AdditionalTools_AreOffered(string provider)
    {
        const string Request = """
            {"model":"m","input":[
              {"type":"additional_tools","role":"developer","tools":[{"type":"namespace","name":"functions","tools":[{"type":"custom","name":"exec"}]}]},
              {"role":"user","content":"hi"},
              {"type":"additional_tools","role":"developer","tools":[{"type":"function","name":"f","parameters":{"type":"object","properties":{}}},{"type":"function","name":"f"}]}],
             "tool_choice":"auto"}
            """;
        Assert.Equal(["exec", "f"], ToolNames(Translate(OfResponses[provider], Request).Body));
    }

    [Theory]
    [MemberData(nameof(ProvidersOfResponses))]
    public void Translate_AdditionalToolsThatAreNotUnderstood_AreRefused(string provider)
    {
        var refusal = Assert.Throws<InvalidRequestException>(() => Translate(OfResponses[provider], """{"model":"m","input":[{"role":"user","content":"hi"},{"type":"additional_tools","bundle":"x"}]}"""));
        Assert.Equal("input[1].tools", refusal.Field);
    }

    [Theory]
    [MemberData(nameof(ProvidersOfResponses))]
    public void Translate_SearchOfToolsThatTheClientRuns_IsAFunction(string provider)
    {
        var (body, dropped) = Translate(OfResponses[provider], """{"model":"m","input":"hi","tools":[{"type":"tool_search","execution":"client","description":"d","parameters":{}},{"type":"function","name":"f"}]}""");
        Assert.Equal(["tool_search", "f"], ToolNames(body));
        Assert.Empty(dropped);
    }

    [Theory]
    [MemberData(nameof(ProvidersOfResponses))]
    public void Translate_ItemsOfToolsThatTheClientRan_AreCallsAndResults(string provider)
    {
        const string Request = """
            {"model":"m","input":[{"role":"user","content":"hi"},
              {"type":"shell_call","call_id":"s","action":{"commands":["ls"]}},{"type":"shell_call_output","call_id":"s","output":[{"stdout":"a.txt"}]},
              {"type":"apply_patch_call","call_id":"p","operation":{"type":"delete_file","path":"a.txt"}},{"type":"apply_patch_call_output","call_id":"p","status":"completed","output":"done"},
              {"type":"local_shell_call","call_id":"l","action":{"type":"exec"}},{"type":"local_shell_call_output","call_id":"l","output":"ok"},
              {"type":"mcp_approval_request","id":"q","name":"f","arguments":"{}"},{"type":"mcp_approval_response","approval_request_id":"q","approve":true},
              {"type":"agent_message","author":"a","content":[{"type":"input_text","text":"from a colleague"}]}]}
            """;
        var (body, dropped) = Translate(OfResponses[provider], Request);
        var text = body.ToJsonString();
        foreach (var part in (string[])["shell", "ls", "a.txt", "apply_patch", "delete_file", "done", "local_shell", "mcp_approval", "approve", "from a colleague"])
            Assert.Contains(part, text, StringComparison.Ordinal);
        Assert.Empty(dropped);
    }

    [Theory]
    [MemberData(nameof(ProvidersOfMessages))]
    public void Translate_DeferredTool_IsOfferedWhenItHasBeenFound(string provider)
    {
        const string Tools = """[{"name":"never","defer_loading":true},{"name":"found","defer_loading":true},{"name":"ToolSearch"}]""";
        const string Request = $$$"""
            {"model":"m","max_tokens":9,"tools":{{{Tools}}},"messages":[{"role":"user","content":"hi"},
              {"role":"assistant","content":[{"type":"tool_use","id":"t","name":"ToolSearch","input":{}}]},
              {"role":"user","content":[{"type":"tool_result","tool_use_id":"t","content":[{"type":"tool_reference","tool_name":"found"}]}]}]}
            """;
        Assert.Equal(["found", "ToolSearch"], ToolNames(Translate(OfMessages[provider], Request).Body));
    }

    [Theory]
    [MemberData(nameof(ProvidersOfMessages))]
    public void Translate_DeferredToolsOfAnthropicsSearch_AreAllOffered(string provider) => Assert.Equal(
        ["a"], ToolNames(Translate(OfMessages[provider], """{"model":"m","max_tokens":9,"messages":[{"role":"user","content":"hi"}],"tools":[{"type":"tool_search_tool_regex_20251119","name":"s"},{"name":"a","defer_loading":true}]}""").Body));

    [Theory]
    [InlineData("chat", "between_tools")]
    [InlineData("responses", "between_tools")]
    [InlineData("converse", "between_tools")]
    [InlineData("chat", "of_tomorrow")]
    [InlineData("responses", "of_tomorrow")]
    [InlineData("converse", "of_tomorrow")]
    public void Translate_ThinkingOfANewerType_DegradesAndIsReported(string provider, string type)
    {
        var (_, dropped) = Translate(OfMessages[provider], $$$"""{"model":"m","max_tokens":9,"thinking":{"type":"{{{type}}}"},"messages":[{"role":"user","content":"hi"}]}""");
        Assert.Contains("thinking.type", dropped);
    }

    // Chat templates of many models take one system message, at the very start.
    [Fact]
    public void Translate_ForModelOfOneSystemMessage_LeadingOnesAreJoinedAndLaterOnesAreTheUsers()
    {
        const string Request = """
            {"model":"m","instructions":"a","input":[{"role":"developer","content":"b"},{"role":"system","content":"c"},{"role":"user","content":"hi"},{"role":"developer","content":"d"}]}
            """;
        var (body, _) = Translate(OfResponses["chat"], Request, new ModelCapabilities { OneSystemMessage = true });
        Assert.True(
            JsonNode.DeepEquals(JsonNode.Parse("""[{"role":"system","content":"a\n\nb\n\nc"},{"role":"user","content":"hi"},{"role":"user","content":"d"}]"""), body["messages"]),
            body["messages"]!.ToJsonString());
    }

    private static List<string?> ToolNames(JsonNode body)
    {
        var tools = body["tools"]?.AsArray() ?? body["toolConfig"]!["tools"]!.AsArray();
        return [.. tools.Select(tool => (string?)(tool!["name"] ?? tool["function"]?["name"] ?? tool["toolSpec"]?["name"]))];
    }

    private static (JsonNode Body, IReadOnlyList<string> Dropped) Translate(Pair translator, string request, ModelCapabilities? capabilities = null)
    {
        var exchange = translator.Translate(Encoding.UTF8.GetBytes(request), PairRun.Context(capabilities ?? new ModelCapabilities()));
        return (JsonNode.Parse(exchange.Body.Span)!, exchange.Dropped);
    }
}
