using System.Net.ServerSentEvents;
using System.Text;
using System.Text.Json.Nodes;
using ModelScan.Tests.Support;

namespace ModelScan.Tests.Endpoints;

/// <summary>
/// Tools of the Responses API that have types of their own and that the client runs, on providers of every other format: models are offered them, see
/// their calls and results, and call them in a form that comes back as the client's own.
/// </summary>
public sealed class ClientToolTests
{
    private const string Path = "/v1/responses";

    private static readonly string[] Models = ["groq/llama-3.3-70b", "anthropic/claude-sonnet-4-20250514", "amazon_bedrock/us.amazon.nova-pro-v1:0"];

    // Type; what offers it; what a model gives it; its call as the client knows it; its result; a word of the result.
    private static readonly Row[] Rows =
    [
        new(
            "shell", """{"type":"shell","environment":{"type":"local"}}""", """{"commands":["ls -l"],"timeout_ms":5}""",
            """{"type":"shell_call","status":"completed","action":{"commands":["ls -l"],"timeout_ms":5}}""",
            """{"type":"shell_call_output","output":[{"stdout":"raft.txt","stderr":"","outcome":{"type":"exit","exit_code":0}}]}""", "raft.txt"),
        new(
            "local_shell", """{"type":"local_shell"}""", """{"type":"exec","command":["ls"],"env":{}}""",
            """{"type":"local_shell_call","status":"completed","action":{"type":"exec","command":["ls"],"env":{}}}""", """{"type":"local_shell_call_output","output":"raft.txt"}""", "raft.txt"),
        new(
            "apply_patch", """{"type":"apply_patch"}""", """{"type":"create_file","path":"a","diff":"+log"}""",
            """{"type":"apply_patch_call","status":"completed","operation":{"type":"create_file","path":"a","diff":"+log"}}""",
            """{"type":"apply_patch_call_output","status":"failed","output":"no such folder"}""", "no such folder"),
        new(
            "computer", """{"type":"computer_use_preview","display_width":800,"display_height":600,"environment":"browser"}""", """{"type":"click","x":1,"y":2,"button":"left"}""",
            """{"type":"computer_call","status":"completed","action":{"type":"click","x":1,"y":2,"button":"left"},"pending_safety_checks":[]}""",
            """{"type":"computer_call_output","output":{"type":"computer_screenshot","image_url":"data:image/png;base64,iVBORw0KGgo="}}""", "iVBORw0KGgo="),
        new(
            "tool_search", """{"type":"tool_search","execution":"client","description":"finds tools","parameters":{"type":"object","properties":{"query":{"type":"string"}}}}""", """{"query":"rafts"}""",
            """{"type":"tool_search_call","status":"completed","arguments":{"query":"rafts"},"execution":"client"}""",
            """{"type":"tool_search_output","status":"completed","tools":[{"type":"function","name":"float_it","parameters":{"type":"object","properties":{}}}]}""", "float_it"),
    ];

    public sealed record Row(string Name, string Tool, string Arguments, string Call, string Result, string Word);

    public static TheoryData<string, string, bool> All
    {
        get
        {
            var data = new TheoryData<string, string, bool>();
            foreach (var row in Rows)
            {
                foreach (var model in Models)
                {
                    data.Add(row.Name, model, false);
                    if (!model.StartsWith("amazon", StringComparison.Ordinal))
                        data.Add(row.Name, model, true);
                }
            }

            return data;
        }
    }

    public static TheoryData<string> Providers => [.. Models];

    [Theory]
    [MemberData(nameof(All))]
    public async Task Tool_OfATypeOfItsOwn_IsCalledAndComesBackAsTheClientKnowsIt(string name, string model, bool stream)
    {
        var row = Rows.Single(row => row.Name == name);
        await using var provider = new TalkingProvider { Tool = name, Arguments = _ => row.Arguments };
        await using var gateway = await GatewayUnderTest.StartAsync(Config(provider.Address));
        var request = new JsonObject { ["model"] = model, ["stream"] = stream, ["store"] = false, ["input"] = "go", ["tools"] = new JsonArray(JsonNode.Parse(row.Tool)) };
        var first = await gateway.PostAsync(Path, request.ToJsonString());
        Assert.True(first.Status == 200, first.Text);
        Assert.False(first.Headers.ContainsKey("x-modelscan-dropped"), first.Headers.GetValueOrDefault("x-modelscan-dropped"));
        var call = Assert.Single(stream ? DoneItems(first.Text) : JsonNode.Parse(first.Text)!["output"]!.AsArray().Select(item => item!))!.AsObject();
        var id = (string)call["call_id"]!;
        var seen = JsonNode.Parse(call.ToJsonString())!.AsObject();
        seen.Remove("id");
        seen.Remove("call_id");
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(row.Call), seen), call.ToJsonString());

        // The next turn: the call as it came, and what the client made of it.
        var result = JsonNode.Parse(row.Result)!.AsObject();
        result["call_id"] = id;
        request["input"] = new JsonArray(new JsonObject { ["role"] = "user", ["content"] = "go" }, call.DeepClone(), result);
        var second = await gateway.PostAsync(Path, request.ToJsonString());
        Assert.True(second.Status == 200, second.Text);
        var sent = provider.Last;
        Assert.Contains(row.Word, sent, StringComparison.Ordinal);
        Assert.Contains(id, sent, StringComparison.Ordinal);
        Assert.DoesNotContain("Interrupted", sent, StringComparison.Ordinal);
        foreach (var (_, value) in JsonNode.Parse(row.Arguments)!.AsObject())
            Assert.Contains(value!.ToJsonString().Trim('"'), sent.Replace("\\\"", "\"", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Providers))]
    public async Task Tools_ThatTheProviderWouldRun_AreLeftOutAndReported_UnlessTheyAreDemanded(string model)
    {
        await using var provider = new TalkingProvider();
        await using var gateway = await GatewayUnderTest.StartAsync(Config(provider.Address));
        foreach (var tool in (string[])
            ["""{"type":"image_generation"}""", """{"type":"file_search","vector_store_ids":["v"]}""", """{"type":"code_interpreter","container":{"type":"auto"}}""", """{"type":"mcp","server_label":"s","server_url":"https://s.example"}""",
             """{"type":"tool_search"}""", """{"type":"shell","environment":{"type":"container_auto"}}""", """{"type":"tool_of_tomorrow"}"""])
        {
            var type = (string)JsonNode.Parse(tool)!["type"]!;
            var free = await gateway.PostAsync(Path, $$"""{"model":"{{model}}","store":false,"input":"hi","tools":[{{tool}}]}""");
            Assert.Equal((200, $"tools.{type}"), (free.Status, free.Headers["x-modelscan-dropped"]));
            var demanded = await gateway.PostAsync(Path, $$"""{"model":"{{model}}","store":false,"input":"hi","tools":[{{tool}}],"tool_choice":{"type":"{{type}}"} }""");
            Assert.Equal(400, demanded.Status);
        }
    }

    [Theory]
    [MemberData(nameof(Providers))]
    public async Task Tool_ThatIsDemanded_HasToBeCalled(string model)
    {
        await using var provider = new TalkingProvider { Tool = "computer" };
        await using var gateway = await GatewayUnderTest.StartAsync(Config(provider.Address));
        var answer = await gateway.PostAsync(
            Path, $$"""{"model":"{{model}}","store":false,"input":"hi","tools":[{"type":"computer_use_preview","display_width":8,"display_height":6,"environment":"mac"}],"tool_choice":{"type":"computer_use_preview"} }""");
        Assert.True(answer.Status == 200, answer.Text);
        Assert.Contains("\"computer\"", provider.Last, StringComparison.Ordinal);
    }

    // What tools at a provider did is told by the messages around it; what is to be done differently may not be lost.
    [Theory]
    [MemberData(nameof(Providers))]
    public async Task Items_OfWhatAProviderRan_AreReported_UnknownInstructionsRefused(string model)
    {
        await using var provider = new TalkingProvider();
        await using var gateway = await GatewayUnderTest.StartAsync(Config(provider.Address));
        foreach (var (item, type) in ((string, string)[])
            [("""{"type":"web_search_call","id":"ws_1","status":"completed","action":{"type":"search","query":"q"}}""", "web_search_call"), ("""{"type":"image_generation_call","id":"ig_1","result":"iVBORw0KGgo="}""", "image_generation_call"),
             ("""{"type":"mcp_list_tools","server_label":"s","tools":[]}""", "mcp_list_tools"), ("""{"type":"record_of_tomorrow","id":"r_1","status":"completed"}""", "record_of_tomorrow")])
        {
            var answer = await gateway.PostAsync(Path, $$"""{"model":"{{model}}","store":false,"input":[{{item}},{"role":"user","content":"hi"}]}""");
            Assert.Equal((200, $"input.{type}"), (answer.Status, answer.Headers["x-modelscan-dropped"]));
        }

        var refused = await gateway.PostAsync(Path, $$"""{"model":"{{model}}","store":false,"input":[{"role":"user","content":"hi"},{"type":"instruction_of_tomorrow","mode":"x"}]}""");
        Assert.Equal((400, "input[1].type"), (refused.Status, refused.Json.GetProperty("error").GetProperty("param").GetString()));
    }

    [Theory]
    [MemberData(nameof(Providers))]
    public async Task Tools_ThatASearchBrought_AreOffered(string model)
    {
        await using var provider = new TalkingProvider();
        await using var gateway = await GatewayUnderTest.StartAsync(Config(provider.Address));
        var answer = await gateway.PostAsync(Path, $$"""
            {"model":"{{model}}","store":false,"input":[{"role":"user","content":"hi"},
              {"type":"tool_search_call","call_id":"s1","status":"completed","execution":"client","arguments":{"query":"rafts"} },
              {"type":"tool_search_output","call_id":"s1","status":"completed","execution":"client","tools":[{"type":"function","name":"float_it","parameters":{"type":"object","properties":{} } }]}]}
            """);
        Assert.True(answer.Status == 200, answer.Text);
        var body = JsonNode.Parse(provider.Last)!;
        var tools = (body["tools"] ?? body["toolConfig"]!["tools"])!.ToJsonString();
        Assert.Contains("float_it", tools, StringComparison.Ordinal);
    }

    private static IEnumerable<JsonNode> DoneItems(string stream) => SseParser.Create(new MemoryStream(Encoding.UTF8.GetBytes(stream))).Enumerate()
        .Select(item => JsonNode.Parse(item.Data)!).Where(data => (string?)data["type"] == "response.output_item.done").Select(data => data["item"]!);

    private static TestConfig Config(Uri upstream) => TestConfig.Direct
        .Default(Models[0], $"{upstream}v1", more: "capabilities: { in: [text, image] }")
        .Model(Models[1], upstream)
        .Model(Models[2], upstream);
}
